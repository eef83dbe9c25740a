import type { Binding, Dialect } from './dialect';
import { sql, type Tx } from './tx';

/** Every column of a row, by its name: a statement that stays prepared outlives a column that a newer node adds. */
export type Columns<Row> = Readonly<Record<keyof Row, true>>;

/** A question of the busiest paths: its text never changes, so that each connection keeps it prepared. */
export interface Kept<Row> {
  all(tx: Tx, bindings: readonly Binding[]): Promise<Row[]>;
  first(tx: Tx, bindings: readonly Binding[]): Promise<Row | undefined>;
  /** The rows, held until the transaction ends. */
  held(tx: Tx, bindings: readonly Binding[]): Promise<Row[]>;
}

/** Asks for the rows of a table that `rest` describes; `?` stands for each binding. */
export function kept<Row>(
  table: string,
  columns: Columns<Row>,
  rest: string | ((dialect: Dialect) => string),
): Kept<Row> {
  const names = Object.keys(columns).map((column) => `${table}.${column}`);
  return keptSelect(table, (dialect) => {
    const where = typeof rest === 'string' ? rest : rest(dialect);
    return `select ${names.join(', ')} from ${table} where ${where}`;
  });
}

/** Asks by a whole select, of the rows of one table. */
export function keptSelect<Row>(table: string, select: (dialect: Dialect) => string): Kept<Row> {
  const texts = new Map<Dialect['name'], string>();
  const textFor = (dialect: Dialect) => {
    const text = texts.get(dialect.name) ?? select(dialect);
    texts.set(dialect.name, text);
    return text;
  };
  const all = (tx: Tx, bindings: readonly Binding[]) => {
    const { db, dialect } = sql(tx);
    return dialect.query<Row>(db, textFor(dialect), bindings);
  };
  return {
    all,
    first: async (tx, bindings) => (await all(tx, bindings))[0],
    async held(tx, bindings) {
      const { db, dialect } = sql(tx);
      return dialect.query<Row>(db, textFor(dialect) + dialect.lock(table), bindings);
    },
  };
}

/** A question about a list of values that one owner has. */
export interface KeptList<Row> {
  all(tx: Tx, owner: string, values: readonly string[]): Promise<Row[]>;
  /** The rows, held until the transaction ends, in the order of the values, so that two cannot wait for each other. */
  held(tx: Tx, owner: string, values: readonly string[]): Promise<Row[]>;
}

/** The rows of one space, or of one other owner, that a list of values names. */
export function keptList<Row>(
  table: string,
  columns: Columns<Row>,
  list: {
    readonly of: string;
    readonly column: string;
    readonly type: 'text' | 'uuid';
    /** In which order they come. */
    readonly order: string;
    /** The column alone is the primary key. */
    readonly isKey?: boolean;
  },
): KeptList<Row> {
  const { of, column, type, order, isKey } = list;
  const owned = isKey ? checked(`${table}.${of}`) : `${table}.${of} = ?`;
  const question = keptSelect<Row>(table, ({ lookUp, values }) => {
    const where = `${owned} and ${table}.${column} = each.value`;
    return `${lookUp({ each: values(type), table, columns: Object.keys(columns), where })} order by ${order}`;
  });
  const bound = (owner: string, values: readonly string[]) => [listed([...new Set(values)].sort()), owner];
  return {
    all: (tx, owner, values) => question.all(tx, bound(owner, values)),
    held: (tx, owner, values) => question.held(tx, bound(owner, values)),
  };
}

/**
 * A condition that only checks what was found by an id: no index may serve it. Planned while the table is empty, all rows
 * of a space that one index finds look no worse than the one row that the primary key finds.
 */
export function checked(column: string): string {
  // SQLite takes a bare column that is not distinct for an equality.
  return `coalesce(${column}, null) is not distinct from ?`;
}

/** A list of values as one binding. */
export function listed(values: readonly string[]): string {
  return JSON.stringify(values);
}
