import { existsSync, mkdirSync } from 'node:fs';
import { type Config, loadConfig } from '../../config/load';
import { createStore } from '../store/create';
import { ownFolder } from '../store/own-folder';
import type { Store, StoreOptions } from '../store/store';
import { whereToStore } from '../where-to-store';
import { CommandFailure } from './failure';

/** Works on the database of this installation itself, beside a gateway that may be running on it. */
export async function onOwnDatabase<T>(work: (store: Store, config: Config) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const where = whereToStore(config);
  if (!isThere(where))
    throw new CommandFailure(
      'unavailable',
      `there is no database in ${config.dataDir}; \`parley start\` or \`parley migrate\` makes it, or set PARLEY_DATA_DIR or DATABASE_URL`,
    );
  const store = createStore(where);
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Whether there is a database, with the schema of this version. */
export async function isUpToDate(): Promise<boolean> {
  if (!isThere(whereToStore(loadConfig()))) return false;
  return onOwnDatabase(async (store) => (await store.pendingMigrations()).length === 0);
}

function isThere(where: StoreOptions): boolean {
  return !('sqliteFile' in where) || existsSync(where.sqliteFile);
}

/** The same with nobody beside it, and makes the database where there is none: of PostgreSQL's clients one migrates anyway. */
export async function onDatabaseAlone<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const config = loadConfig();
  mkdirSync(config.dataDir, { recursive: true });
  const letGo = config.databaseUrl === undefined ? ownFolder(config.dataDir) : () => {};
  const store = createStore(whereToStore(config));
  try {
    return await work(store);
  } finally {
    await store.close();
    letGo();
  }
}
