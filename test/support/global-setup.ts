import { hasRedis, startPostgres, type TestServer } from './servers';

declare global {
  var parleyTestServers: TestServer[] | undefined;
}

/** Starts the real servers once for all test files; what is missing is named, and an error where all are required. */
export default async function globalSetup(): Promise<void> {
  const servers: TestServer[] = [];
  const missing: string[] = [];
  const postgres = await startPostgres();
  if (postgres) {
    servers.push(postgres);
    process.env['PARLEY_TEST_POSTGRES'] = postgres.url;
  } else missing.push('PostgreSQL');
  if (!hasRedis()) missing.push('Redis'); // each test file that wants one starts its own
  process.env['PARLEY_TEST_MISSING'] = missing.join(', ');
  globalThis.parleyTestServers = servers;
  if (missing.length > 0 && process.env['PARLEY_TEST_REQUIRE'] === 'all')
    throw new Error(`these servers are missing, and nothing may be left out here: ${missing.join(', ')}`);
}
