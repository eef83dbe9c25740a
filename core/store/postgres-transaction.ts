import type { Knex } from 'knex';
import type { Client } from 'pg';
import { lent, type Write } from './dialect';
import { knexOn } from './knex-on';
import type { Logged } from './log-statement';
import { merged } from './merged-writes';
import { postgres } from './postgres';
import { writeStatement } from './postgres-statements';
import { together } from './together';
import { type HearCommitted, openTx, type Tx, type Weight } from './tx';

type Work<T> = (tx: Tx) => Promise<T>;

/** Runs `work` in one transaction of PostgreSQL; what it throws rolls it back. */
export async function inTransaction<T>(
  db: Knex,
  { work, hear, weight }: { readonly work: Work<T>; readonly hear: HearCommitted; readonly weight: Weight },
): Promise<T> {
  const [result] = await runAll(db, [work], { hear, weight, begin: BEGIN[weight] });
  return result as T;
}

/** Runs several at the same time in one transaction; what one of them throws rolls back all. */
export function inOneTransaction(
  db: Knex,
  works: readonly Work<unknown>[],
  hear: HearCommitted,
): Promise<readonly unknown[]> {
  return runAll(db, works, { hear, weight: 'durable', begin: BEGIN_SHARED });
}

interface Running {
  readonly hear: HearCommitted;
  readonly weight: Weight;
  readonly begin: string;
}

async function runAll<T>(
  db: Knex,
  works: readonly Work<T>[],
  { hear, weight, begin }: Running,
): Promise<readonly T[]> {
  const done = await lent(db, async (connection: Client) => {
    const opened = works.map((work) => ({ work, ...openTx(knexOn(db, connection), postgres, hear) }));
    const all = () => together(opened.map(async ({ work, tx }) => work(tx)));
    try {
      const results = await beginWith(connection, begin, all);
      const lefts = opened.map(({ left }) => left());
      const logged = await commitWith(connection, lefts.length > 1 ? merged(lefts) : lefts.flat(), weight);
      const committed = () => {
        const areNumbered = logged?.unnumbered === 0;
        for (const one of opened) one.committed(areNumbered, logged?.last_seqs ?? undefined);
      };
      return { results, committed };
    } catch (error) {
      await rollBack(connection);
      throw error;
    } finally {
      for (const { over } of opened) over();
    }
  });
  done.committed();
  return done.results;
}

const PLAN_ONCE = 'set local plan_cache_mode = force_generic_plan';
const BEGIN: Readonly<Record<Weight, string>> = {
  durable: 'begin read write',
  // One plan serves any parameters: they are lists whose items are found by an index, one by one. Statements that were
  // first met while their tables were empty would else be planned for each call, since that had seemed to be cheap.
  routine: 'begin read write; set local plan_cache_mode = force_generic_plan',
  light: 'begin read write; set local synchronous_commit = off',
};
// Who has to wait for a row that somebody else holds does so alone: the others would wait with them.
const BEGIN_SHARED = 'begin read write; set local lock_timeout = 250';

// BEGIN travels with the first statement. Should it alone fail, that statement cannot write: see `openPostgres`.
async function beginWith<T>(connection: Client, begin: string, work: () => Promise<T>): Promise<T> {
  const [begun, done] = await Promise.allSettled([connection.query(begin), work()]);
  if (begun.status === 'rejected') throw begun.reason;
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

// COMMIT travels with the last statement. After one that failed it rolls back. Gives what became of events, if there are any.
async function commitWith(
  connection: Client,
  left: readonly Write[],
  weight: Weight,
): Promise<Logged | undefined> {
  const statement = writeStatement(left);
  const [, written, committed] = await Promise.allSettled([
    // It is long, and one of a few: to plan it each time costs more than to run it.
    statement && weight !== 'routine' ? connection.query(PLAN_ONCE) : undefined,
    statement && connection.query<Logged>(statement),
    connection.query('commit'),
  ]);
  if (written.status === 'rejected') throw written.reason;
  if (committed.status === 'rejected') throw committed.reason;
  // That is what a COMMIT does after a failed statement whose error was caught.
  if (committed.value.command !== 'COMMIT') throw new Error('the database rolled the transaction back');
  return written.value?.rows[0];
}

async function rollBack(connection: Client): Promise<void> {
  try {
    await connection.query('rollback');
  } catch (error) {
    // Knex's mark of a connection that must not be given out again.
    Object.assign(connection, { __knex__disposed: error });
  }
}
