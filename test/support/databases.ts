import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';

/** A database of its own for one test, and the folder that goes with it. */
export interface TestDatabase {
  readonly dataDir: string;
  /** Absent: SQLite in the folder. */
  readonly databaseUrl?: string;
  drop(): Promise<void>;
}

export type DatabaseKind = 'SQLite' | 'PostgreSQL';

/** Declares the same tests for each database; names what is left out where a server is missing. */
export function onEachDatabase(name: string, tests: (open: () => Promise<TestDatabase>) => void): void {
  describe(`${name} on SQLite`, () => tests(openSqlite));
  const hasPostgres = process.env['PARLEY_TEST_POSTGRES'] !== undefined;
  const describePostgres = hasPostgres ? describe : describe.skip;
  describePostgres(`${name} on PostgreSQL`, () => tests(openPostgres));
}

/** Declares tests that need PostgreSQL. */
export function onPostgres(name: string, tests: (open: () => Promise<TestDatabase>) => void): void {
  const hasPostgres = process.env['PARLEY_TEST_POSTGRES'] !== undefined;
  (hasPostgres ? describe : describe.skip)(`${name} on PostgreSQL`, () => tests(openPostgres));
}

export async function openSqlite(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'parley-test-'));
  return { dataDir, drop: async () => rmSync(dataDir, { recursive: true, force: true }) };
}

export async function openPostgres(): Promise<TestDatabase> {
  const server = process.env['PARLEY_TEST_POSTGRES'] ?? '';
  const name = `parley_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'parley-test-'));
  return {
    dataDir,
    databaseUrl: url.href,
    async drop() {
      rmSync(dataDir, { recursive: true, force: true });
      await run(server, `drop database if exists ${name} with (force)`);
    },
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
