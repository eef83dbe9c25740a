import { existsSync } from 'node:fs';
import type { Config } from '../../../config/load';
import { databaseNow } from '../../store/clock';
import { createStore } from '../../store/create';
import { type Store, StoreUnavailable } from '../../store/store';
import { whereToStore } from '../../where-to-store';
import { type Definitions, examineAccounts } from './accounts';
import { type Finding, fine, found } from './finding';

const CHECK = 'database';
const MOST_SKEW_MS = 2_000;

/** Is it there and up to date, does its clock go with ours, and how are the accounts in it? */
export async function examineDatabase(config: Config, definitions: Definitions): Promise<Finding[]> {
  const where = whereToStore(config);
  if ('sqliteFile' in where && !existsSync(where.sqliteFile)) return [fine(CHECK, 'made at the first start')];
  const store = createStore(where);
  try {
    await store.ping();
    const pending = await store.pendingMigrations();
    if (pending.length > 0)
      return [
        found(CHECK, 'warning')(
          `its schema is older than this version (${pending.length} migrations are missing)`,
          'run `parley migrate`, or start the gateway, which does it',
        ),
      ];
    return [
      fine(CHECK, `${store.kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, up to date`),
      ...(await examineClock(store)),
      ...(await examineAccounts(store, config, definitions)),
    ];
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return [found(CHECK, 'failure')(`it cannot be reached (${reasonOf(error.cause)})`, wayOutOf(config))];
  } finally {
    await store.close();
  }
}

async function examineClock(store: Store): Promise<Finding[]> {
  if (store.kind === 'sqlite') return []; // the same clock
  const before = Date.now();
  const theirs = await store.read(databaseNow);
  const skewMs = Math.round(theirs - (before + Date.now()) / 2);
  const words = `the database's is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return [fine('clock', words)];
  return [found('clock', 'warning')(words, 'let both go by NTP, or times will look wrong')];
}

// The words of drivers may quote the address with its password; their codes do not.
function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
}

function wayOutOf({ databaseUrl, dataDir }: Config): string {
  return databaseUrl === undefined ? `look at the disk of ${dataDir}` : 'start it, or correct DATABASE_URL';
}
