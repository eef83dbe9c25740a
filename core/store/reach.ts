import type { Knex } from 'knex';
import type { Dialect } from './dialect';
import { StoreUnavailable } from './store';

/** Rejects when the database cannot be reached. */
export async function ping(db: Knex): Promise<void> {
  await db.raw('select 1');
}

/** Throws an error of a driver as callers know it. */
export function translate(dialect: Dialect): (error: unknown) => never {
  return (error) => {
    throw dialect.isUnavailable(error) ? new StoreUnavailable(error) : error;
  };
}
