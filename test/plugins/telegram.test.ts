import { webhookSecretOf } from '../../plugins/telegram/config';
import { ACCOUNTS, CUSTOMERS, TelegramServer } from '../../plugins/telegram/simulator';
import { Api } from '../support/api';
import { openSqlite, type TestDatabase } from '../support/databases';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

/** The built plugin in a built gateway, as its README has it. */
describe('a bot of Telegram', () => {
  let server: TelegramServer;
  let database: TestDatabase;
  let gateway: SpawnedGateway;
  let api: Api;
  const [{ token }] = ACCOUNTS;

  beforeAll(async () => {
    server = new TelegramServer();
    database = await openSqlite();
    gateway = await spawnGateway({
      database,
      settings: {
        PARLEY_PLUGINS: './plugins/telegram/index.js',
        PARLEY_TELEGRAM_API_URL: await server.listen(),
      },
    });
    const { body } = await gateway.partner.post('/apispaces', { name: 'Shop' });
    api = new Api(gateway.origin, body.accessToken, `/apispaces/${body.id}`);
    await api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' });
    await api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] });
  });
  afterAll(async () => {
    await gateway?.kill('SIGTERM');
    await server.stop();
    await database?.drop();
  });

  const connect = (settings: object) =>
    api.post('/channels', { kind: 'telegram', name: 'Our bot', teamId: 'sales', settings });

  test('is connected with its token alone: Telegram is told where to call, a chat begins, the answer arrives', async () => {
    const made = await connect({ token });
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain(token);
    await until(() => server.webhooks.has(token));
    expect(server.webhooks.get(token)).toEqual({
      url: made.body.webhookUrl,
      secret: webhookSecretOf({ token }),
    });
    const update = {
      update_id: 1,
      message: {
        ...{ message_id: 5, date: Math.floor(Date.now() / 1_000), text: 'Do you have it in blue?' },
        ...{ chat: { id: CUSTOMERS[0], type: 'private' }, from: { id: CUSTOMERS[0], first_name: 'Bea' } },
      },
    };
    const call = (secret: string) =>
      fetch(`${gateway.origin}/channels/${made.body.id}/webhook`, {
        method: 'POST',
        headers: { 'x-telegram-bot-api-secret-token': secret },
        body: JSON.stringify(update),
      });
    expect((await call('a guess')).status).toBe(403);
    for (let repeated = 0; repeated < 2; repeated += 1)
      expect((await call(webhookSecretOf({ token }))).status).toBe(200);
    const [chat, ...more] = (await api.get('/chats')).body;
    expect(more).toEqual([]);

    const answer = { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: 'Yes, from Friday.' }] };
    await api.post(`/chats/${chat.id}/messages`, answer);

    await until(() => server.accepted.length === 1);
    expect(server.accepted).toMatchObject([{ to: String(CUSTOMERS[0]), text: 'Yes, from Friday.' }]);
  });

  test('that only asks needs no public address', async () => {
    const made = await connect({ token: ACCOUNTS[1].token, receive: 'polling' });
    expect(made.status).toBe(201);
    await until(async () => (await api.get(`/channels/${made.body.id}`)).body.health.state === 'connected');
    const person = {
      chat: { id: CUSTOMERS[1], type: 'private' },
      from: { id: CUSTOMERS[1], first_name: 'Cy' },
    };
    server.push({
      message: { ...person, message_id: 6, date: Math.floor(Date.now() / 1_000), text: 'And in red?' },
    });

    await until(async () => (await api.get('/chats')).body.length === 2);
  });
});
