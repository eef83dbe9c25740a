import appMessaging from '../../adapters/app-messaging/index';
import { must, openAppShop, tokenOf } from '../journeys/app-messaging/app-world';
import { installApp } from '../journeys/app-messaging/sdk';
import { describeInChromium } from '../support/chromium';
import { openSqlite, type TestDatabase } from '../support/databases';
import { startGateway, type TestGateway } from '../support/start-gateway';
import { until } from '../support/until';
import { type PageServer, startPageServer } from './page-server';
import { openPage, type SdkPage } from './sdk-page';

describeInChromium('the published SDK in Chromium, on a page of another origin', (browser) => {
  let database: TestDatabase;
  let gateway: TestGateway;
  let pages: PageServer;
  const opened: SdkPage[] = [];

  beforeAll(async () => {
    database = await openSqlite();
    gateway = await startGateway({ database, definitions: [appMessaging] });
    pages = await startPageServer();
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
  });
  afterAll(async () => {
    await pages.stop();
    await gateway.stop();
    await database.drop();
  });
  const shopFor = (allowedOrigins: readonly string[]) => openAppShop(gateway, { allowedOrigins });
  const open = async (spaceId: string, profileId: string): Promise<SdkPage> => {
    const page = await openPage(browser(), { where: { origin: gateway.origin, spaceId }, pages, profileId });
    opened.push(page);
    return page;
  };
  const START = 'await sdk.startSession(); const app = sdk.services.appMessaging; await sdk.startSession();';

  it('logs in, and its session survives a reload', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada ü/?~>');
    const session = await page.run('return sdk.startSession();');
    expect(session).toMatchObject({ profileId: 'ada ü/?~>', platform: 'javascript', isActive: true });
    await page.load();
    expect(await page.run('return (await sdk.startSession()).id;')).toBe(session.id);
    expect(await page.run('return sdk.endSession();')).toBe(true);
  });

  it('reads ETags across origins, and is refused with a stale one', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada');
    const result = await page.run(`
      const app = sdk.services.appMessaging;
      const made = await app.createConversation(new COMAPI.ConversationBuilder().withId('a b/c').withName('Den'));
      const changed = await app.updateConversation({ ...made, name: 'Den 2' }, made._etag);
      const stale = await app.updateConversation({ ...made, name: 'Den 3' }, made._etag).catch((error) => error.statusCode);
      const profile = await sdk.services.profile.getMyProfile();
      await sdk.services.profile.updateMyProfile({ colour: 'blue' });
      const mine = await sdk.services.profile.getMyProfile();
      await app.deleteConversation('a b/c');
      const gone = await app.getConversation('a b/c').catch((error) => error.statusCode);
      return { made, changed, stale, profile, mine, gone };`);
    expect(result).toMatchObject({
      made: { id: 'a b/c', _etag: expect.stringMatching(/^".+"$/) },
      changed: { name: 'Den 2', _etag: expect.stringMatching(/^".+"$/) },
      ...{ stale: 412, gone: 404, profile: { id: 'ada' }, mine: { colour: 'blue' } },
    });
    expect(result.changed._etag).not.toBe(result.made._etag);
  });

  it('talks with an agent, live, in both directions', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada');
    await page.run(`${START}
      await until(() => heard.WebsocketOpened.length === 1);
      await app.createConversation(new COMAPI.ConversationBuilder().withId('help').withName('Help'));
      await app.sendMessageToConversation('help', new COMAPI.MessageBuilder().withText('Is it blue? 💥'));`);
    const [chat] = await shop.chatsOf('ada');
    await must(shop.api.post(`/chats/${chat.id}/typing`));
    const { body } = await must(shop.answer(chat.id, 'Yes, from Friday.'));
    const event = await page.run('return until(() => heard.conversationMessageEvent[1]);');
    expect(event.payload.parts[0].data).toBe('Yes, from Friday.');
    expect((await page.run('return until(() => heard.participantTyping[0]);')).profileId).toBe('sales');
    const messages = await page.run(`
      const page = await sdk.services.appMessaging.getMessages('help', 1);
      const rest = await sdk.services.appMessaging.getMessages('help', 10, page.continuationToken);
      return [...rest.messages, ...page.messages].map((message) => message.parts[0].data);`);
    expect(messages).toEqual(['Is it blue? 💥', 'Yes, from Friday.']);
    await until(async () => {
      const { status } = (await shop.api.get(`/chats/${chat.id}/messages/${body.id}`)).body;
      expect(status).toBe('delivered');
      return true;
    });
  });

  it('uploads files as a form and as base64, and can read them', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada');
    const result = await page.run(`
      const file = new File(['hello from a file'], 'blue ü.txt', { type: 'text/plain' });
      const app = sdk.services.appMessaging;
      const form = await app.uploadContent(COMAPI.ContentData.createFromFile(file));
      const base64 = await app.uploadContent(COMAPI.ContentData.createFromBase64(btoa('hello'), 'a.txt', 'text/plain'));
      return { form, base64 };`);
    expect(result.form).toMatchObject({ name: 'blue ü.txt', type: 'text/plain', size: 17, folder: '' });
    expect(result.base64).toMatchObject({ name: 'a.txt', size: 5 });
    const got = await fetch(result.form.url.replace('//localhost', '//127.0.0.1'));
    expect(await got.text()).toBe('hello from a file');
  });

  it('a page and an app of the same profile hear each other', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada');
    await page.run(`${START} await until(() => heard.WebsocketOpened.length === 1);`);
    const phone = await installApp({ origin: gateway.origin, spaceId: shop.spaceId }, 'ada');
    await phone.sdk.services.profile.updateMyProfile({ colour: 'green' }, false);
    expect(await page.run('return until(() => heard.profileUpdated[0]);')).toMatchObject({
      ...{ eTag: expect.stringMatching(/^"/), profile: { id: 'ada', colour: 'green' } },
    });
    await phone.leave();
  });

  it('recovers from a revoked token and from a dropped socket', async () => {
    const shop = await shopFor([pages.origin]);
    const page = await open(shop.spaceId, 'ada');
    await page.run(`${START} await until(() => heard.WebsocketOpened.length === 1);
      await app.createConversation(new COMAPI.ConversationBuilder().withId('den').withName('Den'));`);
    const { id, token } = await page.run(`
      return { id: sdk.session.id, token: sdk._networkManager._sessionManager.sessionInfo.token };`);
    expect((await shop.api.as(token).delete(`/sessions/${id}`)).status).toBe(204);
    const after = await page.run(`
      await until(() => heard.WebsocketClosed.length >= 1);
      await sdk.services.appMessaging.sendMessageToConversation('den', new COMAPI.MessageBuilder().withText('again'));
      await until(() => heard.WebsocketOpened.length >= 2);
      await sdk.services.appMessaging.sendMessageToConversation('den', new COMAPI.MessageBuilder().withText('live'));
      const event = await until(() => heard.conversationMessageEvent.find((one) => one.payload.parts[0].data === 'live'));
      return { id: sdk.session.id, number: event.conversationEventId };`);
    expect(after.id).not.toBe(id);
    expect(after.number).toBe(2);
  });

  it('on a page of a foreign origin it gets nothing', async () => {
    const shop = await shopFor(['https://shop.example']);
    const page = await open(shop.spaceId, 'ada');
    const failed = await page.run('return sdk.startSession().catch((error) => error);');
    expect(failed).toMatchObject({ statusCode: 0 });
    const phone = await installApp({ origin: gateway.origin, spaceId: shop.spaceId }, 'ada');
    await phone.sdk.startSession();
    const url = `${gateway.origin.replace(/^http/, 'ws')}${shop.api.base}/socket?token=${tokenOf(phone)}`;
    const closed = await page.run(`
      const socket = new WebSocket(${JSON.stringify(url)});
      return new Promise((resolve) => { socket.onopen = () => resolve('open'); socket.onclose = (event) => resolve(event.code); });`);
    expect(closed).toBe(1006);
    await phone.leave();
  });
});
