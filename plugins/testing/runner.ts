/** The four functions that the kit needs of a test runner; Jest, Vitest and Mocha have them as globals. */
export interface Runner {
  describe(name: string, body: () => void): void;
  it: ((name: string, body: () => Promise<void>) => void) & {
    skip(name: string, body: () => Promise<void>): void;
  };
  beforeEach(body: () => Promise<void>): void;
  afterEach(body: () => Promise<void>): void;
}

/** The runner in whose globals this file runs. */
export function globalRunner(): Runner {
  const { describe, it, beforeEach, afterEach }: Partial<Runner> = Object(globalThis);
  if (!describe || !it || !beforeEach || !afterEach)
    throw new Error('no test runner is running; run this with Jest, Vitest or Mocha, or pass a runner');
  return { describe, it, beforeEach, afterEach };
}
