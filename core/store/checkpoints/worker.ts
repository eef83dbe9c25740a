import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { Asked, Moved } from './checkpoints';

/** The thread that moves what was logged into the database's file; it neither reads nor writes rows. */
function serve(port: NonNullable<typeof parentPort>, file: string): void {
  const db = new Database(file, { fileMustExist: true });
  port.on('message', (asked: Asked) => {
    if (asked === 'end') {
      db.close();
      port.close();
      return;
    }
    const startedAt = performance.now();
    db.pragma('wal_checkpoint(PASSIVE)');
    port.postMessage({ tookMs: performance.now() - startedAt } satisfies Moved);
  });
}

if (parentPort) serve(parentPort, String(workerData));
