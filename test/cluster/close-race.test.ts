import { onPostgres, type TestDatabase } from '../support/databases';
import { type Nodes, startNodes } from '../support/nodes';
import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';

const ROUNDS = 40;

/** Each of the customer's messages is in one chat, and none came into a chat after that was closed. */
async function expectNothingInAClosedChat(
  shop: Shop,
  customer: string,
  texts: readonly string[],
): Promise<number> {
  const chats: Body[] = await shop.chatsOf(customer);
  const said = await Promise.all(chats.map(({ id }) => shop.said(id)));
  expect(said.flat().length).toBe(texts.length);
  expect(new Set(said.flat())).toEqual(new Set(texts));
  const active = chats.filter((chat) => chat.status !== 'closed');
  expect(active.length).toBeLessThanOrEqual(1);
  await shop.logged('chatMessage.sent', texts.length);
  const closed = new Set<string>();
  for (const { name, payload } of await shop.log('chat.closed', 'chatMessage.sent')) {
    if (name === 'chat.closed') closed.add(payload.id);
    else expect(closed.has(payload.context.chatId)).toBe(false);
  }
  return chats.length;
}

onEachGateway('a message that races the closing of its chat', (stage) => {
  test('is in the chat before it is closed, or in a new one: once, and never after', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const texts = ['first'];
    await shop.text(customer, 'first');

    for (let round = 0; round < ROUNDS; round += 1) {
      const write = (n: number) => {
        texts.push(`${round} ${n}`);
        return shop.text(customer, `${round} ${n}`);
      };
      const active = (await shop.chatsOf(customer)).find((chat) => chat.status !== 'closed');
      if (!active) {
        // Both were in time for the closing before.
        await write(0);
        continue;
      }
      const close = () => shop.api.put(`/chats/${active.id}/close`, { bypassMessage: true });
      const racers = round % 2 === 0 ? [close(), write(1), write(2)] : [write(1), close(), write(2)];
      const outcomes = await Promise.all(racers);
      expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
    }

    const chats = await expectNothingInAClosedChat(shop, customer, texts);
    console.log(`${texts.length} messages raced ${ROUNDS} closings, and are in ${chats} chats`);
  }, 240_000);

  test('is answered by a transfer or an answer in the same moment, and nothing is lost', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'first');
    const texts = ['first'];

    for (let round = 0; round < 15; round += 1) {
      const team = round % 2 === 0 ? 'support' : 'sales';
      texts.push(`in ${round}`, `out ${round}`);
      const outcomes = await Promise.all([
        shop.text(customer, `in ${round}`),
        shop.api.put(`/chats/${id}/assign`, { teamId: team, agentId: 'ann' }),
        shop.answer(id, `out ${round}`, 'ann'),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
    }

    const said = await shop.said(id);
    expect(said.length).toBe(texts.length);
    expect(new Set(said)).toEqual(new Set(texts));
    const events = await shop.events(id);
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
  }, 240_000);
});

onPostgres('a message at one node that races the closing at another', (open) => {
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

  test('is in one chat, and never in a closed one', async () => {
    const { shop, nodes } = cluster;
    const other = shop.api.at(nodes[1]?.origin ?? '');
    const customer = aCustomer();
    const texts = ['first'];
    await cluster.deliver(customer, 'first');

    for (let round = 0; round < ROUNDS; round += 1) {
      const active = (await shop.chatsOf(customer)).find((chat) => chat.status !== 'closed');
      texts.push(`${round}`);
      await Promise.all([
        cluster.deliver(customer, `${round}`, round % 2),
        other.put(`/chats/${active?.id}/close`, { bypassMessage: true }),
      ]);
    }

    await expectNothingInAClosedChat(shop, customer, texts);
  }, 240_000);
});
