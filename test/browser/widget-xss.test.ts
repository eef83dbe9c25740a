import { readFileSync } from 'node:fs';
import path from 'node:path';
import { must, type WebShop } from '../journeys/web-chat/web-chat-world';
import { describeInChromium } from '../support/chromium';
import { until } from '../support/until';
import { openWidgetWorld, visit, type WidgetPage, type WidgetWorld } from './widget-world';

jest.setTimeout(180_000);

const root = path.resolve(__dirname, '../..');
const corpus = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const PAYLOADS: readonly string[] = corpus('adapters/email/fixtures/xss-dompurify/payloads.json')
  .map(({ payload }: { readonly payload: string }) => payload)
  .filter(Boolean);
const NAUGHTY: readonly string[] = corpus('test/attacks/fixtures/naughty-strings/blns.json').filter(
  (text: string) => /[<>]|script:|on\w+=/i.test(text),
);
const AS_NAMES = [
  '<img src=x onerror=ran(1)>',
  '"><script>ran(2)</script>',
  '<svg/onload=ran(3)>',
  "javascript:ran('4')",
  '{{constructor.constructor("ran(5)")()}}',
];
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="ran(6)"><script>ran(7)</script></svg>';

// Whatever a payload reaches for is made known.
const TRAPS = `window.heard = [];
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'ran'])
    window[name] = (...all) => { window.heard.push(name + '(' + all.join() + ')'); };`;

// Every element and attribute that the widget draws of its own accord; a payload that became HTML would add others.
const FOREIGN = `[...document.querySelector('parley-chat').shadowRoot.querySelectorAll('.log *')].flatMap((element) => [
    ...(/^(SECTION|DIV|P|SPAN|A|IMG|TIME|H3|B|CANVAS|SMALL|PROGRESS|BUTTON|svg|path|I)$/.test(element.tagName) ? [] : [element.outerHTML]),
    ...[...element.attributes].filter(({ name }) => /^on|^srcdoc|^style$/.test(name) && element.className !== 'avatar').map(() => element.outerHTML),
    ...(element.tagName === 'A' && !/^(https?|mailto):/.test(element.href) ? [element.outerHTML] : []),
    ...(element.tagName === 'IMG' && !element.src.startsWith('http') ? [element.outerHTML] : []),
  ])`;

describeInChromium('scripts in what people write, on a page without any policy', (browser) => {
  let world: WidgetWorld;
  let page: WidgetPage;
  let shop: WebShop;
  let dialogs = 0;

  beforeAll(async () => {
    world = await openWidgetWorld();
    shop = await world.shop({ preChat: [{ key: 'name' }], upload: { types: ['text/plain', 'image/*'] } });
    page = await visit(browser(), { site: world.site, shop }, { query: '&csp=none' });
    await page.page.addInitScript(TRAPS);
    page.page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.page.reload();
    await page.page.locator('.launcher').waitFor();
    await page.open();
    await page.page.getByLabel('Your name').fill(AS_NAMES[0] ?? '');
    await page.say('hello');
    await page.page.locator('.status', { hasText: 'Sent' }).waitFor();
  });
  afterAll(async () => {
    await page.close();
    await world.stop();
  });
  const theChat = async () => (await must(shop.api.get('/chats'))).body[0];
  const nothingRan = async () => {
    expect(await page.page.evaluate('window.heard')).toEqual([]);
    expect(await page.page.evaluate(FOREIGN)).toEqual([]);
    expect(dialogs).toBe(0);
  };
  const inTens = <T>(all: readonly T[]) =>
    Array.from({ length: Math.ceil(all.length / 10) }, (_none, index) =>
      all.slice(index * 10, index * 10 + 10),
    );

  test('in answers: every payload is text, as plain text and as HTML', async () => {
    const chat = await theChat();
    const messages = inTens([...PAYLOADS, ...NAUGHTY]);
    for (const texts of messages) {
      const type = texts === messages[0] ? 'text/html' : 'text/plain';
      const parts = texts.map((data) => ({ type, data }));
      await must(shop.api.post(`/chats/${chat.id}/messages`, { from: { profileId: 'ann' }, parts }));
    }
    await page.page
      .getByText(NAUGHTY.at(-1)?.slice(0, 40) ?? '')
      .first()
      .waitFor({ state: 'attached' });
    const shown = await page.page.locator('.log').innerText();
    for (const text of ['<svg', '<math>', 'onerror=']) expect(shown).toContain(text);
    await nothingRan();
  });

  test('in what the visitor writes, in names of agents, and in names of files', async () => {
    await page.say(PAYLOADS.slice(0, 40).join('\n').slice(0, 9_000));
    const names = [...AS_NAMES];
    await page.page
      .locator('input[type=file]')
      .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('hello') })));
    await page.page.locator('.send').click();
    await must(shop.api.put('/chat/config/teams/sales/appMessaging', { replyAs: 'individual' }));
    const chat = await theChat();
    for (const [index, name] of names.entries()) {
      await must(shop.api.put('/chat/config/agents/ann', { name, email: 'ann@shop.example' }));
      await shop.answer(chat.id, `<b>${index}`);
    }
    await page.page.getByText('<b>4').waitFor({ state: 'attached' });
    expect(await page.page.locator('.author').allInnerTexts()).toContain(AS_NAMES.at(-1));
    await page.page.locator('.file-words').nth(4).waitFor({ state: 'attached' });
    await nothingRan();
    await page.page.reload();
    await page.page.getByText('<b>4').waitFor({ state: 'attached' });
    await nothingRan();
  });

  test('in an SVG: it is not taken from visitors, and does not run when an agent sends it', async () => {
    await page.page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(SVG) }]);
    await page.page.locator('.send').click();
    const url = `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`;
    const chat = await theChat();
    const parts = [{ type: 'image/svg+xml', url, name: 'a.svg' }];
    await shop.api.post(`/chats/${chat.id}/messages`, { from: { profileId: 'ann' }, parts });
    await shop.answer(chat.id, 'after the picture');
    await page.page.getByText('after the picture').waitFor({ state: 'attached' });
    await until(async () => (await page.page.locator('.status.is-sending').count()) === 0);
    await nothingRan();
  });
});
