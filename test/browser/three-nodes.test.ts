import { openAppShop } from '../journeys/app-messaging/app-world';
import { openWebShop } from '../journeys/web-chat/web-chat-world';
import type { Api } from '../support/api';
import { describeInChromium } from '../support/chromium';
import { onPostgres, type TestDatabase } from '../support/databases';
import { type LoadBalancer, startLoadBalancer } from '../support/load-balancer';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';
import { startPageServer } from './page-server';
import { openPage } from './sdk-page';
import { startShopSite } from './shop-site';
import { visit } from './widget-world';

jest.setTimeout(180_000);

/** What all nodes share, so that each proves the tokens of the others. */
const MASTER_KEY = '0'.repeat(63).concat('1');

describeInChromium('pages of other origins, with three nodes behind a load balancer', (browser) =>
  onPostgres('that only have their database', (open) => {
    let database: TestDatabase;
    let balancer: LoadBalancer;
    const nodes: SpawnedGateway[] = [];
    const start = () => {
      const settings = { PARLEY_MASTER_KEY: MASTER_KEY, PUBLIC_URL: balancer.origin };
      return spawnGateway({ database, settings });
    };
    /** One of the nodes is taken out, drains, and is gone; another one comes for it. */
    const replace = async (place: number) => {
      const leaves = nodes[place];
      nodes[place] = await start();
      balancer.balance(nodes.map(({ origin }) => origin));
      await leaves?.kill('SIGTERM');
    };
    const textsOf = async ({ api }: { readonly api: Api }, chatId: string): Promise<string[]> => {
      const { messages } = (await api.get(`/chats/${chatId}/messages?limit=100`)).body;
      return messages.map((one: { parts: { data: string }[] }) => one.parts[0]?.data);
    };
    const front = () => {
      const [first] = nodes;
      if (!first) throw new Error('there is no node');
      return { origin: balancer.origin, partner: first.partner.at(balancer.origin) };
    };

    beforeAll(async () => {
      database = await open();
      balancer = await startLoadBalancer();
      for (let place = 0; place < 3; place += 1) nodes.push(await start());
      balancer.balance(nodes.map(({ origin }) => origin));
    }, 180_000);
    afterAll(async () => {
      for (const node of nodes) await node.kill('SIGTERM');
      await balancer.stop();
      await database.drop();
    });

    test('the widget: each call at another node, and the conversation goes on while all nodes are replaced', async () => {
      const site = await startShopSite(balancer.origin);
      const shop = await openWebShop(front(), { allowedOrigins: [site.origin] });
      const page = await visit(browser(), { site, shop });
      try {
        await page.open();
        await page.say('Is it blue?');
        const chat = await until(async () => (await shop.api.get('/chats')).body[0]);
        const texts = ['Is it blue?'];
        for (const place of [0, 1, 2]) {
          await shop.answer(chat.id, `answer ${place}`);
          texts.push(`answer ${place}`);
          await page.shows(texts);
          await replace(place);
          await page.say(`question ${place}`);
          texts.push(`question ${place}`);
          await page.shows(texts);
          // A bubble is there before its message is: what is answered meanwhile comes before it.
          await until(async () => (await textsOf(shop, chat.id)).length === texts.length);
        }
        await page.page.reload();
        await page.shows(texts);
        expect((await shop.api.get('/chats')).body).toHaveLength(1);
        expect(await textsOf(shop, chat.id)).toEqual(texts);
        expect(page.complaints).toEqual([]);
      } finally {
        await page.close();
        await site.stop();
      }
    });

    test('the published SDK: each call and its socket at another node, also when the node of the socket goes', async () => {
      const pages = await startPageServer();
      const shop = await openAppShop(front(), { allowedOrigins: [pages.origin] });
      const where = { origin: balancer.origin, spaceId: shop.spaceId };
      const page = await openPage(browser(), { where, pages, profileId: 'ada' });
      try {
        await page.run(`
          await sdk.startSession(); const app = sdk.services.appMessaging; await sdk.startSession();
          await until(() => heard.WebsocketOpened.length === 1);
          await app.createConversation(new COMAPI.ConversationBuilder().withId('help').withName('Help'));
          await app.sendMessageToConversation('help', new COMAPI.MessageBuilder().withText('Is it blue?'));`);
        const [chat] = await shop.chatsOf('ada');
        const texts = ['Is it blue?'];
        for (const place of [0, 1, 2]) {
          const text = `answer ${place}`;
          texts.push(text);
          await shop.answer(chat.id, text);
          await page.run(`await until(() =>
            heard.conversationMessageEvent.some((one) => one.payload.parts?.[0].data === '${text}'));`);
          await replace(place);
        }
        // Whichever node had the socket is gone, and it was opened anew.
        await page.run('await until(() => heard.WebsocketOpened.length > heard.WebsocketClosed.length);');
        expect((await page.run('return heard.WebsocketOpened.length;')) >= 2).toBe(true);
        const got = await page.run(`
          const { messages } = await sdk.services.appMessaging.getMessages('help', 100);
          const sent = heard.conversationMessageEvent.filter((one) => one.name === 'conversationMessage.sent');
          return { texts: messages.map((one) => one.parts[0].data), heard: sent.map((one) => one.conversationEventId) };`);
        expect(got.texts).toEqual(texts);
        expect(new Set(got.heard).size).toBe(got.heard.length);
      } finally {
        await page.close();
        await pages.stop();
      }
    });
  }),
);
