import { BROKEN, type Connection } from './connection';
import type { Job } from './job';
import type { Ready, Source } from './source';
import type { Stopwatch } from './stopwatch';

const TICK_MS = 1;

export interface OpenLoopOptions {
  readonly job: Job;
  readonly watch: Stopwatch;
  readonly perSecond: number;
}

interface Due {
  readonly request: Ready;
  readonly at: number;
}

/**
 * Sends at a fixed rate. A request's time runs from the moment it was due, also when it then had to wait for a free
 * connection: a target that stalls is charged for all that it kept waiting. Gives when each text was due.
 */
export async function openLoop(
  connections: readonly Connection[],
  source: Source,
  options: OpenLoopOptions,
): Promise<Record<string, number>> {
  const { job, watch, perSecond } = options;
  const plan = planOf(source, options);
  const count = Math.floor(((job.warmUpMs + job.measureMs) * perSecond) / 1000);
  await new Promise<void>((resolve, reject) => {
    let answered = 0;
    const crew = crewOf(connections, (status, due) => {
      watch.note(status, performance.now() - due.at);
      answered += 1;
      if (answered < count && status !== BROKEN) return;
      clearInterval(timer);
      watch.end();
      if (status === BROKEN) reject(new Error('the target broke a connection'));
      else resolve();
    });
    const timer = setInterval(() => {
      for (const due of plan.dueNow(count)) crew.take(due);
    }, TICK_MS);
  });
  return plan.dueAt;
}

/** Says which requests are due, and starts the measurement with the first one after the warm-up. */
function planOf(source: Source, { job, watch, perSecond }: OpenLoopOptions) {
  const epoch = Date.now() - performance.now();
  const beganAt = performance.now();
  const warm = Math.floor((job.warmUpMs * perSecond) / 1000);
  const dueAt: Record<string, number> = {};
  let made = 0;
  const timeOf = (index: number) => beganAt + (index * 1000) / perSecond;
  const next = (): Due => {
    const request = source.next();
    if (!request) throw new Error('fewer requests were built than are due');
    const at = timeOf(made);
    if (made === warm) watch.start();
    if (request.text !== undefined && made >= warm) dueAt[request.text] = epoch + at;
    made += 1;
    return { request, at };
  };
  return {
    dueAt,
    *dueNow(count: number): Iterable<Due> {
      const now = performance.now();
      while (made < count && timeOf(made) <= now) yield next();
    },
  };
}

/** Hands what is due to a free connection, or lets it wait for the next one. */
function crewOf(connections: readonly Connection[], onAnswer: (status: number, due: Due) => void) {
  const free = [...connections];
  const waiting: Due[] = [];
  const serve = (connection: Connection, due: Due): void => {
    connection.send(due.request.bytes, (status) => {
      onAnswer(status, due);
      if (status === BROKEN) return;
      const next = waiting.shift();
      if (next) serve(connection, next);
      else free.push(connection);
    });
  };
  return {
    take(due: Due): void {
      const connection = free.pop();
      if (connection) serve(connection, due);
      else waiting.push(due);
    },
  };
}
