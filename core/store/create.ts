import { whenUsed } from '../../plugins/helpers/when-used';
import { sqliteStore } from './sqlite-store';
import type { Store, StoreOptions } from './store';

const onPostgres = whenUsed(() => {
  const { postgresStore }: typeof import('./postgres-store') = require('./postgres-store');
  return postgresStore;
});

/** The store that the settings ask for. It connects lazily: nothing is opened before the first call. */
export function createStore(options: StoreOptions): Store {
  return 'databaseUrl' in options ? onPostgres()(options.databaseUrl) : sqliteStore(options.sqliteFile);
}
