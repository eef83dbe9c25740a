import { fork } from 'node:child_process';
import path from 'node:path';
import type { Outcome } from '../testing/index';
import type { Examined } from './examiner';
import { readManifest } from './manifest';

/** What `parley check-plugin` reports. */
export interface PluginReport {
  readonly isSound: boolean;
  readonly definition?: Examined['definition'];
  /** Each says the way out. */
  readonly problems: readonly { readonly part: PluginPart; readonly words: string }[];
  /** Every check of the kit. */
  readonly checks: readonly Outcome[];
}

export type PluginPart = 'manifest' | 'loading' | 'schema' | 'kit' | 'ending';

export interface CheckPluginOptions {
  /** The whole examination may take so long (default 5 minutes). */
  readonly timeoutMs?: number;
  /** After its last word the process may live so long (default 5 s). */
  readonly endsWithinMs?: number;
}

const TIMEOUT_MS = 300_000;
const ENDS_WITHIN_MS = 5_000;

/** Says whether the plugin in this folder can be shipped. It runs in a process of its own. */
export async function checkPlugin(folder: string, options: CheckPluginOptions = {}): Promise<PluginReport> {
  const { manifest, problems } = await readManifest(folder);
  const found: { part: PluginPart; words: string }[] = problems.map((words) => ({ part: 'manifest', words }));
  if (!manifest) return report(found);
  const { examined, endProblem } = await examineApart([manifest.channel, manifest.simulator], options);
  if (examined?.refusal !== undefined)
    found.push({ part: examined.definition ? 'kit' : 'loading', words: examined.refusal });
  for (const words of examined?.schemaProblems ?? []) found.push({ part: 'schema', words });
  if (endProblem !== undefined) found.push(endProblem);
  return report(found, examined);
}

function report(problems: PluginReport['problems'], examined: Examined = {}): PluginReport {
  const { definition, outcomes: checks = [] } = examined;
  const isSound =
    problems.length === 0 && checks.length > 0 && checks.every(({ state }) => state !== 'failed');
  return { isSound, ...(definition && { definition }), problems, checks };
}

interface Apart {
  readonly examined?: Examined;
  readonly endProblem?: { readonly part: PluginPart; readonly words: string };
}

/** Ends by itself when the plugin lets its process end; is ended when it does not. */
function examineApart(files: readonly (string | undefined)[], options: CheckPluginOptions): Promise<Apart> {
  const { timeoutMs = TIMEOUT_MS, endsWithinMs = ENDS_WITHIN_MS } = options;
  return new Promise((resolve, reject) => {
    const args = files.filter((file) => file !== undefined);
    const child = fork(path.join(__dirname, `examiner${path.extname(__filename)}`), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let examined: Examined | undefined;
    let late: Apart['endProblem'];
    const endAfter = (ms: number, problem: NonNullable<Apart['endProblem']>) =>
      setTimeout(() => {
        late = problem;
        child.kill('SIGKILL');
      }, ms);
    let timer = endAfter(timeoutMs, {
      part: 'loading',
      words: `it was not done within ${timeoutMs / 1_000} s: something in it hangs`,
    });
    child.on('message', (message) => {
      examined = message as Examined; // from our own examiner
      clearTimeout(timer);
      timer = endAfter(endsWithinMs, {
        part: 'ending',
        words: `its process was still alive ${endsWithinMs / 1_000} s after the last check: end every socket, timer and listener in close()`,
      });
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      const died = { part: 'loading', words: `its process ended with ${code} before it was done` } as const;
      const endProblem = late ?? (examined ? undefined : died);
      resolve({ ...(examined && { examined }), ...(endProblem && { endProblem }) });
    });
  });
}
