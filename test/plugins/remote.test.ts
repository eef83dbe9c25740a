import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Api } from '../support/api';
import { freePort } from '../support/servers';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

const EXAMPLE = path.resolve(__dirname, '../../plugins/remote/example');
const SECRET = 'a secret of pigeons and gateways';

/** The example as its README has it: a service in Python, and a folder with its channel.json among the plugins. */
describe('a channel in Python', () => {
  let folder: string;
  let gateway: SpawnedGateway;
  let pigeons: ChildProcess | undefined;
  let port: number;
  let api: Api;
  let printed = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-pigeon-'));
    port = await freePort();
    const plugin = path.join(folder, 'pigeon');
    mkdirSync(plugin);
    const manifest = JSON.parse(readFileSync(path.join(EXAMPLE, 'channel.json'), 'utf8'));
    writeFileSync(
      path.join(plugin, 'channel.json'),
      JSON.stringify({ ...manifest, url: `http://127.0.0.1:${port}` }),
    );
    await startPigeons();
    gateway = await spawnGateway({
      database: { dataDir: path.join(folder, 'data'), drop: () => Promise.resolve() },
      settings: { PARLEY_PLUGINS: plugin },
    });
    const { body } = await gateway.partner.post('/apispaces', { name: 'Loft' });
    api = new Api(gateway.origin, body.accessToken, `/apispaces/${body.id}`);
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@loft.example' });
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] });
  });
  afterAll(async () => {
    await gateway?.kill('SIGTERM');
    await stopPigeons();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startPigeons(): Promise<void> {
    const child = spawn('python3', [path.join(EXAMPLE, 'pigeon.py')], {
      env: { ...process.env, PIGEON_SECRET: SECRET, PIGEON_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    pigeons = child;
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })).status === 403,
    );
  }

  async function stopPigeons(): Promise<void> {
    const gone = new Promise((resolve) => pigeons?.once('exit', resolve));
    if (pigeons?.kill()) await gone;
    pigeons = undefined;
  }

  const connect = (loft: string, signingSecret: string) =>
    api.post('/channels', { kind: 'pigeon', name: loft, teamId: 'sales', settings: { loft, signingSecret } });

  const arrive = (message: object) =>
    fetch(`http://127.0.0.1:${port}/arrive`, { method: 'POST', body: JSON.stringify(message) });

  test('a message becomes a chat, once, and the answer goes back the same way, once', async () => {
    const made = await connect('roof', SECRET);
    expect(made.status).toBe(201);
    await until(async () => (await api.get(`/channels/${made.body.id}`)).body.health.state === 'connected');
    const pigeon = { loft: 'roof', from: 'bea', id: 'p1', text: 'Coo?' };
    for (const again of [pigeon, pigeon]) expect((await arrive(again)).status).toBe(200);
    const { body: chats } = await api.get('/chats');
    expect(chats).toHaveLength(1);
    expect(chats[0]).toMatchObject({ channelId: 'pigeon', teamId: 'sales' });

    const sent = await api.post(`/chats/${chats[0].id}/messages`, {
      from: { profileId: 'ann' },
      parts: [{ type: 'text/plain', data: 'Coo.' }],
    });

    const status = async () => (await api.get(`/chats/${chats[0].id}/messages/${sent.body.id}`)).body.status;
    await until(async () => (await status()) === 'sent');
    expect(printed.match(/to bea: Coo\./g)).toHaveLength(1);
    const { body: page } = await api.get(`/chats/${chats[0].id}/messages?limit=10`);
    expect(page.messages.map((one: { parts: { data: string }[] }) => one.parts[0]?.data)).toEqual([
      'Coo?',
      'Coo.',
    ]);
  });

  test('a service that knows another secret is seen: the account says which setting is at fault', async () => {
    const made = await connect('cellar', 'quite another secret than theirs');
    const checked = await api.post(`/channels/${made.body.id}/check`, {});
    expect(JSON.stringify(checked.body)).toContain('signingSecret');
  });

  test('whoever does not know the secret hands in nothing', async () => {
    const made = await connect('attic', SECRET);
    const refused = await fetch(made.body.webhookUrl.replace(/^https?:\/\/[^/]+/, gateway.origin), {
      method: 'POST',
      headers: {
        'webhook-id': 'x',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': 'v1,AAAA',
      },
      body: JSON.stringify({ events: [] }),
    });
    expect(refused.status).toBe(403);
  });

  test('while the service is away answers wait, and leave in order when it is back', async () => {
    const [chat] = (await api.get('/chats')).body;
    await stopPigeons();
    for (const data of ['one', 'two', 'three'])
      await api.post(`/chats/${chat.id}/messages`, {
        from: { profileId: 'ann' },
        parts: [{ type: 'text/plain', data }],
      });
    printed = '';
    await startPigeons();
    await until(() => printed.includes('to bea: three'), { patienceMs: 40_000 });
    expect(printed.match(/to bea: \w+/g)).toEqual(['to bea: one', 'to bea: two', 'to bea: three']);
  });
});
