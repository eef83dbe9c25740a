import type { Knex } from 'knex';
import makeKnex from 'knex/lib/knex-builder/make-knex.js';

const made = new WeakMap<object, Knex>();

/** A Knex that speaks through one connection and leaves it to whoever holds it; made once for each connection. */
export function knexOn(db: Knex, connection: object): Knex {
  const known = made.get(connection);
  if (known) return known;
  const bound = makeKnex(clientOn(db.client, connection));
  made.set(connection, bound);
  return bound;
}

interface ClientParts {
  readonly version?: string;
  readonly config: object;
  readonly driver: object;
  readonly connectionSettings: object;
  readonly valueForUndefined: unknown;
  readonly logger: object;
}

// As Knex makes one for each of its own transactions, at a cost that is higher than that of most of our work in them.
function clientOn(client: ClientParts, connection: object): object {
  const { version, config, driver, connectionSettings, valueForUndefined, logger } = client;
  return Object.assign(Object.create(Object.getPrototypeOf(client)), {
    ...{ version, config, driver, connectionSettings, valueForUndefined, logger, transacting: true },
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: () => Promise.resolve(),
  });
}
