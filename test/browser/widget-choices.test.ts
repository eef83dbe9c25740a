import { speaks } from '../journeys/automatic/speaking-shop';
import { must, type WebShop } from '../journeys/web-chat/web-chat-world';
import { until } from '../support/until';
import { onWidget } from './on-widget';
import { inspect } from './widget-inspection';
import type { WidgetPage } from './widget-world';

jest.setTimeout(120_000);

onWidget('what the widget lets visitors choose from', ({ world, come }) => {
  const asking = async (satisfaction: object = {}): Promise<WebShop> => {
    const shop = await world().shop({ title: 'Northwind Outfitters', colour: '#0f6b5c' });
    const question = { question: 'How was your chat with us?', thanks: 'Thank you for telling us!' };
    await speaks(shop.api, { satisfaction: { ...question, ...satisfaction } });
    return shop;
  };
  /** Writes, is answered, and is asked how it was; gives the id of the chat. */
  const asked = async (page: WidgetPage, shop: WebShop): Promise<string> => {
    await page.open();
    await page.say('Do you have it in blue?');
    const chat = await until(async () => (await shop.api.get('/chats')).body[0]);
    await shop.answer(chat.id, 'Yes, we do.');
    await must(shop.api.put(`/chats/${chat.id}/close`, {}));
    await buttons(page).nth(4).waitFor();
    return chat.id;
  };
  const buttons = ({ page }: WidgetPage) => page.locator('.choice');
  const states = (page: WidgetPage) =>
    buttons(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-disabled')));
  const ratingOf = async (shop: WebShop, id: string) =>
    (await shop.api.get(`/chats/${id}/satisfaction`)).body.rating;
  const focused = ({ page }: WidgetPage) =>
    page.evaluate<string>("document.querySelector('parley-chat').shadowRoot.activeElement.ariaLabel");

  test.each([
    ['light', { colorScheme: 'light' }, undefined],
    ['dark', { colorScheme: 'dark' }, ['Awful', 'Bad', 'So-so', 'Good', 'Great']],
    [
      'right-to-left',
      { query: '&lang=ar', locale: 'ar-EG' },
      ['سيئ جدًا', 'سيئ', 'لا بأس به', 'جيد', 'ممتاز'],
    ],
    [
      '320-wide',
      { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
      ['Not good at all', 'Not so good', 'It was all right', 'Good', 'It was very good'],
    ],
    ['forced-colours', { forcedColors: 'active' }, undefined],
    [
      'forced-dark',
      { forcedColors: 'active', colorScheme: 'dark' },
      ['Awful', 'Bad', 'So-so', 'Good', 'Great'],
    ],
  ] as const)('%s: buttons ask, and show what was chosen', async (look, options, choices) => {
    const shop = await asking(choices ? { choices } : {});
    const page = await come(shop, options);
    const id = await asked(page, shop);
    const sizes = await buttons(page).evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)),
    );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    await inspect(page, `choices-${look}-1-asked`);

    await buttons(page).nth(3).click();

    await page.page.getByText('Thank you for telling us!').first().waitFor();
    expect(await ratingOf(shop, id)).toBe(4);
    expect(await states(page)).toEqual(['true', 'true', 'true', 'true', 'true']);
    await inspect(page, `choices-${look}-2-chosen`);
  });

  test('what an agent offers fits on the smallest screen, however long its words are', async () => {
    const shop = await asking();
    const page = await come(shop, { viewport: { width: 320, height: 640 } });
    await page.open();
    await page.say('hi');
    const chat = await until(async () => (await shop.api.get('/chats')).body[0]);
    const labels = [
      'Wordswithoutspaces'.repeat(4),
      'A small one',
      'A longer one with as many words as there is room for',
    ];
    const offered = labels.map((label, index) => ({ id: `offer ${index}`, label }));
    const parts = [
      { type: 'text/plain', data: 'Which one?' },
      { type: 'application/vnd.parley.choices+json', data: JSON.stringify(offered) },
    ];
    await must(shop.api.post(`/chats/${chat.id}/messages`, { from: { profileId: 'ann' }, parts }));

    await page.page.getByRole('button', { name: 'A small one' }).click();

    await page.page.getByRole('button', { name: 'A small one, Your choice' }).waitFor();
    await page.page.locator('.status.is-sent').waitFor();
    await inspect(page, 'choices-320-wide-3-offered');
    const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);
    expect(body.messages.at(-1)).toMatchObject({ metadata: { choiceId: 'offer 1' } });
  });

  test('by the keyboard alone: one chooses, stays where one was, and cannot choose again', async () => {
    const shop = await asking();
    const page = await come(shop);
    const { keyboard } = page.page;
    const id = await asked(page, shop);
    const group = page.page.getByRole('group', { name: 'How was your chat with us?' });
    expect(await group.getByRole('button').count()).toBe(5);
    // From where one writes, back over the file and the conversation's own buttons.
    await page.page.locator('textarea').focus();
    while ((await focused(page)) !== '4/5') await keyboard.press('Shift+Tab');
    await inspect(page, 'choices-focus');

    await keyboard.press('Enter');

    await page.page.getByRole('button', { name: '4/5, Your choice', exact: true }).waitFor();
    expect(await focused(page)).toBe('4/5, Your choice');
    await keyboard.press('Enter');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Space');
    await page.shows([
      ...['Do you have it in blue?', 'Yes, we do.', 'How was your chat with us?', '★★★★'],
      'Thank you for telling us!',
    ]);
    expect(await ratingOf(shop, id)).toBe(4);
    expect((await shop.api.get('/chats?includeClosed=true')).body).toHaveLength(1);
    await keyboard.press('Escape');
    await page.page.locator('.panel').waitFor({ state: 'detached' });
  });

  test('what was chosen is so in the other tab at once, and after the page was loaded again', async () => {
    const shop = await asking({ choices: ['Awful', 'Bad', 'So-so', 'Good', 'Great'] });
    const page = await come(shop);
    const id = await asked(page, shop);
    const other = await page.tab();
    await buttons(other).first().waitFor();
    expect(await states(other)).toEqual(['false', 'false', 'false', 'false', 'false']);

    await page.page.getByRole('button', { name: 'Bad' }).click();

    await other.page.getByRole('button', { name: 'Bad, Your choice' }).waitFor();
    await until(async () => (await ratingOf(shop, id)) === 2);
    await page.page.reload();
    await page.page.getByRole('button', { name: 'Bad, Your choice' }).waitFor();
    expect(await states(page)).toEqual(['true', 'true', 'true', 'true', 'true']);
    expect(await page.page.locator('.own .bubble', { hasText: 'Bad' }).count()).toBe(1);
  });

  test('what is chosen while the network is away is kept, and goes out once it is back, also from a new page', async () => {
    const shop = await asking({ choices: ['Awful', 'Bad', 'So-so', 'Good', 'Great'] });
    const page = await come(shop);
    const id = await asked(page, shop);
    world().network.reset();
    await page.page.getByRole('button', { name: 'Great' }).click();
    await page.page.getByRole('button', { name: 'Great, Your choice' }).waitFor();
    expect(await ratingOf(shop, id).catch(() => undefined)).toBeUndefined();

    world().network.pass();
    await page.page.reload();

    await until(async () => (await ratingOf(shop, id)) === 5);
    await page.page.getByRole('button', { name: 'Great, Your choice' }).waitFor();
    expect(await page.page.locator('.own .bubble', { hasText: 'Great' }).count()).toBe(1);
  });
});
