import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { onPostgres, openSqlite, type TestDatabase } from '../../support/databases';
import { endTalks, parley, type Surroundings, talkTo } from '../../support/parley';
import { freePort } from '../../support/servers';

jest.setTimeout(120_000);
afterAll(endTalks);

/** The environment of the machine that the gateway runs on. */
async function machine(database: TestDatabase): Promise<Surroundings> {
  return {
    PORT: String(await freePort()),
    PARLEY_DATA_DIR: database.dataDir,
    PARLEY_LOG_LEVEL: 'silent',
    ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
  };
}

describe('the command line on the machine of the gateway', () => {
  let database: TestDatabase;
  let env: Surroundings;
  beforeEach(async () => {
    database = await openSqlite();
    env = await machine(database);
  });
  afterEach(() => database.drop());

  const json = async (...args: readonly string[]) => {
    const { code, out, err } = await parley([...args, '--json'], env);
    if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${err}`);
    return JSON.parse(out);
  };

  test('it migrates, starts, gives out spaces, tokens and keys, and takes them back', async () => {
    const { done } = await json('migrate');
    expect(done[0]).toBe('0001-start');
    expect(await json('migrate', '--dry-run')).toEqual({ pending: [] });
    const nobody = await parley(['space', 'list'], env);
    expect(nobody.code).toBe(77);
    expect(nobody.err).toMatch(/no partner key in .*; set PARLEY_PARTNER_KEY/);

    const gateway = talkTo(['start'], env);
    await gateway.sees(/Parley is ready/);
    // With the key that the first start left in the data folder.
    const space = await json('space', 'create', 'Shop');
    expect(await json('space', 'list')).toEqual([expect.objectContaining({ id: space.id, name: 'Shop' })]);
    const token = await json('token', 'create', 'Reports', '--scopes', 'chat:read');
    const successor = await json('token', 'rotate', token.id, '--overlap', '0');
    await json('token', 'revoke', successor.id);
    const left: { name: string }[] = await json('token', 'list');
    expect(left.map(({ name }) => name)).toEqual(['first']);
    // Migrated by the gateway, which has the database to itself on SQLite.
    expect(await json('migrate')).toEqual({ done: [] });

    const reseller = await json('partner', 'create', 'Reseller');
    expect(
      (await parley(['space', 'list', '--json'], { ...env, PARLEY_PARTNER_KEY: reseller.key })).out.trim(),
    ).toBe('[]');
    const partners: { id: string; name: string; keys: { id: string }[] }[] = await json('partner', 'list');
    expect(partners.map(({ name }) => name)).toEqual(['first partner', 'Reseller']);
    expect(JSON.stringify(partners)).not.toMatch(/hash|pk_/);
    const file = path.join(database.dataDir, 'partner.key');
    const before = readFileSync(file, 'utf8');
    await json('partner', 'rotate', partners[0]?.id ?? '', '--overlap', '0');
    expect(readFileSync(file, 'utf8')).not.toBe(before);
    expect(await json('space', 'list')).toHaveLength(1);
    await json('partner', 'revoke', partners[1]?.keys[0]?.id ?? '');
    expect(await json('partner', 'list')).toEqual([
      expect.objectContaining({ keys: [expect.anything()] }),
      expect.objectContaining({ keys: [] }),
    ]);

    expect((await parley(['doctor'], env)).out).toMatch(/^ok {4}gateway: ready at/m);
    gateway.signal('SIGTERM');
    expect((await gateway.ended).code).toBe(0);
    const gone = await parley(['space', 'list', '--json'], env);
    expect([gone.code, JSON.parse(gone.err).error.code]).toEqual([69, 'unavailable']);
  });
});

onPostgres('the command line', (open) => {
  test('it brings the schema up to date, and sees how the clocks go together', async () => {
    const database = await open();
    try {
      const env = await machine(database);
      expect((await parley(['doctor'], env)).out).toMatch(/^warn {2}database: .*`parley migrate`/m);
      expect((await parley(['migrate'], env)).out).toMatch(/^done: 0001-start/);
      const well = await parley(['doctor'], env);
      expect(well.out).toMatch(/^ok {4}database: PostgreSQL, up to date\n.* {4}clock: .* ms /m);
      expect(well.code).toBe(0);
    } finally {
      await database.drop();
    }
  });
});

test('the doctor says what is wrong, a line each, with the way out, and changes nothing', async () => {
  const database = await openSqlite();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  try {
    const env = { ...(await machine(database)), PORT: String(port) };
    await parley(['migrate'], env);
    writeFileSync(path.join(database.dataDir, 'master.key'), 'half a key');
    chmodSync(path.join(database.dataDir, 'master.key'), 0o644);
    const plugin = path.join(database.dataDir, 'pigeon.js');
    writeFileSync(plugin, 'throw new Error("no pigeons today")');

    const sick = await parley(['doctor', '--json'], {
      ...env,
      PARLEY_PLUGINS: plugin,
      PUBLIC_URL: 'http://chat.example.com',
      REDIS_URL: 'redis://127.0.0.1:1',
    });

    expect(sick.code).toBe(1);
    const { ok, findings } = JSON.parse(sick.out);
    expect(ok).toBe(false);
    const trouble: { check: string; state: string; message: string; wayOut: string }[] = findings.filter(
      ({ state }: { state: string }) => state !== 'ok',
    );
    expect(trouble.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'data folder warning',
      'master key failure',
      'plugins failure',
      'Redis warning',
      'port failure',
      'public URL warning',
    ]);
    expect(trouble.every(({ wayOut }) => wayOut.length > 0)).toBe(true);
    expect(trouble.map(({ message }) => message).join('\n')).toMatch(
      /no pigeons today[\s\S]*EADDRINUSE[\s\S]*not https/,
    );
    const unset = await parley(['doctor'], {
      PARLEY_DATA_DIR: '/proc/nowhere',
      PORT: 'eighty',
      PARLEY_TYPO: '1',
    });
    expect(unset.code).toBe(1);
    expect(unset.out).toMatch(
      /FAIL {2}settings: PORT: expected a whole number.*\nFAIL {2}settings: PARLEY_TYPO/,
    );
  } finally {
    other.close();
    await database.drop();
  }
});

test('help has examples, and what cannot be understood ends with its own code', async () => {
  const help = await parley(['token', 'create', '--help'], {});
  expect([help.code, help.out]).toEqual([0, expect.stringContaining('$ parley token create "Shop system"')]);
  expect((await parley(['--help'], {})).out).toMatch(/Exit codes: 0 done/);
  expect((await parley(['--version'], {})).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await parley(['tokens'], {})).code).toBe(2);
  expect((await parley(['token', 'create'], {})).code).toBe(2);
});
