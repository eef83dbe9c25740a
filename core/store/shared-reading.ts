import type { Knex } from 'knex';
import type { Client } from 'pg';

/** So many statements may be on their way over a connection that is shared; whoever comes then has one to himself. */
const MOST_AT_ONCE = 8;

interface Lease {
  readonly connection: Promise<Client>;
  users: number;
}

const pools = new WeakMap<object, SharedReading>();

/** Those who read outside of any transaction, of one pool; undefined inside of one, whose connection is its own. */
export function sharedReadingOf({ client }: Knex): SharedReading | undefined {
  if (client.transacting === true) return undefined;
  const known = pools.get(client) ?? new SharedReading(client);
  pools.set(client, known);
  return known;
}

/**
 * Lends one connection to all who read at the same time: what they ask leaves together, in one piece, and each of them
 * need not take a connection from the pool and give it back, which costs as much as most of what they ask.
 */
export class SharedReading {
  private readonly pool: Knex['client'];
  private current: Lease | undefined;

  constructor(pool: Knex['client']) {
    this.pool = pool;
  }

  async lent<T>(use: (connection: Client) => Promise<T>): Promise<T> {
    const lease = this.lease();
    lease.users += 1;
    try {
      return await use(await lease.connection);
    } catch (error) {
      // It may be broken: nobody else begins with it.
      this.retire(lease);
      throw error;
    } finally {
      lease.users -= 1;
      if (lease.users === 0) await this.giveBack(lease);
    }
  }

  private lease(): Lease {
    if (this.current && this.current.users < MOST_AT_ONCE) return this.current;
    const made = { connection: this.pool.acquireConnection() as Promise<Client>, users: 0 };
    this.current = made;
    return made;
  }

  private retire(lease: Lease): void {
    if (this.current === lease) this.current = undefined;
  }

  private async giveBack(lease: Lease): Promise<void> {
    this.retire(lease);
    const connection = await lease.connection.catch(() => undefined); // there was none to be had
    if (connection) await this.pool.releaseConnection(connection);
  }
}
