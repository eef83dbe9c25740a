import { onPostgres, type TestDatabase } from '../support/databases';
import { type Nodes, startNodes } from '../support/nodes';
import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';

const SENDERS = 100;
const EACH = 10;

/** Every sender has one chat, with all their messages under events 1 to 10, each said once. */
async function expectOneChatEach(shop: Shop, senders: readonly string[]): Promise<void> {
  const { body: chats } = await shop.api.get('/chats?includeClosed=true&includeDeleted=true&limit=1000');
  const senderOf = new Map<string, string>(chats.map((chat: Body) => [chat.id, chat.route.address]));
  expect(new Set(chats.map((chat: Body) => chat.route.address))).toEqual(new Set(senders));
  expect(chats.length).toBe(senders.length);
  expect(new Set(chats.map((chat: Body) => chat.customerId)).size).toBe(senders.length);
  for (const [chatId, sender] of senderOf) {
    const events = await shop.events(chatId);
    expect(events.map((event) => event.id)).toEqual(Array.from({ length: EACH }, (_, index) => index + 1));
    const texts = events.map(({ data }) => data.payload.parts[0].data);
    expect(new Set(texts)).toEqual(new Set(Array.from({ length: EACH }, (_, index) => `${sender} ${index}`)));
  }
  const { body: profiles } = await shop.api.get('/profiles?limit=1000');
  expect(profiles.length - 3).toBe(senders.length); // beside the three agents
}

onEachGateway('first messages of a hundred strangers, ten from each at once', (stage) => {
  test('make a hundred chats of ten messages', async () => {
    const shop = await stage.shop();
    const senders = Array.from({ length: SENDERS }, aCustomer);
    const messages = senders.flatMap((from) =>
      Array.from({ length: EACH }, (_, index) => [from, `${from} ${index}`]),
    );

    const replies = await Promise.all(messages.map(([from = '', body = '']) => shop.text(from, body)));

    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    await expectOneChatEach(shop, senders);
  }, 240_000);

  test('make as many when every delivery comes three times', async () => {
    const shop = await stage.shop();
    const senders = Array.from({ length: 20 }, aCustomer);
    const messages = senders.flatMap((from) =>
      Array.from({ length: EACH }, (_, index) => ({
        from,
        body: `${from} ${index}`,
        sid: `SM${from}${index}`,
      })),
    );

    await Promise.all(
      [...messages, ...messages, ...messages].map(({ from, body, sid }) => shop.text(from, body, { sid })),
    );

    await expectOneChatEach(shop, senders);
  }, 240_000);
});

onPostgres('first messages of a hundred strangers at two nodes', (open) => {
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

  test('make a hundred chats of ten messages, however they are spread', async () => {
    const { shop } = cluster;
    const senders = Array.from({ length: SENDERS }, aCustomer);

    await Promise.all(
      senders.flatMap((from) =>
        Array.from({ length: EACH }, (_, index) => cluster.deliver(from, `${from} ${index}`, index % 2)),
      ),
    );

    await expectOneChatEach(shop, senders);
  }, 240_000);

  test('number the events of the space without gaps', async () => {
    const events = await cluster.shop.logged('chatMessage.sent', SENDERS * EACH);
    const all = await cluster.shop.log();

    expect(events).toHaveLength(SENDERS * EACH);
    expect(all.map((event) => event.seq)).toEqual(all.map((_, index) => index + 1));
  });
});
