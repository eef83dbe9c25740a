import { Client } from 'pg';
import type { Store } from '../../core/store/store';
import type { TestDatabase } from './databases';

/** How many entries of the indexes of some tables PostgreSQL has read. */
export interface IndexReads {
  /** Since the beginning. */
  of(table: string): Promise<number>;
  /** PostgreSQL is to believe for ever what it believes of these tables now. */
  learnNothingOf(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function watchIndexReads(store: Store, { databaseUrl }: TestDatabase): Promise<IndexReads> {
  const watching = new Client({ connectionString: databaseUrl });
  await watching.connect();
  return {
    async of(table) {
      // Each connection reports once a second at most, and not before it is asked for something else.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await Promise.all(Array.from({ length: 10 }, () => store.transaction(async () => undefined)));
      const { rows } = await watching.query(
        'select sum(idx_tup_read)::int as read from pg_stat_user_indexes where relname = $1',
        [table],
      );
      return rows[0].read;
    },
    async learnNothingOf(tables) {
      for (const table of tables) await watching.query(`alter table ${table} set (autovacuum_enabled = off)`);
    },
    close: () => watching.end(),
  };
}
