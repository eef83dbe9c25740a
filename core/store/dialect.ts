import type { Knex } from 'knex';

/** A row as a driver takes and gives it. */
export type Row = Record<string, string | number | boolean | Uint8Array | null | undefined>;

export type Binding = string | number | null;

export interface InsertOptions {
  readonly table: string;
  readonly rows: readonly Row[];
  /** Leave out, without an error, the rows that a unique index refuses. */
  readonly skipConflicts?: boolean;
}

/** Rows to insert, all with the same columns, or other values of the rows that `keys` name. */
export type Write =
  | { readonly insert: string; readonly rows: readonly Row[] }
  /** Events, as the last of what is left for the end of a transaction: they get their numbers if they can. */
  | { readonly log: 'event'; readonly rows: readonly Row[] }
  | { readonly update: string; readonly keys: readonly string[]; readonly rows: readonly Row[] };

/** What is looked up for each of some values. */
export interface LookUp {
  /** A select of them, each once, in a column `value`. */
  readonly each: string;
  /** Further columns of that select, which are given with each row. */
  readonly along?: readonly string[];
  readonly table: string;
  readonly columns: readonly string[];
  /** Conditions on the table, with its name in front of its columns. */
  readonly where: string;
}

/** What differs between the databases; everything else is written once. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Inserts all rows, which have the same columns; says for each whether it went in. */
  insert(db: Knex, options: InsertOptions): Promise<boolean[]>;
  /**
   * Runs a statement that the connection keeps prepared, and gives its rows; `?` stands for each binding.
   * For the busiest paths, with texts of which there are few: everything else goes through Knex.
   */
  query<R>(db: Knex, text: string, bindings: readonly Binding[]): Promise<R[]>;
  /** Sets the other columns of each row that `keys` name. */
  update(db: Knex, options: { table: string; keys: readonly string[]; rows: readonly Row[] }): Promise<void>;
  /** Writes to several tables in one statement where there is such a thing; no row may be part of it twice. */
  write(db: Knex, writes: readonly Write[]): Promise<void>;
  /** A table expression with one row per item, to join with: `source(...) as k`. */
  source(columns: Readonly<Record<string, 'text' | 'uuid' | 'bigint'>>): string;
  /** A select of the values in one binding, a list as `listed` writes it, in a column `value`. */
  values(type: 'text' | 'uuid'): string;
  /**
   * Whether a column has one of the values that a select gives. They are found first and then looked up in an index, one
   * by one, whatever the database believes of the table: its statistics may be from before it had any rows.
   */
  among(column: string, select: string): string;
  /**
   * A select of the rows of a table that fulfil `where` for some `each.value`. The values are found first and then looked
   * up, one by one, by the index that knows all of `where`, whatever the database believes of the table.
   */
  lookUp(what: LookUp): string;
  /** Bytes as a value of a row that is inserted. */
  bytes(bytes: Uint8Array): Uint8Array | string;
  /** Appended to a select: holds the rows until the transaction ends. */
  lock(table: string): string;
  /** The database's own time in milliseconds, so that nodes agree on leases. */
  readonly now: string;
  /** The same work may simply be tried again: a deadlock, a lost race. */
  isTransient(error: unknown): boolean;
  /** A unique index refused what was written: somebody else was faster. */
  isConflict(error: unknown): boolean;
  /** The database cannot be reached, or cannot store. */
  isUnavailable(error: unknown): boolean;
}

/** Lends the connection of a transaction, or one of the pool for this moment. */
export async function lent<C, T>(db: Knex, use: (connection: C) => T | Promise<T>): Promise<T> {
  const connection = await db.client.acquireConnection();
  try {
    return await use(connection);
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/** Gives true for a driver's error with one of these codes. */
export function hasCode(error: unknown, codes: readonly string[]): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  const { code } = error;
  return typeof code === 'string' && codes.some((known) => code === known || code.startsWith(`${known}_`));
}

const say = () => {};

/** Knex would write to the console; whatever matters it throws as well. */
export const QUIET: Knex.Logger = { warn: say, error: say, deprecate: say, debug: say };
