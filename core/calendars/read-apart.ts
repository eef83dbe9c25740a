import { Worker } from 'node:worker_threads';
import { workerFile } from '../../plugins/helpers/worker-file';
import type { Calendar } from '../model/calendar';
import { Turns } from '../turns';
import { FeedProblem } from './feed-problem';
import type { Reading } from './read-feed';
import type { Task } from './worker';

const AT_ONCE = 2;
const LIMIT_MS = 5_000;
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

// The threads are the node's: however many teams set up a feed at once, two are read.
const turns = new Turns(AT_ONCE, () => {});

/** Reads a feed in a thread of its own, with limits of time and memory. Rejects with a FeedProblem. */
export async function readApart(text: string, reading: Reading): Promise<Calendar> {
  await turns.take();
  try {
    return await read({ text, reading });
  } finally {
    turns.end();
  }
}

async function read(task: Task): Promise<Calendar> {
  const worker = new Worker(workerFile(__dirname), { workerData: task, resourceLimits: LIMITS });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Calendar>((resolve, reject) => {
      const fail = (words: string) => reject(new FeedProblem(words));
      timer = setTimeout(() => fail(`cannot be read within ${LIMIT_MS / 1000} s`), LIMIT_MS);
      worker.on('message', ({ calendar, problem }: { calendar?: Calendar; problem?: string }) =>
        calendar ? resolve(calendar) : fail(problem ?? 'cannot be read'),
      );
      worker.on('error', () => fail('cannot be read'));
      worker.on('exit', () => fail('cannot be read'));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
