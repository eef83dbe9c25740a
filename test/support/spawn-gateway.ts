import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { Api } from './api';
import type { TestDatabase } from './databases';
import { freePort } from './servers';
import { PARTNER_KEY } from './start-gateway';
import { until } from './until';

/** A gateway in a process of its own, as it is run in earnest. */
export interface SpawnedGateway {
  readonly process: ChildProcess;
  readonly origin: string;
  readonly port: number;
  readonly partner: Api;
  /** Everything that it printed. */
  output(): string;
  /** Ends it by a signal and resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** On a busy machine, loading the code alone takes its time. */
const STARTING = { patienceMs: 120_000 };
const MAIN = path.resolve(__dirname, '../../dist/core/main.js');

/** Starts the build and resolves when it is ready. */
export async function spawnGateway(options: {
  readonly database: TestDatabase;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<SpawnedGateway> {
  const { database, settings } = options;
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      PARLEY_DATA_DIR: database.dataDir,
      PARLEY_PARTNER_KEY: PARTNER_KEY,
      PARLEY_REQUESTS_PER_MINUTE: '1000000',
      ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const origin = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the gateway ended:\n${printed}`);
    return (await fetch(`${origin}/readyz`)).ok;
  }, STARTING);
  return {
    process: child,
    origin,
    port,
    partner: new Api(origin, PARTNER_KEY),
    output: () => printed,
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await gone;
    },
  };
}
