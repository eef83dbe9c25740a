import type Database from 'better-sqlite3';
import type { Knex } from 'knex';
import { type Dialect, lent } from './dialect';
import { gathered } from './gathered';
import { knexOn } from './knex-on';
import { prepared } from './sqlite-client';
import { type HearCommitted, openTx, sql, type Tx, type Weight } from './tx';

interface Job {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly weight: Weight;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Settle = () => void;

const MOST_JOBS = 64;

/**
 * SQLite has one writer, and a durable commit costs more than most of our transactions: those that wait together are
 * committed together, each in a savepoint of its own, and each caller hears of its outcome only after the commit.
 */
export class GroupCommit {
  private readonly db: Knex;
  private readonly dialect: Dialect;
  private readonly hear: HearCommitted;
  private readonly onCommit: (tookMs: number) => void;
  private readonly waiting: Job[] = [];
  private draining: Promise<void> | undefined;
  private weight: Weight = 'durable';

  /** `hear` is told of events; `onCommit` of how long each commit took. */
  constructor(
    db: Knex,
    dialect: Dialect,
    { hear, onCommit }: { readonly hear: HearCommitted; readonly onCommit: (tookMs: number) => void },
  ) {
    this.db = db;
    this.dialect = dialect;
    this.hear = hear;
    this.onCommit = onCommit;
  }

  run<T>(work: (tx: Tx) => Promise<T>, weight: Weight = 'durable'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, weight, resolve: resolve as Job['resolve'], reject });
      this.draining ??= this.drain();
    });
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.draining !== undefined) await this.draining;
  }

  private async drain(): Promise<void> {
    // better-sqlite3 never yields: without a turn of the event loop no second job could join the first.
    while (this.waiting.length > 0) {
      await gathered(() => this.waiting.length, MOST_JOBS);
      await this.commitGroup(this.waiting.splice(0, MOST_JOBS));
    }
    this.draining = undefined;
  }

  private async commitGroup(jobs: readonly Job[]): Promise<void> {
    try {
      const settled = await lent(this.db, (connection: Database.Database) => this.commit(connection, jobs));
      for (const settle of settled) settle();
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  }

  private async commit(connection: Database.Database, jobs: readonly Job[]): Promise<Settle[]> {
    const settled: Settle[] = [];
    const run = (text: string) => prepared(connection, text).run();
    // A rollback that failed left it open.
    if (connection.inTransaction) run('rollback');
    this.weigh(connection, jobs.every(({ weight }) => weight === 'light') ? 'light' : 'durable');
    // A deferred one that reads first would fail when somebody else wrote meanwhile.
    run('begin immediate');
    try {
      for (const job of jobs) {
        settled.push(await this.runOne(job, connection, jobs.length === 1));
        // Some errors (a full disk) end the whole transaction; what follows would run outside of any.
        if (!connection.inTransaction) throw new Error('the database ended the transaction');
      }
      const commitsAt = performance.now();
      run('commit');
      this.onCommit(performance.now() - commitsAt);
      return settled;
    } catch (error) {
      if (connection.inTransaction) run('rollback');
      throw error;
    }
  }

  /** A light commit leaves the syncing to the next durable one, which syncs all that was logged before it as well. */
  private weigh(connection: Database.Database, weight: Weight): void {
    if (weight === this.weight) return;
    connection.pragma(`synchronous = ${weight === 'light' ? 'NORMAL' : 'FULL'}`);
    this.weight = weight;
  }

  /** One that is alone needs no savepoint, which would copy every page before it is changed. */
  private async runOne(job: Job, connection: Database.Database, isAlone: boolean): Promise<Settle> {
    const { tx, left, over, committed } = openTx(knexOn(this.db, connection), this.dialect, this.hear);
    const run = (text: string) => isAlone || prepared(connection, text).run();
    run('savepoint job');
    try {
      const value = await job.work(tx);
      await this.dialect.write(sql(tx).db, left());
      run('release job');
      return () => {
        job.resolve(value);
        committed(true);
      };
    } catch (error) {
      if (isAlone || this.dialect.isUnavailable(error)) throw error;
      run('rollback to job');
      run('release job');
      return () => job.reject(error);
    } finally {
      over();
    }
  }
}
