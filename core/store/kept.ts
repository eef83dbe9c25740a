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
  const texts = new Map<Dialect['name'], string>();
  const textFor = (dialect: Dialect) => {
    const known = texts.get(dialect.name);
    if (known !== undefined) return known;
    const where = typeof rest === 'string' ? rest : rest(dialect);
    const text = `select ${names.join(', ')} from ${table} where ${where}`;
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

/** The rows of one space, or of one other owner, that a list of values names; asked with the owner and `listed` values. */
export function keptList<Row>(
  table: string,
  columns: Columns<Row>,
  list: {
    readonly of: string;
    readonly column: string;
    readonly type: 'text' | 'uuid';
    /** In which order they come, and are held. */
    readonly order: string;
  },
): Kept<Row> {
  const { of, column, type, order } = list;
  return kept(
    table,
    columns,
    (dialect) =>
      `${table}.${of} = ? and ${dialect.among(`${table}.${column}`, dialect.values(type))} order by ${order}`,
  );
}

/** A list of values as one binding. */
export function listed(values: readonly string[]): string {
  return JSON.stringify(values);
}
