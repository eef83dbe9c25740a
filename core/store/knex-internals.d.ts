// Knex ships no types for its dialects; these are the members that sqlite-client.ts builds on (knex 3.3).
declare module 'knex/lib/dialects/better-sqlite3/index.js' {
  export default class BetterSqlite3Client {
    _query(connection: unknown, query: unknown): Promise<unknown>;
    _formatBindings(bindings: readonly unknown[] | undefined): unknown[];
    transaction(container: unknown, config: unknown, outer: unknown): unknown;
  }
}

declare module 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js' {
  export default class SqliteTransaction {
    constructor(client: unknown, container: unknown, config: unknown, outer: unknown);
    begin(connection: unknown): Promise<unknown>;
    query(connection: unknown, text: string): Promise<unknown>;
  }
}

// What knex-on.ts builds on.
declare module 'knex/lib/knex-builder/make-knex.js' {
  import type { Knex } from 'knex';

  export default function makeKnex(client: object): Knex;
}
