import { aPage } from '../../../adapters/facebook/simulator/world';
import { onEachDatabase } from '../../support/databases';
import { until } from '../../support/until';
import { aPerson, must, type PageShop, type PageWorld, startPageWorld } from './page-world';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

onEachDatabase('a page that stays connected', (open) => {
  let world: PageWorld;
  let shop: PageShop;
  const page = () => world.meta.pages[0] ?? aPage({ pageId: '0' });

  beforeEach(async () => {
    world = await startPageWorld(await open());
    shop = await world.shop();
  });
  afterEach(() => world?.stop());

  const sentTo = (psid: string) => world.meta.sent().filter((sent) => sent.psid === psid);
  const check = async () => (await shop.api.post(`/channels/${shop.accountId}/check`)).body;
  const healthIs = (state: string) =>
    until(async () => {
      const { health } = await shop.account();
      expect(health.state).toBe(state);
      return health;
    });

  test('four settings are enough, and the check says that they work', async () => {
    await healthIs('connected');
    expect(await check()).toEqual({ ok: true, warnings: [] });
  });

  test.each([
    ['pageAccessToken', { pageAccessToken: 'EAAnother' }],
    ['appSecret', { appSecret: 'another secret' }],
    ['pageId', { pageId: '999999' }],
  ])('the check names %s when that is what is wrong', async (setting, settings) => {
    await must(
      shop.api.put(`/channels/${shop.accountId}`, { settings: { ...world.meta.config, ...settings } }),
    );
    expect(await check()).toMatchObject({ ok: false, kind: 'unauthorized', setting });
  });

  test('a token that lacks a permission is named, one that ends soon is told of', async () => {
    page().tokenEndsAt = new Date(Math.floor((Date.now() + 3 * DAY_MS) / 1_000) * 1_000);
    expect((await check()).warnings).toEqual([expect.stringMatching(/token ends on/)]);
    expect((await shop.account()).health.credentialExpiresOn).toBe(page().tokenEndsAt?.toISOString());
    page().scopes = ['pages_manage_metadata'];
    expect(await check()).toMatchObject({ ok: false, setting: 'pageAccessToken' });
  });

  test('a token that ends holds what waits, is seen, and lets it go in order with a new one', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    page().tokenEndsAt = new Date(Date.now() - 1_000);
    const ids: string[] = [];
    for (const text of ['one', 'two', 'three']) ids.push((await shop.answer(chat.id, text)).body.id);
    const health = await healthIs('unauthorized');
    expect(health.isPaused).toBe(true);
    expect(health.lastError.setting).toBe('pageAccessToken');
    expect(JSON.stringify(await shop.account())).not.toContain(page().token);
    await until(async () => {
      const [changed] = (await shop.log('channel.healthChanged')).slice(-1);
      expect(changed.payload).toMatchObject({ state: 'unauthorized', previousState: 'connected' });
      return true;
    });
    // What customers write still arrives.
    await world.meta.receive({ from: zoe, text: 'hello?' });
    expect(sentTo(zoe)).toEqual([]);

    page().tokenEndsAt = undefined;
    page().token = 'EAANewToken';
    await must(shop.api.put(`/channels/${shop.accountId}`, { settings: world.meta.configOf(shop.pageId) }));
    for (const id of ids) await shop.messageOnce(chat.id, id, 'sent');
    expect(sentTo(zoe).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  });

  test('a token that has ended is noticed without a message', async () => {
    await healthIs('connected');
    page().tokenEndsAt = new Date(Date.now() - 1_000);
    world.advance(16 * MINUTE_MS);
    await healthIs('unauthorized');
  });

  test('a page that Meta unsubscribed is subscribed again', async () => {
    await healthIs('connected');
    page().subscribed = [];
    world.advance(16 * MINUTE_MS);
    await until(() => page().subscribed.includes('messages') && page().subscribed.includes('message_echoes'));
    await healthIs('connected');
  });

  test('a page of an app that cannot be told of everything is subscribed to the rest', async () => {
    page().subscribed = [];
    page().unknownFields = ['message_edits'];
    expect(await check()).toMatchObject({ ok: true, warnings: [expect.stringMatching(/is now/)] });
    expect(page().subscribed).toContain('messages');
    expect(await check()).toEqual({ ok: true, warnings: [] });
  });

  test('a slowed-down page waits as long as Meta asks, and holds up no other', async () => {
    const other = await world.shop({ pageId: world.meta.pages[1]?.pageId ?? '' });
    const [zoe, max] = [aPerson(), aPerson()];
    const [chat, elsewhere] = [await shop.chatFrom(zoe), await other.chatFrom(max)];
    await world.meta.fail('rate_limited', { pageId: shop.pageId, on: 'send' });
    const { body } = await shop.answer(chat.id, 'slowly');
    await until(async () => (await shop.message(chat.id, body.id)).attempts.length === 1);
    const { nextAttemptOn } = await shop.message(chat.id, body.id);
    expect(Date.parse(nextAttemptOn) - Date.now()).toBeGreaterThan(55_000);
    const { body: quick } = await other.answer(elsewhere.id, 'at once');
    await other.messageOnce(elsewhere.id, quick.id, 'sent');
    expect(sentTo(zoe)).toEqual([]);
    world.advance(2 * MINUTE_MS);
    await shop.messageOnce(chat.id, body.id, 'sent');
    expect(sentTo(zoe)).toHaveLength(1);
  });

  test('a gateway that was away fills the gap from both sides, with the true times and no side effects', async () => {
    const [zoe, max] = [aPerson(), aPerson()];
    const chat = await shop.chatFrom(zoe);
    const { body } = await shop.answer(chat.id, 'our answer');
    await shop.messageOnce(chat.id, body.id, 'sent');
    const now = world.meta.world.now().getTime();
    world.advance(30 * MINUTE_MS);
    const at = (minutes: number) => new Date(Math.floor(now / 1_000) * 1_000 + minutes * MINUTE_MS);
    world.meta.miss({ from: zoe, text: 'missed one', at: at(10) });
    await world.meta.typed({ to: zoe, text: 'typed in the inbox', at: at(11), isTold: false });
    world.meta.miss({ from: zoe, text: 'missed two', at: at(12) });
    world.meta.miss({ from: max, text: 'a new customer', at: at(13) });
    const before = world.meta.sent().length;
    await world.restart();

    const said = await until(async () => {
      const lines = await shop.said(chat.id);
      return lines.length === 5 ? lines : undefined;
    });
    expect(said.map((line) => line.split(': ')[1])).toEqual([
      ...['hello', 'our answer', 'missed one', 'typed in the inbox', 'missed two'],
    ]);
    expect(said[3]).toMatch(/^external: /);
    const [found] = await until(async () => {
      const chats = await shop.chatsOf(max);
      return chats.length > 0 ? chats : undefined;
    });
    const [{ context }] = await shop.messages(found.id);
    expect(Date.parse(context.sentOn)).toBe(at(13).getTime());
    expect(Date.parse(found.canReplyUntil)).toBe(at(13).getTime() + DAY_MS);
    expect(world.meta.sent()).toHaveLength(before);
    // Once more, and by webhook too: nothing doubles.
    await world.restart();
    await world.meta.receive({ from: zoe, text: 'and now' });
    await until(async () => (await shop.said(chat.id)).length === 6);
  });

  test('a conversation that another app takes is shown, and can be taken back', async () => {
    const zoe = aPerson();
    const chat = await shop.chatFrom(zoe);
    const taken = { take_thread_control: { previous_owner_app_id: '1', new_owner_app_id: '77' } };
    world.meta.giveAway(zoe, '77');
    await world.meta.deliver([{ ...world.meta.happening(taken, { psid: zoe }), isStandby: false }]);
    const lost = (await shop.chatsOf(zoe))[0];
    expect(lost.control).toMatchObject({ isOurs: false, owner: '77' });
    const { body } = await shop.answer(chat.id, 'not ours to say');
    const failed = await shop.messageOnce(chat.id, body.id, 'failed');
    expect(failed.failure).toMatchObject({ reason: 'not_permitted', code: '10/2018300' });
    // Heard in standby meanwhile, and still in the chat.
    await world.meta.receive({ from: zoe, text: 'anybody?', isStandby: true });
    expect((await shop.messages(chat.id)).at(-1).parts[0].data).toBe('anybody?');

    const back = await must(shop.api.post(`/chats/${chat.id}/control`));
    expect(back.body.control).toBeUndefined();
    const { body: again } = await shop.answer(chat.id, 'here we are');
    await shop.messageOnce(chat.id, again.id, 'sent');
    await until(async () => {
      const told = await shop.log('chat.controlChanged');
      expect(told.map(({ payload }) => payload.isOurs)).toEqual([false, true]);
      expect(told[0].payload.owner).toBe('77');
      return true;
    });
  });
});
