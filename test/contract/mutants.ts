import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Examination, Findings } from './mutant-run';
import type { Mutation } from './mutation';
import { MUTATIONS } from './mutations/all';
import { QUIET } from './mutations/quiet';

/**
 * Plants one bug after the other into a copy of its channel, and shows that the check of the contract kit that is there
 * for it catches it; `-- adapters/sms` for one channel's alone, `-- --all` to see every check that notices.
 */
const ROOT = path.resolve(__dirname, '../..');
// In a folder that imports of the package lead out of, which they do not from node_modules.
const CACHE = path.join(ROOT, 'dist/mutants');
const SIDE_BY_SIDE = 2;
const PATIENCE_MS = 120_000;

interface Verdict {
  readonly mutation: Mutation;
  readonly isCaught: boolean;
  readonly words: string;
}

async function main(): Promise<void> {
  const start = performance.now();
  rmSync(CACHE, { recursive: true, force: true });
  const flags = process.argv.slice(2);
  const showsAll = flags.includes('--all');
  const only = flags.find((flag) => !flag.startsWith('--'));
  const mutations = MUTATIONS.filter(({ channel }) => only === undefined || channel === only);
  const examiners = Array.from({ length: SIDE_BY_SIDE }, createExaminer);
  await mustBeSound(new Set(mutations.map(({ channel }) => channel)), examiners[0] ?? createExaminer());
  const verdicts: Verdict[] = [];
  const waiting = mutations.entries();
  const work = async (examiner: Examiner): Promise<void> => {
    for (const [index, mutation] of waiting) {
      const verdict = await examine(mutation, { name: String(index), examiner, showsAll });
      verdicts.push(verdict);
      const { channel, bug } = mutation;
      console.log(`${verdict.isCaught ? 'caught' : 'MISSED'}  ${channel}: ${bug} -> ${verdict.words}`);
    }
    examiner.end();
  };
  await Promise.all(examiners.map(work));
  rmSync(CACHE, { recursive: true, force: true });
  const missed = verdicts.filter(({ isCaught }) => !isCaught).length;
  console.log(`\n${bySection(verdicts)}`);
  const seconds = Math.round((performance.now() - start) / 1_000);
  console.log(`${verdicts.length - missed} of ${verdicts.length} bugs caught in ${seconds} s`);
  process.exit(missed > 0 ? 1 : 0);
}

/** Without a bug every check passes, or being caught says nothing. */
async function mustBeSound(channels: ReadonlySet<string>, examiner: Examiner): Promise<void> {
  for (const channel of channels) {
    const { failed } = await examiner.examine({ channel, copy: copyOf('sound', channel) });
    if (failed.length === 0) continue;
    console.log(`${channel} as it is does not pass: ${failed.join('; ')}`);
    process.exit(1);
  }
}

/** Runs the check that is there for the bug on a copy with it. */
async function examine(
  mutation: Mutation,
  { name, examiner, showsAll }: { name: string; examiner: Examiner; showsAll: boolean },
): Promise<Verdict> {
  const { channel, caughtBy, file, find } = mutation;
  const copy = copyOf(name, channel);
  if (!plant(copy, mutation)) return { mutation, isCaught: false, words: `${file} no longer has: ${find}` };
  const { failed, run } = await examiner.examine({ channel, copy, ...(!showsAll && { only: caughtBy }) });
  if (run === 0 && failed.length === 0)
    return { mutation, isCaught: false, words: `there is no check "${caughtBy}"` };
  const isCaught = failed.some((check) => check.startsWith(caughtBy));
  if (showsAll) return { mutation, isCaught, words: failed.join('; ') || 'every check passed' };
  return { mutation, isCaught, words: isCaught ? caughtBy : (failed[0] ?? `passed: ${caughtBy}`) };
}

function bySection(verdicts: readonly Verdict[]): string {
  const sections = new Map<string, { planted: number; caught: number }>();
  for (const { mutation, isCaught } of verdicts) {
    const [section = ''] = mutation.caughtBy.split(':');
    const { planted, caught } = sections.get(section) ?? { planted: 0, caught: 0 };
    sections.set(section, { planted: planted + 1, caught: caught + Number(isCaught) });
  }
  const lines = [...sections].toSorted(([a], [b]) => a.localeCompare(b));
  return lines.map(([section, { planted, caught }]) => `${section}: ${caught} of ${planted}`).join('\n');
}

/** Inside of the project, so that the imports of the copy lead where those of the original do. */
function copyOf(name: string, channel: string): string {
  const root = path.join(CACHE, `${name} ${channel.replace('/', ' ')}`);
  const copy = path.join(root, channel);
  mkdirSync(path.dirname(copy), { recursive: true });
  if (channel.startsWith('adapters/')) symlinkSync(path.join(ROOT, 'plugins'), path.join(root, 'plugins'));
  cpSync(path.join(ROOT, channel), copy, {
    recursive: true,
    filter: (source) => !/\.test\.ts$|\/(fixtures|simulator|driver|widget)(\/|\.ts|$)/.test(source),
  });
  return copy;
}

function plant(copy: string, { file, find, replace }: Mutation): boolean {
  const target = path.join(copy, file);
  const source = readFileSync(target, 'utf8');
  if (!source.includes(find)) return false;
  const mutated = source.replace(find, () => replace);
  writeFileSync(target, replace.includes('quiet(') ? mutated + QUIET : mutated);
  return true;
}

/** A process that runs the kit on one copy after the other; a bug that ends it is caught, and the next gets a new one. */
interface Examiner {
  examine(examination: Examination): Promise<Findings>;
  end(): void;
}

function createExaminer(): Examiner {
  let child: ChildProcess | undefined;
  return {
    examine(examination) {
      child ??= fork(path.join(__dirname, 'mutant-run.ts'), { execArgv: ['--import', 'tsx'], silent: true });
      return answerOf(child, examination).catch((error: Error): Findings => {
        child?.kill('SIGKILL');
        child = undefined;
        // Whatever was run when the process ended is what noticed.
        return { failed: [`${examination.only ?? 'the whole run'} (${error.message})`], run: 1 };
      });
    },
    end: () => void child?.kill(),
  };
}

/** Rejects when the process does not live to say it. */
function answerOf(child: ChildProcess, examination: Examination): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${PATIENCE_MS} ms`)), PATIENCE_MS);
    const onExit = (code: number | null): void => reject(new Error(`the process ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (findings) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(findings as Findings);
    });
    child.send(examination);
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
