import { parentPort, workerData } from 'node:worker_threads';
import { type Reading, readFeed } from './read-feed';

/** What the thread is given, and what it says at its end. */
export interface Task {
  readonly text: string;
  readonly reading: Reading;
}

/** The thread that reads the feed of a stranger: it may run for ever or out of memory, and only itself is lost. */
function serve({ text, reading }: Task): void {
  try {
    parentPort?.postMessage({ calendar: readFeed(text, reading) });
  } catch (error) {
    parentPort?.postMessage({
      problem: error instanceof Error ? error.message.slice(0, 300) : 'cannot be read',
    });
  }
}

serve(workerData);
