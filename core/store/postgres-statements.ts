import type { Binding, Row, Write } from './dialect';
import { logText } from './log-statement';

/** A statement that each connection keeps under its name, with what it is to be run with. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: Binding[];
}

/** Several writes as one statement; undefined when there is nothing to write. One that logs events gives `Logged`. */
export function writeStatement(writes: readonly Write[]): Statement | undefined {
  const parts = writes.flatMap(partsOf);
  const last = parts.at(-1);
  if (!last) return undefined;
  const others = parts.slice(0, -1).map(({ text }) => text);
  const text = last.columns ? logText(others, last.columns) : [...withSteps(others), last.text].join(' ');
  return statementOf(
    text,
    parts.map(({ rows }) => JSON.stringify(rows)),
  );
}

interface Part {
  readonly text: string;
  readonly rows: readonly Row[];
  /** Of events that are logged: these. */
  readonly columns?: readonly string[];
}

function partsOf(write: Write): Part[] {
  const [first] = write.rows;
  if (!first) return [];
  const { rows } = write;
  if ('log' in write) return [{ text: '', rows, columns: Object.keys(first) }];
  if ('insert' in write) return [{ text: insertText(write.insert, first), rows }];
  return [{ text: updateText(write.update, write.keys, Object.keys(first)), rows }];
}

function withSteps(texts: readonly string[]): string[] {
  if (texts.length === 0) return [];
  return [`with ${texts.map((text, index) => `w${index} as (${text})`).join(', ')}`];
}

export function insertText(table: string, row: Row): string {
  const columns = Object.keys(row).join(', ');
  return `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, ?)`;
}

function updateText(table: string, keys: readonly string[], columns: readonly string[]): string {
  const changed = columns.filter((column) => !keys.includes(column));
  return `update ${table} set ${changed.map((column) => `${column} = v.${column}`).join(', ')}
    from json_populate_recordset(null::${table}, ?) v
    where ${keys.map((key) => `${table}.${key} = v.${key}`).join(' and ')}`;
}

/** A statement with a `?` for each binding, under the name that its text always has. */
export function statementOf(text: string, bindings: readonly Binding[]): Statement {
  return { ...namedStatement(text), values: [...bindings] };
}

const named = new Map<string, { readonly name: string; readonly text: string }>();

/** The same text always has the same name, under which each connection keeps it. */
function namedStatement(text: string) {
  const known = named.get(text);
  if (known) return known;
  const [head = '', ...tails] = text.split('?');
  const marked = tails.map((tail, index) => `$${index + 1}${tail}`);
  const made = { name: `s${named.size}`, text: head + marked.join('') };
  named.set(text, made);
  return made;
}
