import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from './load/usage';

const SETTLE_MS = 5_000;

/** For NODE_OPTIONS of a gateway whose `residentOf` is to be asked. */
export const GARBAGE_OPTIONS = `--expose-gc --require ${path.resolve(__dirname, 'collect-garbage-hook.cjs')}`;

/** What a process needs, in bytes: garbage is collected before it is measured, for some of it is there at any moment. */
export async function residentOf(pid: number): Promise<number> {
  await sleep(SETTLE_MS);
  process.kill(pid, 'SIGWINCH');
  await sleep(SETTLE_MS);
  return usageOf(pid).rssBytes;
}
