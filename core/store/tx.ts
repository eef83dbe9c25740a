import type { Knex } from 'knex';
import type { Dialect, Row, Write } from './dialect';
import type { LastSeqs } from './log-statement';

/** What was appended to the log, for whoever acts on it after the commit. */
export interface Happened {
  readonly spaceId: string;
  readonly name: string;
  readonly entityId: string;
  readonly chatId?: string | undefined;
  readonly teamId?: string | undefined;
  readonly payload?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether a commit waits until it outlives a power cut. */
export type Weight = 'durable' | 'routine' | 'light';

/**
 * Hears of committed events, at the node that wrote them, and whether all of them have their numbers; where that is
 * known, also how far the logs of their spaces go now. It does not wait.
 */
export type HearCommitted = (events: readonly Happened[], areNumbered: boolean, lastSeqs?: LastSeqs) => void;

/** A transaction, or a view to read through. Services hand it on; only this folder looks inside. */
export interface Tx {
  /** Runs once everything is stored, never when it was rolled back. */
  afterCommit(run: () => void): void;
}

/** What a Tx really is. */
export interface SqlTx extends Tx {
  readonly db: Knex;
  readonly dialect: Dialect;
  /** Events are part of this transaction: their rows are written as it ends, after all else. */
  readonly log: (events: readonly Happened[], rows: readonly Row[]) => void;
  /** Leaves writes for the end of the transaction, where they travel with the commit; nothing of it may read them. */
  readonly leave: (writes: readonly Write[]) => void;
}

/** The SQL side of a transaction; throws when it has ended, for the connection may be somebody else's by now. */
export function sql(tx: Tx): SqlTx {
  const own = tx as OpenTx;
  if (own.isOver) throw new Error('this transaction has ended; use it only inside of its own work');
  return own;
}

interface OpenTx extends SqlTx {
  isOver: boolean;
}

/** Holds the rows of a query until the transaction ends, where the database does not hold everything anyway. */
export function held<Q extends Knex.QueryBuilder>(tx: Tx, query: Q): Q {
  return sql(tx).dialect.name === 'postgres' ? (query.forUpdate() as Q) : query;
}

/** What a transaction has been given to do as it ends. */
export interface Opened {
  readonly tx: Tx;
  /** What was left for its end; the events come last. */
  readonly left: () => readonly Write[];
  readonly over: () => void;
  /** Tells whoever waits for the commit, and whether all of its events have their numbers. */
  readonly committed: (areNumbered: boolean, lastSeqs?: LastSeqs) => void;
}

/** A transaction over one connection. */
export function openTx(db: Knex, dialect: Dialect, hear: HearCommitted = () => {}): Opened {
  const waiting: (() => void)[] = [];
  const left: Write[] = [];
  const happened: Happened[] = [];
  const rows: Row[] = [];
  const tx: OpenTx = {
    ...{ db, dialect, isOver: false },
    afterCommit: (run) => void waiting.push(run),
    log: (events, eventRows) => {
      happened.push(...events);
      rows.push(...eventRows);
    },
    leave: (writes) => void left.push(...writes),
  };
  return {
    tx,
    left: () => [...left, { log: 'event', rows }],
    over: () => {
      tx.isOver = true;
    },
    committed: (areNumbered, lastSeqs) => {
      if (happened.length > 0) attempt(() => hear(happened, areNumbered, lastSeqs));
      for (const run of waiting) attempt(run);
    },
  };
}

// What is stored is stored: a fault in what follows is for the log, not for the caller or its neighbours.
function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
