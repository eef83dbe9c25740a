import type { Knex } from 'knex';
import type { Dialect } from './dialect';
import { migrationSource } from './migrations/index';

/** Any number that nobody else uses for an advisory lock. */
const LOCK = 7_265_394_102;

/** Told after each migration: how many are done, of how many. */
export type OnMigrated = (done: number, total: number) => void;

/** Runs the migrations that are missing. */
export async function migrate(db: Knex, dialect: Dialect, onMigrated: OnMigrated = () => {}): Promise<void> {
  if (dialect.name === 'sqlite') return latest(db, onMigrated);
  // Advisory locks belong to a connection, and end with it: no lock is left behind by a node that dies here.
  await db.transaction(async (holder) => {
    await holder.raw('select pg_advisory_xact_lock(?)', [LOCK]);
    await latest(db, onMigrated);
  });
}

/** Whether all the migrations that this node knows are there; those of a newer one may be as well. */
export async function isMigrated(db: Knex): Promise<boolean> {
  return (await missing(db)).length === 0;
}

/** The migrations that this node knows and the database has not; all of them where it is empty. */
export async function pendingMigrations(db: Knex): Promise<string[]> {
  if (await db.schema.hasTable(TABLE)) return missing(db);
  return migrationSource.getMigrations([]);
}

const TABLE = 'knex_migrations';

async function missing(db: Knex): Promise<string[]> {
  const known = await migrationSource.getMigrations([]);
  const rows: { name: string }[] = await db(TABLE).select('name');
  const done = new Set(rows.map(({ name }) => name));
  return known.filter((name) => !done.has(name));
}

async function latest(db: Knex, onMigrated: OnMigrated): Promise<void> {
  const config = { migrationSource };
  const [, pending] = (await db.migrate.list(config)) as [unknown[], unknown[]];
  if (pending.length === 0) return;
  // Whoever comes here holds our own lock (PostgreSQL) or the data folder (SQLite): a lock of Knex's is a dead node's.
  await db.migrate.forceFreeMigrationsLock(config);
  let done = 0;
  const afterEach = async (): Promise<void> => {
    done += 1;
    onMigrated(done, pending.length);
  };
  await db.migrate.latest({ ...config, afterEach });
}
