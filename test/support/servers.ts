import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A real server on loopback that the tests started and will stop. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server that a test may take away and bring back, with all that it had. */
export interface StoppableServer extends TestServer {
  /** At once, without a word to its clients. */
  crash(): Promise<void>;
  /** Again at the same port. */
  restart(): Promise<void>;
}

/** A server that a test may also hold still: it is there, and answers nothing. */
export interface FreezableServer extends StoppableServer {
  freeze(): void;
  thaw(): void;
}

/** Starts a private PostgreSQL from Debian's binaries, or gives undefined where there are none. */
export async function startPostgres(options: { fsync?: boolean } = {}): Promise<StoppableServer | undefined> {
  const bin = postgresBin();
  if (!bin) return undefined;
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-pg-'));
  const port = await freePort();
  const data = path.join(dir, 'data');
  giveAway(dir);
  const initdb = `${path.join(bin, 'initdb')} -D ${data} -U postgres -A trust --no-sync --no-locale -E UTF8`;
  const [init, initArgs] = unprivileged(initdb.split(' '));
  execFileSync(init, initArgs, { stdio: 'ignore', cwd: dir });
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: dir,
    fsync: options.fsync ? 'on' : 'off',
    max_connections: '200',
  };
  const [postgres, args] = unprivileged([
    ...[path.join(bin, 'postgres'), '-D', data, '-p', String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const launch = async () => {
    const launched = spawn(postgres, args, { stdio: 'ignore', cwd: dir });
    await untilListening(port, launched);
    return launched;
  };
  let child = await launch();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    stop: () => end(child, dir, 'SIGINT'),
    crash: () => ended(child, 'SIGQUIT'),
    async restart() {
      child = await launch();
    },
  };
}

const REDIS = '/usr/bin/redis-server';

/** Whether there is a Redis to start. */
export function hasRedis(): boolean {
  return existsSync(REDIS);
}

/** Starts a private Redis that forgets everything when it ends; further settings as in its configuration file. */
export async function startRedis(
  settings: Readonly<Record<string, string>> = {},
): Promise<FreezableServer & { readonly port: number }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-redis-'));
  const port = Number(settings['port'] ?? (await freePort()));
  const all = { port: String(port), bind: '127.0.0.1', dir, save: '', appendonly: 'no', ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const launch = async () => {
    const launched = spawn(REDIS, args, { stdio: 'ignore' });
    await untilListening(port, launched);
    return launched;
  };
  let child = await launch();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    stop() {
      child.kill('SIGCONT'); // a server that is frozen would not hear of its end
      return end(child, dir, 'SIGTERM');
    },
    crash: () => ended(child, 'SIGKILL'),
    async restart() {
      child = await launch();
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

const PORTS = { from: 12_000, to: 32_000 };

/**
 * A port that was free a moment ago, and that the system gives to no connection that goes out: whoever is started again
 * finds it free still.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function postgresBin(): string | undefined {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const newest = readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .find((version) => existsSync(path.join(root, version, 'bin', 'postgres')));
  return newest && path.join(root, newest, 'bin');
}

const NOBODY = 65_534;

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function giveAway(dir: string): void {
  chmodSync(dir, 0o755);
  if (isRoot()) chownSync(dir, NOBODY, NOBODY);
}

// PostgreSQL refuses to run as root.
function unprivileged(command: readonly string[]): [program: string, args: string[]] {
  const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const [program = '', ...args] = isRoot() ? [...drop, ...command] : command;
  return [program, args];
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with code ${child.exitCode}`);
    const connected = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port} after 10 s`);
}

async function end(child: ChildProcess, dir: string, signal: NodeJS.Signals): Promise<void> {
  await ended(child, signal);
  rmSync(dir, { recursive: true, force: true });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
