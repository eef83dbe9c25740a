import { ConversationBuilder, MessageBuilder } from '@comapi/sdk-js-foundation';
import appMessaging from '../../../adapters/app-messaging/index';
import { onPostgres, type TestDatabase } from '../../support/databases';
import { startRedis, type TestServer } from '../../support/servers';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';
import { describeWith } from '../../support/tools';
import { until } from '../../support/until';
import { type AppShop, must, openAppShop, tokenOf } from './app-world';
import { type Device, installApp } from './sdk';
import { SETTINGS } from './settings';

/** What all nodes share, so that each proves the tokens of the others. */
const MASTER_KEY = '0'.repeat(63).concat('1');

onPostgres('an app on three nodes that only have their database', (open) => onThreeNodes(open, false));
describeWith(['redis-server'], 'with Redis', () =>
  onPostgres('an app on three nodes', (open) => onThreeNodes(open, true)),
);

function onThreeNodes(open: () => Promise<TestDatabase>, hasRedis: boolean): void {
  let database: TestDatabase;
  let redis: TestServer | undefined;
  const nodes: TestGateway[] = [];
  const devices: Device[] = [];
  const node = (place: number): TestGateway => {
    const found = nodes[place];
    if (!found) throw new Error(`there is no node ${place}`);
    return found;
  };
  const install = async (shop: AppShop, profileId: string, place: number): Promise<Device> => {
    const device = await installApp({ origin: node(place).origin, spaceId: shop.spaceId }, profileId);
    devices.push(device);
    return device;
  };
  // biome-ignore lint/suspicious/noExplicitAny: events are what the test says they are
  const sentTo = (device: Device): any[] =>
    device.heard('conversationMessageEvent').filter((event) => event.name === 'conversationMessage.sent');

  beforeAll(async () => {
    database = await open();
    redis = hasRedis ? await startRedis() : undefined;
    const settings = { PARLEY_MASTER_KEY: MASTER_KEY, ...(redis && { REDIS_URL: redis.url }) };
    for (let place = 0; place < 3; place += 1)
      nodes.push(await startGateway({ database, definitions: [appMessaging], settings }));
  });
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.leave();
  });
  afterAll(async () => {
    for (const one of nodes) await one.stop();
    await redis?.stop();
    await database?.drop();
  });

  it('an account that one node made serves at all of them, at once', async () => {
    const shop = await openAppShop(node(0));
    for (const place of [1, 2]) {
      const device = await install(shop, `p${place}`, place);
      expect((await device.sdk.startSession()).profileId).toBe(`p${place}`);
    }
  });

  it('also at those that the business called before there was such an account', async () => {
    const api = await aSpace(node(0));
    await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales' }));
    for (const { origin } of nodes) await must(api.at(origin).get('/channels'));
    const app = { kind: 'appMessaging', name: 'App', teamId: 'sales', settings: SETTINGS };
    await must(api.post('/channels', app));
    for (const { origin } of nodes) await must(api.as('').at(origin).get('/sessions/start'));
  });

  it('everybody hears everything in one order, wherever their socket is and wherever it was said', async () => {
    const shop = await openAppShop(node(0));
    const people = [
      await install(shop, 'ada', 0),
      await install(shop, 'bo', 1),
      await install(shop, 'cy', 2),
    ];
    await people[0]?.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo', 'cy']),
    );
    await Promise.all(people.map((device) => device.listen()));
    const rounds = Array.from({ length: 10 }, (_, round) => round);
    for (const round of rounds)
      await Promise.all(
        people.map((device) =>
          device.sdk.services.appMessaging.sendMessageToConversation(
            'den',
            new MessageBuilder().withText(`${device.profileId} ${round}`),
          ),
        ),
      );
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    for (const device of people) {
      await until(() => sentTo(device).length >= 30);
      expect(sentTo(device).map((event) => event.conversationEventId)).toEqual(numbers);
    }
    const [first, ...others] = people.map((device) => sentTo(device).map((event) => event.eventId));
    for (const other of others) expect(other).toEqual(first);
  });

  it('a session of one node is good at the others, and its end is the end everywhere', async () => {
    const shop = await openAppShop(node(0));
    const ada = await install(shop, 'ada', 0);
    const { id } = await ada.sdk.startSession();
    const token = tokenOf(ada);
    for (const { origin } of nodes)
      expect((await shop.api.as(token).at(origin).get(`/sessions/${id}`)).status).toBe(200);
    const far = new WebSocket(
      `${node(2).origin.replace(/^http/, 'ws')}${shop.api.base}/socket?token=${token}`,
    );
    let isOver = false;
    far.onclose = () => {
      isOver = true;
    };
    await new Promise((resolve) => {
      far.onopen = resolve;
    });
    expect((await shop.api.as(token).at(node(1).origin).delete(`/sessions/${id}`)).status).toBe(204);
    for (const { origin } of nodes)
      expect((await shop.api.as(token).at(origin).get('/conversations')).status).toBe(401);
    await until(() => isOver);
  });

  it('a challenge of one node is answered at another, once', async () => {
    const shop = await openAppShop(node(0));
    const balanced = await installApp({ origin: node(1).origin, spaceId: shop.spaceId }, 'ada', {
      configure: (config) => config.withUrlBase(node(2).origin),
    });
    devices.push(balanced);
    expect((await balanced.sdk.startSession()).profileId).toBe('ada');
  });

  it('first messages that race on all nodes make one chat, and no message is lost or doubled', async () => {
    const shop = await openAppShop(node(0));
    const apps = await Promise.all([0, 1, 2].map((place) => install(shop, 'ada', place)));
    await apps[0]?.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den'),
    );
    await Promise.all(apps.map((device) => device.sdk.startSession()));
    const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
    await Promise.all(
      texts.map((text, index) =>
        apps[index % 3]?.sdk.services.appMessaging.sendMessageToConversation(
          'den',
          new MessageBuilder().withText(text),
        ),
      ),
    );
    const chats = await shop.chatsOf('ada');
    expect(chats).toHaveLength(1);
    const { messages } = (await must(shop.api.get(`/chats/${chats[0].id}/messages?limit=100`))).body;
    const said = messages.map((message: { parts: { data: string }[] }) => message.parts[0]?.data);
    expect([...said].sort()).toEqual([...texts].sort());
    const page = await apps[1]?.sdk.services.appMessaging.getMessages('den', 100);
    expect(page?.messages.map((message) => message.parts?.[0]?.data)).toEqual(said);
  });

  it('an answer that is accepted at one node reaches a socket at another', async () => {
    const shop = await openAppShop(node(0));
    const ada = await install(shop, 'ada', 1);
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den'),
    );
    await ada.listen();
    await ada.sdk.services.appMessaging.sendMessageToConversation(
      'den',
      new MessageBuilder().withText('hello'),
    );
    const [chat] = await shop.chatsOf('ada');
    const body = { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: 'hi' }] };
    await must(shop.api.at(node(2).origin).post(`/chats/${chat.id}/messages`, body));
    await until(() => sentTo(ada).some((event) => event.payload.parts[0].data === 'hi'));
    expect(sentTo(ada)).toHaveLength(2);
  });

  if (!hasRedis) return;
  it('typing is told at every node, and the end of a session closes its sockets at once', async () => {
    const shop = await openAppShop(node(0));
    const [ada, bo] = [await install(shop, 'ada', 0), await install(shop, 'bo', 2)];
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo']),
    );
    await bo.listen();
    await until(async () => {
      await shop.as(ada).post('/conversations/den/typing');
      return bo.heard('participantTyping').length > 0;
    });
    const closed = bo.heard('WebsocketClosed').length;
    const began = performance.now();
    const { id } = bo.sdk.session;
    expect((await shop.api.as(tokenOf(bo)).at(node(1).origin).delete(`/sessions/${id}`)).status).toBe(204);
    await until(() => bo.heard('WebsocketClosed').length > closed);
    // Without the bus it is seen by those who look, every few seconds.
    expect(performance.now() - began).toBeLessThan(3_000);
  });
}
