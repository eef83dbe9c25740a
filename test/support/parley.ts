import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { PARTNER_KEY } from './start-gateway';
import { until } from './until';

const COMMAND = path.resolve(__dirname, '../../dist/core/cli/main.js');
const PATIENCE_MS = 30_000;
// What a terminal is told to do, such as moving its cursor.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are control characters
const CONTROL = /\u001b\[[\d;]*[A-Za-z]|\r/g;
const running = new Set<ChildProcess>();

/** Ends what a test that failed left behind. */
export function endTalks(): void {
  for (const child of running) child.kill('SIGKILL');
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that was started, with somebody who reads and types. */
export interface Talk {
  /** Everything that was shown so far, by whichever way. */
  shown(): string;
  /** Waits until something new is shown, and gives what it captured. */
  sees(what: RegExp): Promise<readonly string[]>;
  type(line: string): void;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Outcome>;
}

export type Surroundings = Readonly<Record<string, string>>;

/** The environment of somebody who works with a gateway. */
export function withGateway({ origin }: { readonly origin: string }, more: Surroundings = {}): Surroundings {
  return { PARLEY_URL: origin, PARLEY_PARTNER_KEY: PARTNER_KEY, ...more };
}

/** Runs the built command to its end; `input` is piped in. */
export function parley(args: readonly string[], environment: Surroundings, input = ''): Promise<Outcome> {
  const { child, ended } = start([process.execPath, COMMAND, ...args], environment);
  child.stdin?.end(input);
  return ended;
}

/** Starts the built command with its input open, as a program would use it. */
export function talkTo(args: readonly string[], environment: Surroundings): Talk {
  return talkWith(start([process.execPath, COMMAND, ...args], environment));
}

/** The same at a terminal, as a person would. */
export function atTerminal(args: readonly string[], environment: Surroundings): Talk {
  const line = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
  // script(1) gives it a terminal of its own, and ends as it ends.
  return talkWith(
    start(['script', '--quiet', '--return', '--command', line, '/dev/null'], environment),
    '\r',
  );
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  shown(): string;
}

function start([program = '', ...args]: readonly string[], environment: Surroundings): Started {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const child = spawn(program, args, { env, stdio: 'pipe' });
  running.add(child);
  child.once('close', () => running.delete(child));
  const heard = { out: '', err: '', both: '' };
  const hear = (where: 'out' | 'err') => (chunk: Buffer) => {
    heard[where] += chunk.toString();
    heard.both += chunk.toString();
  };
  child.stdout.on('data', hear('out'));
  child.stderr.on('data', hear('err'));
  child.stdin.on('error', () => undefined); // it may end before it has read all
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out: heard.out, err: heard.err }));
  });
  return { child, ended, shown: () => heard.both.replace(CONTROL, '') };
}

function talkWith({ child, ended, shown }: Started, enter = '\n'): Talk {
  let read = 0;
  return {
    ended,
    shown,
    async sees(what) {
      const match = await until(
        () => {
          const found = what.exec(shown().slice(read));
          if (!found && child.exitCode !== null) throw new Error(`it ended without ${what}:\n${shown()}`);
          return found;
        },
        { patienceMs: PATIENCE_MS },
      ).catch((error: unknown) => {
        throw new Error(`${what} was never seen in:\n${shown()}`, { cause: error });
      });
      read += match.index + match[0].length;
      return match;
    },
    type: (line) => void child.stdin?.write(line + enter),
    signal: (name) => void child.kill(name),
  };
}
