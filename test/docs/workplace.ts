import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Block } from './blocks';

const PROJECT = path.resolve(__dirname, '../..');

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A program that runs. */
export interface Running {
  readonly process: ChildProcess;
  output(): string;
  ended: Promise<Ended>;
}

export type Environment = Readonly<Record<string, string>>;

/** An empty folder in which the project's packages are installed. */
export interface Workplace {
  readonly folder: string;
  write(name: string, content: string | Buffer): void;
  save(...blocks: readonly Block[]): void;
  start(command: readonly string[], env?: Environment): Running;
  run(command: readonly string[], env?: Environment): Promise<Ended>;
  /** Ends what still runs, and removes the folder. */
  clear(): Promise<void>;
}

/** Makes one. */
export function openWorkplace(): Workplace {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-docs-'));
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(folder, 'node_modules'));
  const running = new Set<Running>();
  const write = (name: string, content: string | Buffer) => writeFileSync(path.join(folder, name), content);
  const start = ([program = '', ...args]: readonly string[], env: Environment = {}) => {
    // A group of its own: a script may leave programs behind.
    const child = spawn(program, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const one = follow(child);
    running.add(one);
    void one.ended.then(() => running.delete(one));
    return one;
  };
  return {
    folder,
    write,
    save: (...blocks) => {
      for (const { name, code } of blocks) write(name, code);
    },
    start,
    run: (command, env) => start(command, env).ended,
    async clear() {
      for (const { process: child } of running) endGroup(child);
      await Promise.all([...running].map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess): Running {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
  return { process: child, output: () => output, ended };
}

/** Ends a program and all that it started. */
export function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
