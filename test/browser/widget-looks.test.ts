import { must, type WebShop } from '../journeys/web-chat/web-chat-world';
import { until } from '../support/until';
import { onWidget } from './on-widget';
import { inspect } from './widget-inspection';
import type { WidgetPage } from './widget-world';

jest.setTimeout(120_000);

onWidget('the widget, looked at and listened to', ({ world, come }) => {
  const talk = async (page: WidgetPage, shop: WebShop) => {
    await page.say('Do you have the Fjord shell in blue, size M? I would like to have it this week. 🙂');
    await page.page.locator('.status.is-sent').waitFor();
    const chat = await until(async () => (await shop.api.get('/chats')).body[0]);
    await shop.answer(chat.id, 'Yes, we do.');
    await shop.answer(chat.id, 'Two are left: https://shop.example/jackets/fjord-shell?colour=blue&size=m.');
    await until(async () => (await page.page.locator('.day .bubble').count()) === 3);
  };

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['right-to-left', { query: '&lang=ar', locale: 'ar-EG' }],
    ['320-wide', { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true }],
    [
      'landscape',
      { viewport: { width: 640, height: 320 }, isMobile: true, hasTouch: true, colorScheme: 'dark' },
    ],
    ['forced-colours', { forcedColors: 'active' }],
  ] as const)('%s: nothing is missing for anybody in any state', async (look, options) => {
    const shop = await world().shop({
      ...{ title: 'Northwind Outfitters', subtitle: 'We answer within minutes', colour: '#0f6b5c' },
      ...{ welcome: { text: 'Looking for the right jacket?' }, leaving: { mode: 'agent' } },
    });
    const page = await come(shop, options);
    await page.page.locator('.teaser').waitFor();
    await inspect(page, `${look}-1-closed`);
    await page.open();
    await inspect(page, `${look}-2-open`);
    await page.page.locator('.panel button[aria-label]').last().waitFor();
    await talk(page, shop);
    await page.page.locator('input[type=file]').setInputFiles([
      {
        name: 'a-long-name-of-a-sheet-of-measurements.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from('%PDF-1.4'),
      },
      { name: 'page.png', mimeType: 'image/png', buffer: await page.page.locator('.head').screenshot() },
    ]);
    await until(async () => (await page.page.locator('.tray li').count()) === 2);
    await page.page.locator('textarea').fill('Here is what I mean:\nthe one on the left');
    await inspect(page, `${look}-3-files`);
    await page.page.locator('.send').click();
    await until(async () => (await page.page.locator('.bubble.file').count()) === 2);
    await until(async () => (await page.page.locator('.status.is-sent').count()) === 1);
    await inspect(page, `${look}-4-conversation`);
    world().network.reset();
    await page.say('Hello?');
    await page.page.locator('.notice.warn').waitFor();
    await inspect(page, `${look}-5-offline`);
    world().network.pass();
    await page.page.locator('.notice.warn').waitFor({ state: 'detached' });
  });

  test.each([
    ['light', { colorScheme: 'light' }],
    [
      '320-wide',
      { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true, colorScheme: 'dark' },
    ],
  ] as const)(
    '%s: the questions before a chat say what is missing, and are sent with the message',
    async (look, options) => {
      const shop = await world().shop({
        ...{ title: 'Northwind', colour: '#ffd400' },
        preChat: [{ key: 'name' }, { key: 'email', isRequired: true }],
      });
      await must(
        shop.api.post('/chat/config/teams', { id: 'help', name: 'Help with an order', members: [] }),
      );
      await shop.set({
        title: 'Northwind',
        colour: '#ffd400',
        teams: ['sales', 'help'],
        preChat: [{ key: 'name' }, { key: 'email', isRequired: true }],
      });
      const page = await come(shop, options);
      await page.open();
      await page.page.locator('textarea').fill('Where is my order?');
      await page.page.locator('.send').click();
      await page.page.getByText('Please fill this in').waitFor();
      await inspect(page, `${look}-6-questions`);
      await page.page.getByLabel('Your email').fill('ada@example.com');
      await page.page.getByRole('radio', { name: 'Help with an order' }).check();
      await page.page.locator('.send').click();
      await page.shows(['Where is my order?']);
      const chat = await until(async () => (await shop.api.get('/chats')).body[0]);
      expect(chat.teamId).toBe('help');
      await page.page.locator('.card').waitFor({ state: 'detached' });
    },
  );
});
