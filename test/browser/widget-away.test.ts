import { must, type WebShop } from '../journeys/web-chat/web-chat-world';
import { until } from '../support/until';
import { onWidget } from './on-widget';
import { inspect } from './widget-inspection';
import type { WidgetPage } from './widget-world';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const dayFromNow = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

onWidget('the widget while its team is away', ({ world, come }) => {
  const shopWith = (settings: object): Promise<WebShop> =>
    world().shop({
      ...{ title: 'Northwind Outfitters', subtitle: 'We answer within minutes', colour: '#0f6b5c' },
      ...{ welcome: { text: 'Looking for the right jacket?' }, ...settings },
    });
  /** Resolves when pages that are opened from now on are told so. */
  const isTold = (shop: WebShop, availability: string) =>
    until(async () => {
      const { body } = await shop.visitor({ origin: world().site.origin }).call('GET', '/config');
      return body.availability === availability;
    });
  const close = async (shop: WebShop, says?: string) => {
    const exceptions = [0, 1].map((days) => ({ date: dayFromNow(days), slots: [] }));
    const own = says === undefined ? {} : { outOfHoursMessage: says };
    await must(shop.api.put('/chat/config/teams/sales/settings', { timeZone: 'UTC', exceptions, ...own }));
    await isTold(shop, 'closed');
  };
  const be = async (shop: WebShop, status: 'away' | 'available') => {
    await must(shop.api.put('/presence/ann', { status }));
    await isTold(shop, status === 'away' ? 'nobody' : 'open');
  };
  const arrived = async (shop: WebShop) => {
    const [chat] = await until(async () => {
      const { body } = await shop.api.get('/chats?includeClosed=true');
      return body.length > 0 ? body : undefined;
    });
    const { messages } = (await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body;
    const { body: profile } = await shop.api.get(`/profiles/${messages[0].context.from.id}`);
    return { chat, said: messages[0].parts[0].data, email: profile.email };
  };
  const isIn = ({ page }: WidgetPage, place: string) => page.locator(`${place}:focus`).waitFor();

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['right-to-left', { query: '&lang=ar', locale: 'ar-EG' }],
    // A page that is enlarged to four times its size is as wide as a small phone, and has a keyboard.
    ['320-wide', { viewport: { width: 320, height: 640 }, colorScheme: 'dark' }],
  ] as const)(
    '%s: a closed team asks for the address, and what is written by the keyboard alone comes with it',
    async (look, options) => {
      const shop = await shopWith({ outOfHours: { mode: 'form' }, preChat: [{ key: 'name' }] });
      await close(shop, 'Our shop is closed for the holidays. We read every message when we are back.');
      const page = await come(shop, options);
      const { keyboard } = page.page;
      expect(await page.page.locator('.teaser').count()).toBe(0);
      await keyboard.press('Tab');
      await isIn(page, '.launcher');
      await keyboard.press('Enter');
      await isIn(page, 'textarea');
      await page.page.locator('.presence.is-closed').waitFor();
      await page.page.locator('.notice', { hasText: 'closed for the holidays' }).waitFor();
      await inspect(page, `away-${look}-1-form`);

      await keyboard.type('Can you mend a zip?');
      await keyboard.press('Enter');
      await isIn(page, 'input[autocomplete=email]');
      await keyboard.type('ada@');
      await keyboard.press('Enter');
      await page.page.locator('.problem:not(:empty)').waitFor();
      await inspect(page, `away-${look}-2-problem`);
      expect((await shop.api.get('/chats')).body).toEqual([]);
      await keyboard.type('customer.example');
      await keyboard.press('Enter');

      await page.shows(['Can you mend a zip?']);
      await page.page.locator('.status.is-sent').waitFor();
      await isIn(page, 'textarea');
      expect(await page.page.locator('.card').count()).toBe(0);
      expect(await arrived(shop)).toMatchObject({
        ...{ said: 'Can you mend a zip?', email: 'ada@customer.example' },
        chat: { channelId: 'webChat', teamId: 'sales', status: 'new' },
      });
      await inspect(page, `away-${look}-3-sent`);
    },
  );

  test('who wrote before without an address is asked for it with their next chat, and once', async () => {
    const shop = await shopWith({ outOfHours: { mode: 'form' } });
    const page = await come(shop);
    await page.open();
    await page.say('Is it blue?');
    await page.page.locator('.status.is-sent').waitFor();
    const { chat } = await arrived(shop);
    await close(shop);
    await page.page.locator('.presence.is-closed').waitFor();
    // They are in the middle of a conversation, and may go on.
    expect(await page.page.locator('.card').count()).toBe(0);
    await must(shop.api.put(`/chats/${chat.id}/close`, { bypassMessage: true }));
    await page.page.locator('.card').waitFor();
    await page.say('And in green?');
    await isIn(page, 'input[autocomplete=email]');
    await page.page.keyboard.type('ada@customer.example');
    await page.page.keyboard.press('Enter');
    await page.shows(['Is it blue?', 'And in green?']);
    await until(async () => (await arrived(shop)).email === 'ada@customer.example');
    const { chat: second } = await arrived(shop);
    await must(shop.api.put(`/chats/${second.id}/close`, { bypassMessage: true }));
    await page.page.getByText('This conversation has ended').waitFor();
    expect(await page.page.locator('.card').count()).toBe(0);
  });

  test('who opens the chat finds it as things are now, not as they were when the page came', async () => {
    const shop = await shopWith({ outOfHours: { mode: 'form' } });
    const page = await come(shop);
    await close(shop);
    await page.open();
    await page.page.locator('.presence.is-closed').waitFor();
    await page.page.locator('.card').waitFor();
    await page.page.keyboard.press('Escape');
    await must(shop.api.put('/chat/config/teams/sales/settings', { timeZone: 'UTC' }));
    await isTold(shop, 'open');
    await page.open();
    await page.page.locator('.presence.is-open').waitFor();
    await page.say('Good morning!');
    await page.shows(['Good morning!']);
  });

  test('a widget that hides is not there, but for those who have a conversation', async () => {
    const shop = await shopWith({ outOfHours: { mode: 'hide' } });
    const regular = await come(shop);
    await regular.open();
    await regular.say('See you tomorrow?');
    await regular.page.locator('.status.is-sent').waitFor();
    await close(shop);

    const stranger = await come(shop, { isHidden: true });
    await inspect(stranger, 'away-hidden');
    await stranger.page.keyboard.press('Tab');
    expect(await stranger.page.evaluate('document.activeElement.tagName')).toBe('BODY');
    await regular.page.reload();
    await regular.shows(['See you tomorrow?']);
    await regular.page.locator('.presence.is-closed').waitFor();

    await must(shop.api.put('/chat/config/teams/sales/settings', { timeZone: 'UTC' }));
    await isTold(shop, 'open');
    await stranger.page.reload();
    await stranger.open();
    await stranger.page.getByText('We answer within minutes').first().waitFor();
  });

  test.each([
    ['light', { colorScheme: 'light' }],
    ['right-to-left', { query: '&lang=he', locale: 'he-IL', colorScheme: 'dark' }],
    ['320-wide', { viewport: { width: 320, height: 640 } }],
  ] as const)(
    '%s: while nobody is there that is said, nobody is welcomed, and messages are taken; until somebody comes',
    async (look, options) => {
      const shop = await shopWith({});
      await be(shop, 'away');
      const page = await come(shop, options);
      expect(await page.page.locator('.teaser').count()).toBe(0);
      await page.open();
      await page.page.locator('.presence.is-nobody').waitFor();
      expect(await page.page.locator('.welcome, .card').count()).toBe(0);
      await inspect(page, `away-${look}-4-nobody`);
      await page.say('Hello?');
      await page.page.locator('.status.is-sent').waitFor();
      expect(await arrived(shop)).toMatchObject({ said: 'Hello?', chat: { status: 'new' } });
      await inspect(page, `away-${look}-5-nobody-sent`);

      await be(shop, 'available');
      await page.page.locator('.presence.is-open', { hasText: 'We answer within minutes' }).waitFor();
      await page.page.locator('.welcome').waitFor();
      expect(await page.page.locator('.notice').count()).toBe(0);
    },
  );
});
