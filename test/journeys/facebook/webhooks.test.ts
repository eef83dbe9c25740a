import type { PageEvent } from '../../../adapters/facebook/simulator/events';
import { aPage } from '../../../adapters/facebook/simulator/world';
import { onEachDatabase } from '../../support/databases';
import { aPerson, type PageShop, type PageWorld, startPageWorld } from './page-world';

onEachDatabase('deliveries of Meta', (open) => {
  let world: PageWorld;
  let one: PageShop;
  let two: PageShop;
  let three: PageShop;
  let four: PageShop;
  let shared: string;

  beforeAll(async () => {
    const appId = '900000000000002';
    const pages = [aPage({ pageId: '101' }), aPage({ pageId: '102', appId }), aPage({ pageId: '103' })];
    world = await startPageWorld(await open(), { pages: [...pages, aPage({ pageId: '104' })] });
    one = await world.shop({ pageId: '101', isShared: true });
    two = await world.shop({ pageId: '102' }); // of another app
    three = await world.shop({ pageId: '103', isShared: true });
    four = await world.shop({ pageId: '104' });
    shared = `${world.gateway.origin}/channels/facebook/webhook`;
  });
  afterAll(() => world?.stop());

  const quarantined = async (shop: PageShop) => (await shop.api.get('/quarantine')).body;

  test('the handshake is answered in plain text to whoever knows the verify token of an account', async () => {
    const { verifyToken } = world.meta.configOf(two.pageId);
    for (const url of [shared, two.webhookUrl]) {
      const good = await world.meta.handshake(url, verifyToken, '<b>1158201444</b>');
      expect(good.status).toBe(200);
      expect(good.body).toBe('<b>1158201444</b>');
      expect(good.headers['content-type']).toMatch(/^text\/plain/);
      expect(good.headers['x-content-type-options']).toBe('nosniff');
      expect((await world.meta.handshake(url, 'another token', '1')).status).toBe(403);
    }
    const stranger = world.meta.configOf(one.pageId).verifyToken;
    expect((await world.meta.handshake(two.webhookUrl, stranger, '1')).status).toBe(403);
  });

  test('one address serves the pages of several API spaces, each with its own customers', async () => {
    const [zoe, max] = [aPerson(), aPerson()];
    const reply = await world.meta.deliver([
      world.meta.event({ from: zoe, pageId: one.pageId, text: 'to one' }),
      world.meta.event({ from: max, pageId: three.pageId, text: 'to three' }),
      world.meta.event({ from: zoe, pageId: one.pageId, text: 'to one again' }),
    ]);
    expect(reply.status).toBe(200);
    const [chat] = await one.chatsOf(zoe);
    expect(await one.said(chat.id)).toEqual([
      `${chat.customerId}: to one`,
      `${chat.customerId}: to one again`,
    ]);
    expect(await one.chatsOf(max)).toEqual([]);
    expect(await three.chatsOf(max)).toHaveLength(1);
    expect(await three.chatsOf(zoe)).toEqual([]);
  });

  test('a page of another account of the same app also arrives by the address of the first', async () => {
    const zoe = aPerson();
    const { body } = await one.api.get(`/channels/${one.accountId}`);
    await world.meta.deliver([world.meta.event({ from: zoe, pageId: three.pageId })], {
      url: body.webhookUrl,
    });
    expect(await three.chatsOf(zoe)).toHaveLength(1);
    expect(await one.chatsOf(zoe)).toEqual([]);
  });

  test('one app cannot speak for the page of another', async () => {
    const zoe = aPerson();
    const event = world.meta.event({ from: zoe, pageId: two.pageId, text: 'forged' });
    const { appSecret } = world.meta.configOf(one.pageId);
    // Signed by an app that the gateway knows, so it is taken; but not for a page of which it is not the app.
    expect((await world.meta.deliver([event], { url: shared, appSecret })).status).toBe(200);
    expect((await world.meta.deliver([event], { url: two.webhookUrl, appSecret })).status).toBe(403);
    expect((await world.meta.deliver([event], { url: shared, appSecret: 'nobody’s' })).status).toBe(403);
    expect(await two.chatsOf(zoe)).toEqual([]);
    expect(await quarantined(two)).toEqual([]);
  });

  test('an unknown page is acknowledged, and its neighbours arrive', async () => {
    const zoe = aPerson();
    const known = world.meta.event({ from: zoe, pageId: one.pageId });
    const unknown = { ...world.meta.event({ from: zoe, pageId: one.pageId }), pageId: one.pageId };
    const foreign: PageEvent = { pageId: '199999999999999', event: unknown.event };
    const reply = await world.meta.deliver([known, foreign], { url: shared });
    expect(reply.status).toBe(200);
    expect(await one.chatsOf(zoe)).toHaveLength(1);
    const metrics = await (await fetch(`${world.gateway.origin}/metrics`)).text();
    expect(metrics).toMatch(/parley_inbound_total\{what="quarantined",adapter="facebook"\} [1-9]/);
    // It is nobody's, so nobody sees it.
    expect(await quarantined(one)).toEqual([]);
  });

  test('an event of an unknown kind is kept aside in the space of its page, and is not replayed in vain', async () => {
    const before = (await quarantined(three)).length;
    const strange = { ...world.meta.happening({ hologram: { beam: 1 } }), pageId: three.pageId };
    expect((await world.meta.deliver([strange])).status).toBe(200);
    const kept = await quarantined(three);
    expect(kept).toHaveLength(before + 1);
    expect(kept[0].problem).toMatch(/unknown event.*hologram/);
    const again = await three.api.post(`/quarantine/${kept[0].id}/replay`);
    expect(again.status).toBe(409);
    expect(again.body.detail).toMatch(/hologram/);
  });

  test('of 500 events over three spaces one malformed costs only itself, within two seconds', async () => {
    const shops = [one, three, four];
    const customers = shops.map(() => Array.from({ length: 20 }, aPerson));
    const counts = [0, 0, 0];
    const events = Array.from({ length: 500 }, (_, index): PageEvent => {
      const at = index % 3;
      const { pageId } = shops[at] ?? one;
      if (index === 250) return { pageId, event: { message: { mid: 5, text: {} } } };
      counts[at] = (counts[at] ?? 0) + 1;
      return world.meta.event({ from: customers[at]?.[index % 20] ?? '', pageId, text: `event ${index}` });
    });
    const before = await Promise.all(shops.map(quarantined));
    const began = performance.now();
    const { status } = await world.meta.deliver(events, { url: shared });
    const tookMs = performance.now() - began;
    expect(status).toBe(200);
    expect(tookMs).toBeLessThan(2_000);
    expect(counts.reduce((sum, count) => sum + count)).toBe(499);
    for (const [at, shop] of shops.entries()) {
      const texts = await Promise.all(
        (customers[at] ?? []).map(async (from) => {
          const [chat] = await shop.chatsOf(from);
          return chat ? (await shop.messages(chat.id)).map(({ parts }) => parts[0].data) : [];
        }),
      );
      expect(texts.flat()).toHaveLength(counts[at] ?? 0);
      // In the order of the delivery, in every chat.
      for (const said of texts)
        expect(said).toEqual(said.toSorted((a, b) => Number(a.slice(6)) - Number(b.slice(6))));
    }
    const after = await Promise.all(shops.map(quarantined));
    expect(after.map((kept, at) => kept.length - (before[at]?.length ?? 0))).toEqual([0, 1, 0]);
  });

  test('repeated and shuffled deliveries change nothing', async () => {
    const zoe = aPerson();
    const events = ['a', 'b', 'c'].map((text) => world.meta.event({ from: zoe, pageId: one.pageId, text }));
    await world.meta.deliver(events);
    await Promise.all([
      world.meta.deliver(events),
      world.meta.deliver(events.toReversed()),
      ...events.map((event) => world.meta.deliver([event])),
    ]);
    const [chat, ...more] = await one.chatsOf(zoe);
    expect(more).toEqual([]);
    expect((await one.said(chat.id)).map((line) => line.at(-1))).toEqual(['a', 'b', 'c']);
  });
});
