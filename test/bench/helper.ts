import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import path from 'node:path';

/** A process of the benchmark that answers one question at a time. */
export interface Helper<Question, Answer> {
  readonly pid: number;
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

interface Reply {
  readonly answer?: unknown;
  readonly problem?: string;
}

/** Starts a file of this folder as a process of its own; it ends with this one. */
export function startHelper<Question extends Serializable, Answer>(
  file: string,
  args: readonly string[] = [],
): Helper<Question, Answer> {
  const child = fork(path.resolve(__dirname, file), [...args]);
  if (child.pid === undefined) throw new Error(`${file} cannot be started`);
  return {
    pid: child.pid,
    ask: (question) => ask(child, file, question) as Promise<Answer>,
    stop: () => stop(child),
  };
}

function ask(child: ChildProcess, file: string, question: Serializable): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${file} ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (reply: Reply) => {
      child.off('exit', onExit);
      if (reply.problem === undefined) resolve(reply.answer);
      else reject(new Error(`${file}: ${reply.problem}`));
    });
    child.send(question);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await gone;
}

/** The other side: answers what this process is asked, until whoever started it lets go. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (question) => {
    answer(question as Question).then(
      (given) => reply({ answer: given }),
      (error: unknown) => reply({ problem: error instanceof Error ? (error.stack ?? '') : String(error) }),
    );
  });
}

function reply(given: Reply): void {
  process.send?.(given);
}
