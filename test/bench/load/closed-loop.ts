import { setTimeout as sleep } from 'node:timers/promises';
import { BROKEN, type Connection } from './connection';
import type { Job } from './job';
import type { Source } from './source';
import type { Stopwatch } from './stopwatch';

/** Keeps every connection busy until the time is over, and resolves when the last answer is there. */
export async function closedLoop(
  connections: readonly Connection[],
  source: Source,
  { job, watch }: { readonly job: Job; readonly watch: Stopwatch },
): Promise<void> {
  const all = Promise.all(connections.map((connection) => keepBusy(connection, source, watch)));
  const time = async () => {
    await sleep(job.warmUpMs);
    watch.start();
    await sleep(job.measureMs, undefined, { ref: false });
    watch.end();
  };
  // Whichever comes first: the end of the time, or of the requests.
  await Promise.race([time(), all]);
  await all;
  watch.end();
}

function keepBusy(connection: Connection, source: Source, watch: Stopwatch): Promise<void> {
  return new Promise((resolve, reject) => {
    const sendNext = (): void => {
      const request = watch.isOver ? undefined : source.next();
      if (!request) {
        // The first connection without work ends the measurement: the others run dry after it.
        watch.end();
        resolve();
        return;
      }
      const sentAt = performance.now();
      connection.send(request.bytes, (status) => {
        watch.note(status, performance.now() - sentAt);
        if (status === BROKEN) reject(new Error('the target broke a connection'));
        else sendNext();
      });
    };
    sendNext();
  });
}
