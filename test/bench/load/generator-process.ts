import { answerQuestions } from '../helper';
import { closedLoop } from './closed-loop';
import { Connection } from './connection';
import type { Job, Outcome } from './job';
import { openLoop } from './open-loop';
import { sourceOf } from './source';
import { Stopwatch } from './stopwatch';

/** More than any target here answers; a loop that runs out of requests ends early and is measured up to then. */
const MOST_PER_SECOND = 9_000;

answerQuestions(run);

async function run(job: Job): Promise<Outcome> {
  const source = sourceOf(job.requests, job.port, countOf(job));
  const ports = [job.port, ...(job.otherPorts ?? [])];
  const connections = await Promise.all(
    Array.from({ length: job.pace.connections }, (_, index) =>
      Connection.open(ports[index % ports.length] ?? job.port),
    ),
  );
  const watch = new Stopwatch(job);
  try {
    if (job.pace.kind === 'closed') {
      await closedLoop(connections, source, { job, watch });
      return watch.outcome(source.bodyBytes);
    }
    const dueAt = await openLoop(connections, source, { job, watch, perSecond: job.pace.perSecond });
    return { ...watch.outcome(source.bodyBytes), dueAt };
  } finally {
    for (const connection of connections) connection.close();
  }
}

function countOf({ most, pace, warmUpMs, measureMs }: Job): number {
  if (most !== undefined) return most;
  const perSecond = pace.kind === 'open' ? pace.perSecond : MOST_PER_SECOND;
  return Math.ceil((perSecond * (warmUpMs + measureMs)) / 1000) + 1;
}
