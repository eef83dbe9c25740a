import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The `worker.js` of a folder, for a thread of its own; `dir` is `__dirname` there. Run from source, a thread needs the build. */
export function workerFile(dir: string): string {
  const beside = path.join(dir, 'worker.js');
  return existsSync(beside) ? beside : path.join(ROOT, 'dist', path.relative(ROOT, dir), 'worker.js');
}
