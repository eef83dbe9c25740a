import type { Knex } from 'knex';
import { knexOn } from './knex-on';

/** The connection that only reads, taken out of its pool once: to ask for it each time costs more than most reads. SQLite answers within the call, so that readers never meet on it. */
export class SqliteReader {
  private readonly pool: Knex;
  private taken: Promise<object> | undefined;

  constructor(pool: Knex) {
    this.pool = pool;
  }

  async db(): Promise<Knex> {
    const taken: Promise<object> = this.taken ?? this.pool.client.acquireConnection();
    this.taken = taken;
    try {
      return knexOn(this.pool, await taken);
    } catch (error) {
      this.taken = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const connection = await this.taken?.catch(() => undefined);
    if (connection) await this.pool.client.releaseConnection(connection);
    await this.pool.destroy();
  }
}
