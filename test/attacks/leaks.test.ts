import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import { Api } from '../support/api';
import { onEachDatabase, type TestDatabase } from '../support/databases';
import { openShop } from '../support/shop';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { PARTNER_KEY } from '../support/start-gateway';

const MASTER_KEY = 'ab'.repeat(32);

onEachDatabase('secrets', (open) => {
  let database: TestDatabase;
  let gateway: SpawnedGateway;
  let sim: Awaited<ReturnType<typeof startTwilioSimulator>>;
  let secrets: Readonly<Record<string, string>>;
  let said = '';

  // Everything that handles a secret happens once, with a gateway that logs all it can.
  beforeAll(async () => {
    database = await open();
    sim = await startTwilioSimulator();
    gateway = await spawnGateway({
      database,
      settings: {
        PARLEY_TWILIO_API_URL: sim.apiUrl,
        PARLEY_LOG_LEVEL: 'trace',
        PARLEY_MASTER_KEY: MASTER_KEY,
      },
    });
    const shop = await openShop(gateway, sim);
    const { api } = shop;
    const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
    const { body: token } = await api.post('/tokens', { name: 'plain' });
    const { body: keyedToken } = await api.post('/tokens', { name: 'keyed' }, keyed('k1'));
    const { body: session } = await api.post('/chat/config/agents/ann/sessions', {}, keyed('k2'));
    const { body: space } = await gateway.partner.post('/apispaces', { name: 'Keyed' }, keyed('k3'));
    const wrongToken = 'wrong-auth-token-of-twilio';
    await api.put(`/channels/${shop.accountId}`, { settings: { ...sim.config, authToken: wrongToken } });
    await api.post(`/channels/${shop.accountId}/check`);
    const { body: bad } = await api.post('/channels', {
      ...{
        kind: 'sms',
        name: 'n',
        teamId: 'sales',
        settings: { accountSid: 'x', authToken: 'refused-auth-token' },
      },
    });
    await api.post(`/channels/${shop.accountId}/reauthorize`, { settings: sim.config });
    const customer = '+447911123456';
    const chat = await shop.chatFrom(customer, 'the words of a customer');
    for (const fault of ['bad_credentials', 'busy', 'bad_json', 'no_such_customer', 'reset'] as const) {
      await sim.fail(fault, { on: 'create' });
      await shop.answer(chat.id, `the words of an agent after ${fault}`);
    }
    await api.post(`/channels/${shop.accountId}/check`);
    await sim.receive({
      from: customer,
      to: shop.number,
      body: 'x',
      url: `${gateway.origin}/channels/${shop.accountId}/webhook`,
    });
    const refused = await new Api(gateway.origin, `${api.token}x`, api.base).get('/chats');
    const log = await shop.log();
    await sim.clear();
    const other = await shop.chatFrom('+447911123457', 'the words of another');
    const { body: posted } = await shop.answer(other.id, 'the words that arrive');
    await shop.messageOnce(other.id, posted.id, 'delivered');
    const chats = (await api.get(`/chats/${chat.id}/messages?limit=100`)).body;
    said = JSON.stringify([bad, refused.body, log, chats, (await api.get('/channels')).body]);
    secrets = {
      ...{
        authToken: sim.config.authToken,
        wrongToken,
        refused: 'refused-auth-token',
        masterKey: MASTER_KEY,
      },
      ...{ accessToken: api.token, token: token.token, keyedToken: keyedToken.token, session: session.token },
      ...{ spaceToken: space.accessToken, partnerKey: PARTNER_KEY },
    };
    await gateway.kill('SIGTERM');
  }, 60_000);

  afterAll(async () => {
    await gateway?.kill('SIGKILL');
    await sim?.stop();
    await database?.drop();
  });

  const foundIn = (text: string, names = Object.keys(secrets)) =>
    names.filter(
      (name) =>
        text.includes(secrets[name] ?? '') ||
        text.includes(Buffer.from(secrets[name] ?? '').toString('base64')),
    );

  test('stand in no line that the gateway prints, however much it logs', () => {
    expect(gateway.output()).toContain('"level":"debug"');
    expect(foundIn(gateway.output())).toEqual([]);
  });

  test('stand in no problem, no event and no message', () => {
    expect(foundIn(said)).toEqual([]);
  });

  test('lie in the database as hashes or encrypted, never as they are', async () => {
    expect(foundIn(await everythingIn(database))).toEqual([]);
  });

  test('lie in no file of the data folder', () => {
    const files = readdirSync(database.dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const text = files
      .map((file) => readFileSync(path.join(file.parentPath, file.name), 'latin1'))
      .join('\n');

    expect(foundIn(text)).toEqual([]);
  });

  test('are not the only thing that logs keep to themselves: so do people’s words and numbers', () => {
    expect(gateway.output()).not.toContain('the words of');
    expect(gateway.output()).not.toContain('447911123456');
  });

  test('are logged in lines that machines can read', () => {
    const [, ...rest] = gateway
      .output()
      .split(/Parley is ready[\s\S]*?\n\n|Parley is ready.*(?:\n {2}.*)*\n/);
    const lines = rest
      .join('')
      .split('\n')
      .filter((line) => line.trim() !== '');

    const unreadable = lines.filter((line) => !line.startsWith('{'));
    expect(unreadable).toEqual([]);
  });
});

async function everythingIn({ databaseUrl, dataDir }: TestDatabase): Promise<string> {
  if (databaseUrl === undefined)
    return ['parley.db', 'parley.db-wal'].map((file) => read(path.join(dataDir, file))).join('\n');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      "select tablename from pg_tables where schemaname = 'public'",
    );
    const dumps: string[] = [];
    for (const { tablename } of tables) {
      const { rows } = await client.query(`select t.*::text from ${tablename} t`);
      dumps.push(...rows.map((row) => Object.values(row).join(' ')));
    }
    return dumps.join('\n');
  } finally {
    await client.end();
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // the write-ahead log goes when the database is closed
  }
}
