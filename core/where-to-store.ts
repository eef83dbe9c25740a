import path from 'node:path';
import type { Config } from '../config/load';
import type { StoreOptions } from './store/store';

/** The database of an installation: PostgreSQL where the settings name one, else a file in the data folder. */
export function whereToStore(config: Pick<Config, 'databaseUrl' | 'dataDir'>): StoreOptions {
  if (config.databaseUrl !== undefined) return { databaseUrl: config.databaseUrl };
  return { sqliteFile: path.join(config.dataDir, 'parley.db') };
}
