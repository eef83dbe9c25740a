import type { Runner } from './runner';
import { wordsOf } from './words';

/** What became of one test. */
export interface Outcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string;
}

export interface CollectOptions {
  /** Ends the run with the first failure. */
  readonly stopAtFailure?: boolean;
  readonly timeoutMs?: number;
  /** Leaves out every test whose name does not begin so. */
  readonly only?: string;
}

/** A runner that needs no test framework: it collects the tests, runs them one by one, and gives what came of them. */
export interface CollectingRunner extends Runner {
  run(options?: CollectOptions): Promise<readonly Outcome[]>;
}

export function collectingRunner(): CollectingRunner {
  const tests: { readonly name: string; readonly body: (() => Promise<void>) | undefined }[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const add = (name: string, body: () => Promise<void>): void => void tests.push({ name, body });
  const skip = (name: string): void => void tests.push({ name, body: undefined });
  return {
    describe: (_name, body) => body(),
    it: Object.assign(add, { skip }),
    beforeEach: (body) => void before.push(body),
    afterEach: (body) => void after.push(body),
    async run({ stopAtFailure = false, timeoutMs = 15_000, only = '' } = {}) {
      const outcomes: Outcome[] = [];
      for (const { name, body } of tests.filter((test) => test.name.startsWith(only))) {
        const error = body && (await failureOf([...before, body], after, timeoutMs));
        outcomes.push(body ? outcomeOf(name, error) : { name, state: 'skipped' });
        if (stopAtFailure && error !== undefined) break;
      }
      return outcomes;
    },
  };
}

type Step = () => Promise<void>;

function outcomeOf(name: string, error: string | undefined): Outcome {
  return error === undefined ? { name, state: 'passed' } : { name, state: 'failed', error };
}

/** Runs the steps, then in any case the last ones; gives the first error as text. */
async function failureOf(
  steps: readonly Step[],
  last: readonly Step[],
  timeoutMs: number,
): Promise<string | undefined> {
  const failed = await firstError(steps, timeoutMs);
  return (await firstError(last, timeoutMs)) ?? failed;
}

async function firstError(steps: readonly Step[], timeoutMs: number): Promise<string | undefined> {
  try {
    for (const step of steps) await within(step(), timeoutMs);
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
