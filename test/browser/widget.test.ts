import type { Page } from 'playwright-core';
import type { WebShop } from '../journeys/web-chat/web-chat-world';
import { until } from '../support/until';
import { onWidget } from './on-widget';
import type { WidgetPage } from './widget-world';

// Each takes a second or two where nothing else runs.
jest.setTimeout(120_000);

onWidget('the widget of web chat, on a page of another origin with a strict policy', ({ world, come }) => {
  const theChat = async (shop: WebShop) => {
    const [chat] = (await shop.api.get('/chats?includeClosed=true')).body;
    return chat;
  };
  const statusOf = async (shop: WebShop, chatId: string, id: string) =>
    (await shop.api.get(`/chats/${chatId}/messages/${id}`)).body.status;
  const stored = (one: WidgetPage) =>
    one.page.evaluate('[...Object.keys(localStorage), document.cookie].join()');

  test('a visitor writes, is answered, and finds the conversation again', async () => {
    const shop = await world().shop({ welcome: { text: 'Hi there!' } });
    const page = await come(shop);
    await page.page.locator('.teaser', { hasText: 'Hi there!' }).waitFor();
    await page.open();
    expect(await stored(page)).toBe('');
    await page.say('Do you have it in blue?');
    await page.shows(['Do you have it in blue?']);
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();

    const chat = await until(() => theChat(shop));
    await until(async () => {
      await shop.api.post(`/chats/${chat.id}/typing`);
      return page.page.locator('.typing').isVisible();
    });
    const { id } = await shop.answer(chat.id, 'Yes, from Friday: https://shop.example/blue.');
    await page.shows(['Do you have it in blue?', 'Yes, from Friday: ']);
    expect(await page.page.locator('.bubble a').getAttribute('href')).toBe('https://shop.example/blue');
    await until(async () => (await statusOf(shop, chat.id, id)) === 'read');
    expect(await stored(page)).toBe(`parley.${shop.accountId},`);
    await page.screenshot('conversation');

    await page.page.reload();
    await page.shows(['Do you have it in blue?', 'Yes, from Friday: ']);
    expect(await page.page.evaluate('document.activeElement.tagName')).toBe('BODY');
  });

  test('an answer to a closed chat is counted, told in a bubble and in the title, and not read', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    await page.open();
    await page.say('hello');
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
    await page.page.locator('.launcher').click();
    const chat = await until(() => theChat(shop));
    const { id } = await shop.answer(chat.id, 'Hello to you!');
    await page.page.locator('.teaser', { hasText: 'Hello to you!' }).waitFor();
    await page.page.getByRole('button', { name: 'Open chat. Unread messages: 1' }).waitFor();
    await until(async () => (await statusOf(shop, chat.id, id)) === 'delivered');
    await page.screenshot('unread');
    await page.open();
    await until(async () => (await statusOf(shop, chat.id, id)) === 'read');
  });

  test('while the network is away messages wait, and go out in order and once when it is back', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    await page.open();
    await page.say('one');
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
    const chat = await until(() => theChat(shop));

    world().network.reset();
    await page.say('two');
    await page.say('three');
    await page.page.getByText('Waiting for the network').first().waitFor();
    await page.page.getByText('No connection.').waitFor();
    await page.screenshot('offline');
    await shop.answer(chat.id, 'an answer meanwhile');
    world().network.pass();

    await page.shows(['one', 'an answer meanwhile', 'two', 'three']);
    await page.page.getByText('No connection.').waitFor({ state: 'detached' });
    // They are shown before they are sent.
    await until(async () => {
      const { messages } = (await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body;
      const texts = messages.map(({ parts }: typeof chat) => parts[0].data);
      expect(texts).toEqual(['one', 'an answer meanwhile', 'two', 'three']);
      return true;
    });
  });

  test('what was not sent when the page was left is sent from the next one', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    await page.open();
    await page.say('one');
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
    await page.page.route('**/messages', (route) => route.abort());
    await page.say('two');
    await page.page.getByText('Waiting for the network').waitFor();
    await page.page.unroute('**/messages');
    await page.page.reload();
    await page.shows(['one', 'two']);
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
  });

  test('two tabs show one conversation, over one stream, also when the tab that has it is closed', async () => {
    const shop = await world().shop();
    const first = await come(shop);
    const followers: Page[] = [];
    first.page.context().on('request', (request) => {
      if (request.url().includes('/stream')) followers.push(request.frame().page());
    });
    const second = await first.tab();
    await first.open();
    await second.open();
    await first.say('from the first');
    await second.shows(['from the first']);
    await second.say('from the second');
    await first.shows(['from the first', 'from the second']);
    const chat = await until(() => theChat(shop));
    await shop.answer(chat.id, 'to both');
    for (const tab of [first, second]) await tab.shows(['from the first', 'from the second', 'to both']);
    expect(followers).toHaveLength(1);

    const [leaves, stays] = followers[0] === first.page ? [first, second] : [second, first];
    await leaves.page.close();
    await shop.answer(chat.id, 'to the one that is left');
    await stays.shows(['from the first', 'from the second', 'to both', 'to the one that is left']);
    expect(followers).toEqual([leaves.page, stays.page]);
    expect((await shop.api.get('/chats')).body).toHaveLength(1);
  });

  test('files go up with the message, pictures are seen, and what is not taken is said', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    await page.open();
    const picture = await page.page.locator('header').first().screenshot();
    await page.page.locator('input[type=file]').setInputFiles([
      { name: 'blue ü.png', mimeType: 'image/png', buffer: picture },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
      { name: 'virus.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') },
    ]);
    await page.page.getByText('Files like virus.exe cannot be sent.').waitFor();
    await page.screenshot('files-chosen');
    await page.say('this one');
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
    const chat = await until(() => theChat(shop));
    const { messages } = (await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body;
    expect(messages[0].parts).toMatchObject([
      { data: 'this one' },
      { type: 'image/png', name: 'blue ü.png' },
      { type: 'text/plain', name: 'notes.txt' },
    ]);
    await page.page.reload();
    const shown = page.page.getByRole('img', { name: 'blue ü.png' });
    await until(() => shown.evaluate((image) => 'naturalWidth' in image && Number(image.naturalWidth) > 0));
    await page.page.getByRole('link', { name: /notes\.txt/ }).waitFor();
    await page.screenshot('files-sent');
  });

  test('the keyboard is enough', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    const { keyboard } = page.page;
    const focused = () =>
      page.page.evaluate(
        `(() => { const it = document.querySelector('parley-chat').shadowRoot.activeElement;
          return it && (it.getAttribute('aria-label') ?? it.className); })()`,
      );
    await keyboard.press('Tab');
    expect(await focused()).toBe('Open chat');
    await keyboard.press('Enter');
    await until(async () => (await focused()) === 'Write a message…');
    await keyboard.type('by keys');
    await keyboard.press('Shift+Enter');
    await keyboard.type('alone');
    await keyboard.press('Enter');
    await page.shows(['by keys\nalone']);
    await keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Attach files');
    await keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Conversation');
    await keyboard.press('Escape');
    await until(async () => (await focused()) === 'Open chat');
  });

  test('who reads far up stays there, and older messages come by themselves', async () => {
    const shop = await world().shop();
    const page = await come(shop);
    await page.open();
    await page.say('first');
    const chat = await until(() => theChat(shop));
    for (let count = 1; count <= 45; count += 1) await shop.answer(chat.id, `answer ${count}`);
    // Or the page would begin with what is there by then, and the rest would come by the stream.
    await page.page.getByText('answer 45', { exact: true }).waitFor();
    await page.page.reload();
    const log = page.page.locator('.log');
    await page.page.getByText('answer 45', { exact: true }).waitFor();
    expect(await page.page.getByText('first', { exact: true }).count()).toBe(0);
    await until(async () => {
      await log.evaluate((one) => one.scrollTo(0, 0));
      return (await page.page.getByText('first', { exact: true }).count()) > 0;
    });
    await log.evaluate((one) => one.scrollTo(0, 300));
    await page.page.locator('.to-end').waitFor();
    await shop.answer(chat.id, 'news');
    await page.page.getByText('news', { exact: true }).waitFor({ state: 'attached' });
    expect(await log.evaluate((one) => one.scrollTop)).toBe(300);
    await page.page.locator('.to-end').click();
    await page.page.locator('.to-end').waitFor({ state: 'detached' });
  });

  test('a user that the site vouches for is one on every device, and gone when they log out', async () => {
    const secret = 'a secret that only the shop knows';
    const shop = await world().shop({ identity: { mode: 'required', secret } });
    const page = await come(shop);
    await page.page.waitForFunction('!!window.Parley?.on');
    const jwt = await shop.vouch({ sub: 'ada', name: 'Ada' }, secret);
    await page.open();
    await page.say('may I?');
    await page.page.getByText('Please sign in to chat with us.').waitFor();
    await page.page.evaluate(`Parley.identify(${JSON.stringify(jwt)})`);
    await page.page.getByRole('button', { name: 'Try again' }).click();
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();

    const phone = await come(shop);
    await phone.page.waitForFunction('!!window.Parley?.on');
    await phone.page.evaluate(`Parley.identify(${JSON.stringify(jwt)})`);
    await phone.open();
    await phone.shows(['may I?']);
    await phone.page.evaluate('Parley.logout()');
    await phone.open();
    await phone.shows([]);
    expect(await stored(phone)).toBe('');
  });

  test('the demo page shows what the API sees, and answers', async () => {
    const shop = await world().shop({ hasDemo: true });
    const page = await come(shop, { demo: true });
    await page.open();
    await page.say('Is it blue?');
    await page.page.locator('#events', { hasText: 'chatMessage.sent' }).waitFor();
    await page.page.getByRole('textbox', { name: 'Answer', exact: true }).fill('It is.');
    await page.page.locator('#answer button').click();
    await page.shows(['Is it blue?', 'It is.']);
    await page.screenshot('demo');
  });
});
