import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { openPostgres, openSqlite, type TestDatabase } from '../support/databases';
import { startPostgres } from '../support/servers';
import { until } from '../support/until';
import { Belongings } from './belongings';
import { type Helper, startHelper } from './helper';
import type { Job, Outcome } from './load/job';
import { parentOf } from './load/usage';
import type { DatabaseName, Options } from './options';

/** What every section works with. */
export interface Bench {
  readonly options: Options;
  readonly databaseName: DatabaseName;
  readonly belongings: Belongings;
  /** The database server, where there is one. */
  readonly databasePid?: number | undefined;
  /** Runs one job in the load generator; throws when anything but 2xx was answered. */
  load(job: Omit<Job, 'databasePid'>): Promise<Outcome>;
  /** A new database of this kind. */
  openDatabase(): Promise<TestDatabase>;
  say(words: string): void;
}

/** Starts the load generator and, where it is asked for, a PostgreSQL that syncs to the disk. */
export async function startBench(options: Options, databaseName: DatabaseName): Promise<Bench> {
  const belongings = new Belongings();
  warnOfMemoryDisk();
  const generator: Helper<Job, Outcome> = startHelper('load/generator-process.ts');
  belongings.keep(() => generator.stop());
  const databasePid = databaseName === 'PostgreSQL' ? await startServer(belongings) : undefined;
  return {
    ...{ options, databaseName, belongings, databasePid },
    async load(job) {
      const outcome = await generator.ask({ ...job, databasePid });
      const failures = Object.entries(outcome.failures);
      if (failures.length > 0)
        throw new Error(`not acknowledged: ${failures.map(([what, n]) => `${n} x ${what}`).join(', ')}`);
      return outcome;
    },
    async openDatabase() {
      const database = await (databaseName === 'SQLite' ? openSqlite() : openPostgres());
      belongings.keep(() => database.drop());
      return database;
    },
    say: (words) => process.stderr.write(`  ${databaseName}: ${words}\n`),
  };
}

/** Gives the process that all its others descend from. */
async function startServer(belongings: Belongings): Promise<number> {
  const server = await startPostgres({ fsync: true });
  if (!server) throw new Error('PostgreSQL is not installed here; --database sqlite leaves it out');
  belongings.keep(() => server.stop());
  process.env['PARLEY_TEST_POSTGRES'] = server.url;
  // It listens a moment before it takes anybody in.
  return until(() => postmasterPid(server.url));
}

async function postmasterPid(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    // A connection has a process of its own, for as long as it lasts.
    return parentOf(rows[0].pid);
  } finally {
    await client.end();
  }
}

const TMPFS = 0x01021994; // statfs(2)

function warnOfMemoryDisk(): void {
  if (statfsSync(tmpdir()).type !== TMPFS) return;
  process.stderr.write(`${tmpdir()} is in memory: commits cost nothing there; set TMPDIR to a real disk\n`);
}
