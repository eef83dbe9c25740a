import type { Row, Write } from './dialect';

/**
 * What several works left for the end of their transaction, as if one had: rows of the same kind stand together, so that
 * there are few different statements. Throws where two of them change the same row, of which only one would come about.
 */
export function merged(lefts: readonly (readonly Write[])[]): readonly Write[] {
  const byKind = new Map<string, { readonly write: Write; readonly rows: Row[] }>();
  for (const write of lefts.flat()) {
    if (write.rows.length === 0) continue;
    const kind = kindOf(write);
    const same = byKind.get(kind);
    if (same) same.rows.push(...write.rows);
    else byKind.set(kind, { write, rows: [...write.rows] });
  }
  const kinds = [...byKind].sort(([a], [b]) => Number(a > b) - Number(a < b));
  const writes = kinds.map(([, { write, rows }]): Write => ({ ...write, rows }));
  mustChangeOnce(writes);
  return writes;
}

/** Events sort behind all else. */
function kindOf(write: Write): string {
  const columns = Object.keys(write.rows[0] ?? {}).join();
  if ('log' in write) return `log ${columns}`;
  return 'insert' in write
    ? `insert ${write.insert} ${columns}`
    : `change ${write.update} ${write.keys.join()} ${columns}`;
}

function mustChangeOnce(writes: readonly Write[]): void {
  const changed = new Set<string>();
  for (const write of writes) {
    if (!('update' in write)) continue;
    const { update: table, keys, rows } = write;
    for (const row of rows) {
      const name = JSON.stringify([table, ...keys.map((key) => row[key])]);
      if (changed.has(name)) throw new Error(`two works of one transaction change the same ${table}`);
      changed.add(name);
    }
  }
}
