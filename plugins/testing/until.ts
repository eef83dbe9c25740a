import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 3_000;
const STEP_MS = 5;

/** Waits until something is so, and fails with `words` when it does not come about. */
export async function until(isSo: () => boolean, words: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > end) assert.fail(words);
    await pause(STEP_MS);
  }
}

/** Fails when a promise is not settled soon: a wait without an end. */
export async function settles<T>(work: Promise<T>, words: string): Promise<T> {
  let isLate = false;
  const late = pause(PATIENCE_MS, undefined, { ref: false }).then(() => {
    isLate = true;
  });
  const first = await Promise.race([work.then((value) => ({ value })), late]);
  if (isLate || !first) assert.fail(words);
  return first.value;
}
