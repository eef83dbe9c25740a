import { openSqlite } from '../support/databases';
import { expectInvalid } from '../support/problems';
import { type Receiver, startReceiver } from '../support/receiver';
import { type Body, onOneGateway } from '../support/shop';
import { aSpace, startGateway } from '../support/start-gateway';
import { until } from '../support/until';
import { type Canary, startCanary } from './egress-canary';

const TEAMS = [{ type: 'team.create' }];
const aHook = (url: string) => ({ name: 'hook', url, subscriptions: TEAMS });

onOneGateway('a web hook to where a tenant must not reach', (stage) => {
  test.each([
    'https://127.0.0.1/',
    'https://127.1:8443/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://localhost/',
    'https://localhost./',
    'https://\uff4cocalhost/',
    'https://user:pass@example.com/',
    'https://example.com:22/',
    'http://example.com/',
    'file:///etc/passwd',
    'nonsense',
  ])('at %s is neither made nor changed into: 400, naming the url', async (url) => {
    const { api } = await stage.shop();
    const made = await api.post('/webhooks', aHook('https://93.184.215.14/in'));
    expect(made.status).toBe(201);

    expectInvalid(await api.post('/webhooks', aHook(url)), 'url');
    expectInvalid(await api.put(`/webhooks/${made.body.id}`, aHook(url)), 'url');

    expect((await api.get('/webhooks')).body.map((hook: Body) => hook.url)).toEqual([
      'https://93.184.215.14/in',
    ]);
  });
});

describe('a web hook that was made while private addresses were allowed', () => {
  let canary: Canary;
  let receiver: Receiver;
  beforeAll(async () => {
    canary = await startCanary();
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await canary.close();
    await receiver.stop();
  });

  test('reaches them no more once the operator forbids it, says so, and loses nothing', async () => {
    const database = await openSqlite();
    const start = (allow: string) =>
      startGateway({ database, definitions: [], settings: { PARLEY_ALLOW_PRIVATE_EGRESS: allow } });
    const before = await start('true');
    const space = await aSpace(before);
    const urls = [`http://127.0.0.1:${canary.port}/`, `https://localhost:${canary.port}/`, receiver.url];
    const ids: string[] = [];
    for (const url of urls) ids.push((await space.post('/webhooks', aHook(url))).body.id);
    await before.stop();

    const strict = await start('false');
    await space.at(strict.origin).post('/chat/config/teams', { name: 'North' });
    const attempts = await until(async () => {
      const found = await Promise.all(
        ids.map(
          async (id) =>
            (await space.at(strict.origin).get(`/webhooks/${id}/deliveries`)).body[0]?.lastAttempt,
        ),
      );
      return found.every(Boolean) ? found : undefined;
    });
    const tried = await space.at(strict.origin).post(`/webhooks/${ids[0]}/test`, {});
    await strict.stop();

    expect(attempts.map(({ error }: Body) => error)).toEqual([
      'must begin with https://',
      expect.stringMatching(/^"localhost" is this machine; /),
      'must begin with https://',
    ]);
    expect(tried.body).toMatchObject({ ok: false, attempt: { error: 'must begin with https://' } });
    expect([canary.heard(), receiver.arrived().length]).toEqual([0, 0]);

    const again = await start('true');
    await until(() => receiver.taken().length === 1, { patienceMs: 20_000 });
    expect(receiver.taken()[0]).toMatchObject({ name: 'team.create', payload: { name: 'North' } });
    await again.stop();
    await database.drop();
  });
});
