import { onPostgres, type TestDatabase } from '../support/databases';
import { type Nodes, startNodes } from '../support/nodes';
import { aCustomer, type Body, says } from '../support/shop';
import { until } from '../support/until';

const CHATS = 200;
const ANSWERS = 5;

onPostgres('two nodes that send', (open) => {
  let database: TestDatabase;
  let cluster: Nodes;

  beforeAll(async () => {
    database = await open();
    cluster = await startNodes(database, 2);
  }, 240_000);
  afterAll(async () => {
    await cluster?.stop();
    await database?.drop();
  });

  test('each answer once, and those of a chat in order, by whichever node they were posted', async () => {
    const { shop, sim } = cluster;
    sim.autoCallbacks(false);
    const customers = Array.from({ length: CHATS }, aCustomer);
    await Promise.all(customers.map((from, index) => cluster.deliver(from, 'hello', index % 2)));
    const { body: chats } = await shop.api.get('/chats?limit=1000');

    await Promise.all(
      chats.map(async ({ id }: Body) => {
        for (let n = 0; n < ANSWERS; n += 1) {
          const { status } = await cluster.post(`/chats/${id}/messages`, says(`${id} ${n}`), {
            ...{ key: `${id} ${n}`, place: n % 2 },
          });
          expect(status).toBe(200);
        }
      }),
    );

    await until(() => sim.sent().length >= CHATS * ANSWERS, { patienceMs: 45_000 });
    for (const { id, route } of chats)
      expect(shop.sentTo(route.address).map(({ body }) => body)).toEqual(
        Array.from({ length: ANSWERS }, (_, n) => `${id} ${n}`),
      );
    expect(sim.sent()).toHaveLength(CHATS * ANSWERS);
  }, 240_000);

  test('have nothing to complain of, in all these calls by a few connections', () => {
    for (const node of cluster.nodes) expect(node.output()).not.toMatch(/Warning/);
  });

  test('know of an account as soon as it is made, by whichever node', async () => {
    const { shop } = cluster;
    const [first, second] = cluster.nodes.map(({ origin }) => shop.api.at(origin));
    if (!first || !second) throw new Error('there are no two nodes');
    await first.delete(`/channels/${shop.accountId}`);
    const { body: account } = await first.post('/channels', {
      ...{ kind: 'sms', adapter: 'quick-sms', name: 'New', teamId: 'sales', settings: cluster.sim.config },
    });

    const answer = await second.post('/chats', {
      ...{ name: 'n', teamId: 'sales', channelId: 'sms', address: aCustomer(), accountId: account.id },
      message: says('by the new account'),
    });

    expect(answer.status).toBe(201);
  });

  test('forget a token that was revoked at the other', async () => {
    const { shop } = cluster;
    const [first, second] = cluster.nodes.map(({ origin }) => shop.api.at(origin));
    if (!first || !second) throw new Error('there are no two nodes');
    const { body: token } = await first.post('/tokens', { name: 'short-lived' });
    expect((await second.as(token.token).get('/chats?limit=1')).status).toBe(200);

    await first.delete(`/tokens/${token.id}`);

    await until(async () => (await second.as(token.token).get('/chats?limit=1')).status === 401, {
      patienceMs: 4_000,
    });
  });
});
