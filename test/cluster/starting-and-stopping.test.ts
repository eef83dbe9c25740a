import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import { onEachDatabase, openSqlite, type TestDatabase } from '../support/databases';
import { freePort } from '../support/servers';
import { aCustomer, openShop, says } from '../support/shop';
import type { TwilioSimulator } from '../support/sms-world';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

const MAIN = path.resolve(__dirname, '../../dist/core/main.js');

/** Runs the gateway until it ends by itself. */
function run(environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
    timeout: 15_000,
  });
  return { status, output: stdout + stderr };
}

describe('a gateway that cannot start', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await openSqlite();
  });
  afterEach(() => database.drop());

  test('lists everything that is wrong with its settings at once, and ends with code 78', () => {
    const { status, output } = run({
      PORT: '99999',
      PUBLIC_URL: 'ftp://x',
      PARLEY_PARTNER_KEY: 'short',
      PARLEY_MASTER_KEY: 'nonsense-that-must-not-be-repeated',
      DATABASE_URL: 'mysql://x',
      PARLEY_LOG_LEVEL: 'loud',
      PARLEY_REQUESTS_PER_MINUTE: '0',
      PARLEY_ALLOW_PRIVATE_EGRESS: 'perhaps',
      PARLEY_TWILIO_API_URL: 'nowhere',
      PARLEY_MISPELT: 'x',
    });

    expect(status).toBe(78);
    for (const name of [
      ...[
        'PORT',
        'PUBLIC_URL',
        'PARLEY_PARTNER_KEY',
        'PARLEY_MASTER_KEY',
        'DATABASE_URL',
        'PARLEY_LOG_LEVEL',
      ],
      ...[
        'PARLEY_REQUESTS_PER_MINUTE',
        'PARLEY_ALLOW_PRIVATE_EGRESS',
        'PARLEY_TWILIO_API_URL',
        'PARLEY_MISPELT',
      ],
    ])
      expect(output).toMatch(new RegExp(`^ {2}${name}: \\S`, 'm'));
    expect(output).not.toContain('must-not-be-repeated');
    expect(output).not.toMatch(/^\s+at /m);
  });

  test('because another has its data folder says so in one sentence, and harms neither', async () => {
    const first = await spawnGateway({ database });

    const { status, output } = run({ PORT: String(await freePort()), PARLEY_DATA_DIR: database.dataDir });

    expect(status).not.toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toContain(`another gateway is running in ${database.dataDir}`);
    expect((await fetch(`${first.origin}/readyz`)).status).toBe(200);
    await first.kill('SIGKILL');
    const second = await spawnGateway({ database });
    expect((await fetch(`${second.origin}/readyz`)).status).toBe(200);
    await second.kill('SIGKILL');
  });

  test('because its port is taken says so without a stack', async () => {
    const first = await spawnGateway({ database });
    const other = await openSqlite();

    const { status, output } = run({ PORT: String(first.port), PARLEY_DATA_DIR: other.dataDir });

    expect(status).not.toBe(0);
    expect(output).toMatch(new RegExp(`${first.port}`));
    expect(output).not.toMatch(/^\s+at /m);
    await first.kill('SIGKILL');
    await other.drop();
  });

  test('because its database is not there says so, without the password', () => {
    const { status, output } = run({
      PARLEY_DATA_DIR: database.dataDir,
      PORT: '0',
      DATABASE_URL: 'postgresql://parley:hush-hush@127.0.0.1:1/parley',
    });

    expect(status).not.toBe(0);
    expect(output).toMatch(/database/);
    expect(output).not.toContain('hush-hush');
  });

  test('with the master key of another says so before it serves anything', async () => {
    const sim = await startTwilioSimulator();
    const first = await spawnGateway({ database, settings: { PARLEY_TWILIO_API_URL: sim.apiUrl } });
    await openShop(first, sim);
    await first.kill('SIGTERM');
    writeFileSync(path.join(database.dataDir, 'master.key'), `${'cd'.repeat(32)}\n`);

    const second = await spawnGateway({ database, settings: { PARLEY_TWILIO_API_URL: sim.apiUrl } }).catch(
      (error: unknown) => String(error),
    );

    const words = typeof second === 'string' ? second : second.output();
    expect(words).toMatch(/PARLEY_MASTER_KEY/);
    if (typeof second !== 'string') await second.kill('SIGKILL');
    await sim.stop();
  });
});

describe('a first start', () => {
  test('makes a partner’s key, prints it once, and keeps it for its owner only', async () => {
    const database = await openSqlite();
    const first = await spawnGateway({ database, settings: { PARLEY_PARTNER_KEY: '' } });
    const key = readFileSync(path.join(database.dataDir, 'partner.key'), 'utf8').trim();
    await until(() => first.output().includes('Parley is ready'));
    const call = (token: string) =>
      fetch(`${first.origin}/apispaces`, { headers: { authorization: `Bearer ${token}` } });

    expect(first.output()).toContain(key);
    expect((await call(key)).status).toBe(200);
    expect((await call(`${key}x`)).status).toBe(401);
    for (const file of ['partner.key', 'master.key'])
      expect(statSync(path.join(database.dataDir, file)).mode & 0o077).toBe(0);
    await first.kill('SIGTERM');
    const second = await spawnGateway({ database, settings: { PARLEY_PARTNER_KEY: '' } });
    await until(() => second.output().includes('Parley is ready'));
    expect(second.output()).not.toContain(key);
    await second.kill('SIGKILL');
    await database.drop();
  });

  test('does not print a key that it was given', async () => {
    const database = await openSqlite();
    const gateway = await spawnGateway({ database });

    await until(() => gateway.output().includes('Parley is ready'));

    expect(gateway.output()).not.toContain(gateway.partner.token);
    await gateway.kill('SIGKILL');
    await database.drop();
  });

  test('goes on without a plugin that is broken, and names it', async () => {
    const database = await openSqlite();
    const broken = path.join(database.dataDir, 'broken-plugin');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'package.json'), '{"main": "index.js"}');
    writeFileSync(path.join(broken, 'index.js'), 'throw new Error("boom at import");');

    const gateway = await spawnGateway({
      database,
      settings: { PARLEY_PLUGINS: `${broken}, nowhere-to-be-found` },
    });

    const lines = gateway
      .output()
      .split('\n')
      .filter((line) => line.includes('plugin not loaded'));
    expect(lines.map((line) => JSON.parse(line).plugin)).toEqual([broken, 'nowhere-to-be-found']);
    expect(lines[0]).toContain('boom at import');
    await gateway.kill('SIGKILL');
    await database.drop();
  });
});

onEachDatabase('a gateway that is told to stop', (open) => {
  let database: TestDatabase;
  let sim: TwilioSimulator;
  let gateway: SpawnedGateway;
  const start = () =>
    spawnGateway({ database, settings: { PARLEY_TWILIO_API_URL: sim.apiUrl, PARLEY_LOG_LEVEL: 'info' } });

  beforeEach(async () => {
    database = await open();
    sim = await startTwilioSimulator();
    const began = Date.now();
    gateway = await start();
    console.log(`ready after ${Date.now() - began} ms`);
  });
  afterEach(async () => {
    await gateway.kill('SIGKILL');
    await sim.stop();
    await database.drop();
  });

  test('ends what is under way, takes nothing new, and is gone within ten seconds with code 0', async () => {
    const shop = await openShop(gateway, sim);
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    sim.hold('after');
    await shop.answer(id, 'under way');
    await until(() => sim.held() === 1);
    await shop.answer(id, 'still waiting');
    const began = Date.now();

    const gone = gateway.kill('SIGTERM');
    await until(async () => {
      const answer = await fetch(`${gateway.origin}/readyz`).catch(() => undefined);
      return answer === undefined || answer.status === 503;
    });
    sim.release();
    await gone;

    expect(gateway.process.exitCode).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(shop.sentTo(customer)[0]?.body).toBe('under way');
    gateway = await start();
    const after = shop.api.at(gateway.origin);
    await until(() => shop.sentTo(customer).length === 2);
    expect(shop.sentTo(customer).map(({ body }) => body)).toEqual(['under way', 'still waiting']);
    const { body: events } = await after.get(`/chats/${id}/events?from=1&limit=10`);
    expect(events.map((event: { id: number }) => event.id)).toEqual(
      events.map((_: unknown, index: number) => index + 1),
    );
  }, 180_000);

  test('in the middle of everything answers all that it took, and loses none of it', async () => {
    const shop = await openShop(gateway, sim);
    const customers = Array.from({ length: 20 }, aCustomer);
    const chats = await Promise.all(customers.map((customer) => shop.chatFrom(customer, 'first')));
    const acknowledged: string[] = [];
    let isOver = false;
    const writers = customers.map(async (customer, index) => {
      for (let n = 0; !isOver; n += 1) {
        const text = `${index} in ${n}`;
        const { status } = await shop.text(customer, text);
        if (status === 200) acknowledged.push(text);
        else return;
      }
    });
    const agents = chats.map(async ({ id }, index) => {
      for (let n = 0; !isOver; n += 1) {
        const text = `${index} out ${n}`;
        const answer = await shop.api.post(`/chats/${id}/messages`, says(text)).catch(() => undefined);
        if (answer?.status === 200) acknowledged.push(text);
        else return;
      }
    });
    await until(() => acknowledged.length > 100);

    await gateway.kill('SIGTERM');
    isOver = true;
    await Promise.all([...writers, ...agents]);

    expect(gateway.process.exitCode).toBe(0);
    gateway = await start();
    const api = shop.api.at(gateway.origin);
    const said: string[] = [];
    for (const { id } of chats) {
      const { body } = await api.get(`/chats/${id}/events?from=1&limit=1000`);
      const sent = body.filter((event: { data: { name: string } }) => event.data.name === 'chatMessage.sent');
      said.push(
        ...sent.map(
          (event: { data: { payload: { parts: { data: string }[] } } }) =>
            event.data.payload.parts[0]?.data ?? '',
        ),
      );
    }
    expect(acknowledged.filter((text) => !said.includes(text))).toEqual([]);
    expect(new Set(said.filter((text) => text !== 'first')).size).toBe(said.length - chats.length);
    const answers = said.filter((text) => text.includes('out'));
    await until(() => sim.sent().length >= answers.length, { patienceMs: 30_000 });
    const sent = sim.sent().map(({ body }) => body);
    expect(sent.length).toBe(answers.length);
    expect(new Set(sent)).toEqual(new Set(answers));
  }, 240_000);
});
