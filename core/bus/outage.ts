import type { Log } from '../log';

/** Says once that Redis is away, however many connections and commands notice, and once that it is back. */
export class Outage {
  private readonly log: Log;
  private readonly away = new Set<string>();
  private since = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** One of the connections, by its name, is lost or could not be made. */
  lost(connection: string, error: unknown): void {
    if (this.away.size === 0) {
      this.since = Date.now();
      this.log.warn({ error, connection }, 'Redis is away; what it would hasten takes a little longer');
    }
    this.away.add(connection);
  }

  back(connection: string): void {
    if (!this.away.delete(connection) || this.away.size > 0) return;
    this.log.info({ awayMs: Date.now() - this.since }, 'Redis is back');
  }

  /** The connection is not needed any more. */
  forget(connection: string): void {
    this.away.delete(connection);
  }
}
