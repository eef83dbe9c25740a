import { describeInChromium } from '../support/chromium';
import { until } from '../support/until';
import { type DemoPage, type DemoWorld, openDemo, visitDemo } from './demo-world';

jest.setTimeout(120_000);

describeInChromium('the demo', (browser) => {
  let world: DemoWorld;
  const opened: DemoPage[] = [];

  beforeAll(async () => {
    world = await openDemo();
  }, 150_000);
  afterEach(async () => {
    for (const one of opened.splice(0)) {
      expect(one.complaints).toEqual([]);
      await one.close();
    }
  });
  afterAll(() => world.stop());

  const visit = async (options?: Parameters<typeof visitDemo>[2]): Promise<DemoPage> => {
    const page = await visitDemo(browser(), world.url, options);
    opened.push(page);
    return page;
  };
  const receives = (page: DemoPage, log: string, texts: readonly string[]) =>
    until(async () => {
      expect((await page.received(log)).slice(-texts.length)).toEqual(texts);
      return true;
    });

  test('what is written on each of five devices is answered in one place, and comes back to the device', async () => {
    const demo = await visit();
    expect(await demo.violations()).toEqual([]);

    await demo.write('Write as Ada Marsh', 'Do you have the Fjord shell in blue?');
    await demo.chat(/447700900123/);
    await demo.answer('Yes, two are left.');
    await demo.shows('Yes, two are left.', 'delivered');
    await receives(demo, 'Messages on the device of Ada Marsh', ['Yes, two are left.']);

    await demo.device('Messenger');
    await demo.write('Write as Carla Rossi', 'Are you open on Sunday?');
    await demo.chat(/Carla Rossi/);
    await demo.answer('From ten to four.', 'bob');
    await demo.shows('From ten to four.', 'read', /Bob/);
    await receives(demo, 'Messages on the device of Carla Rossi', ['From ten to four.']);

    await demo.device('Mail');
    await demo.write('Mail as Ben Carter', 'My pack lost a strap.');
    await demo.chat(/Ben Carter/);
    await demo.answer('Send it to us, we mend it.');
    await receives(demo, 'Mails', ['Send it to us, we mend it.']);
    await demo.write('Mail as Ben Carter', 'It is on its way.');
    await demo.page.locator('.chat .bubble', { hasText: 'It is on its way.' }).waitFor();
    await demo.screenshot('mail');

    await demo.device('App');
    const app = await demo.frame();
    await app.getByText('Eli Novak is signed in').waitFor();
    await app.getByLabel('Write in the app').fill('Where is my order?');
    await app.getByLabel('Write in the app').press('Enter');
    await demo.chat(/eli/i);
    await demo.answer('It leaves today.');
    await app.locator('li', { hasText: 'It leaves today.' }).waitFor();
    await demo.shows('It leaves today.', 'read');
    await demo.screenshot('app');

    await demo.device('Shop');
    const shop = await demo.frame();
    await shop.locator('.launcher').click();
    await shop.locator('textarea').fill('Is the mug safe in a dishwasher?');
    await shop.locator('.send').click();
    await demo.chat(/Visitor/);
    await demo.answer('It is enamel: yes.');
    await shop.locator('.bubble', { hasText: 'It is enamel: yes.' }).waitFor();
    await demo.screenshot('shop');
    expect(await demo.violations()).toEqual([]);
    expect(await demo.tooWide()).toEqual([]);
  });

  test('a chat that is handed to a team without that channel is still answered by it', async () => {
    const demo = await visit();
    await demo.write('Write as Ada Marsh', 'The zip is broken.');
    await demo.chat(/447700900123/);
    await demo.page.getByRole('button', { name: 'Hand to Repairs' }).click();
    await demo.page.getByText('though Repairs has no such channel').waitFor();
    await demo.answer('Bring it in, we mend zips.');
    await demo.shows('Bring it in, we mend zips.', 'delivered', /Cid, by SMS/);
    await demo.page.getByText('was handed from Sales to Repairs').first().waitFor();
    await demo.screenshot('handed');
    await receives(demo, 'Messages on the device of Ada Marsh', ['Bring it in, we mend zips.']);
  });

  test('a web chat goes on by mail, and the mail is answered into the same chat', async () => {
    const demo = await visit();
    await demo.device('Shop');
    const shop = await demo.frame();
    await shop.locator('.launcher').click();
    await shop.locator('textarea').fill('I have to leave, do you ship to Norway?');
    await shop.locator('.send').click();
    await demo.chat(/Visitor.*new/);
    await demo.page.getByRole('button', { name: 'Move to email' }).click();
    await demo.page.getByLabel('To', { exact: true }).fill('dana@customer.example');
    await demo.page.getByRole('button', { name: 'Move', exact: true }).click();
    await demo.page.getByText('Answers go back by email to dana@customer.example').waitFor();
    await demo.answer('We do, within a week.');
    await demo.device('Mail');
    const mail = demo.page.locator('.mail', { hasText: 'We do, within a week.' });
    await mail.waitFor();
    expect(await mail.textContent()).toContain('dana@customer.example');
    // Nobody said what the visitor is called: an id of ours is no subject.
    expect(await mail.locator('h3').textContent()).toBe('Sales');
    await demo.write('Mail as Ben Carter', 'Then I take the sweater.');
    await demo.page.locator('.chat .bubble', { hasText: 'Then I take the sweater.' }).waitFor();
    await demo.screenshot('moved');
  });

  test('a provider that is broken is seen and explained, and nothing is lost or sent twice', async () => {
    const demo = await visit({ colorScheme: 'dark' });
    await demo.device('Messenger');
    await demo.write('Write as Carla Rossi', 'And on Monday?');
    await demo.chat(/Carla Rossi/);

    await demo.provider('Time-out');
    await demo.answer('On Monday, too.');
    await demo.device('Phone');
    await demo.write('Write as Ada Marsh', 'Is anybody there?');
    await demo.chat(/447700900123/);

    await demo.provider('Wrong token');
    for (const text of ['First.', 'Second.']) await demo.answer(text);
    await demo.page.getByText('Mobile number is paused:').waitFor();
    expect(await demo.page.locator('.paused').textContent()).toContain('(authToken)');
    await demo.shows('First.', 'accepted');
    await demo.screenshot('wrong-token');
    expect(await demo.violations()).toEqual([]);
    await demo.provider('Works');
    await demo.page.getByRole('button', { name: 'It is repaired: check' }).click();
    for (const text of ['First.', 'Second.']) await demo.shows(text, 'delivered');

    await demo.provider('No such customer');
    await demo.answer('Third.');
    await demo.shows('Third.', 'failed', /failed: bad address/);

    await demo.provider('Rate limit');
    await demo.answer('Fourth.');
    await demo.shows('Fourth.', 'accepted', /asks to slow down.*Next attempt at/);
    await demo.provider('Works');
    await demo.shows('Fourth.', 'delivered');
    await receives(demo, 'Messages on the device of Ada Marsh', ['First.', 'Second.', 'Fourth.']);

    await demo.device('Messenger');
    await demo.chat(/Carla Rossi/);
    await demo.page.getByText('did not say whether it has the answer').first().waitFor();
    await demo.screenshot('time-out');
    await demo.shows('On Monday, too.', 'sent');
    await demo.provider('Works');
    await demo.shows('On Monday, too.', 'read');
    const messages = await demo.received('Messages on the device of Carla Rossi');
    expect(messages.filter((text) => text === 'On Monday, too.')).toHaveLength(1);
  });

  test('what was chosen of a provider stands while that is on its way, whatever else happens', async () => {
    const demo = await visit();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await demo.page.route('**/troubles', (route) => held.then(() => route.continue()));
    await demo.device('Phone');

    await demo.provider('Rate limit');
    await demo.write('Write as Ada Marsh', 'And something else.');
    const log = demo.page.getByRole('log', { name: 'Messages on the device of Ada Marsh' });
    await log.getByText('And something else.').waitFor();
    const choice = demo.page.getByRole('radio', { name: 'Rate limit' });
    expect(await choice.isChecked()).toBe(true);
    const taken = demo.page.waitForResponse('**/troubles');
    goOn();
    await taken;
    expect(await choice.isChecked()).toBe(true);
    await demo.provider('Works');
  });

  test('on a phone there is one thing at a time, and all of it can be reached', async () => {
    const demo = await visit({ viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true });
    const show = (name: string) => demo.page.locator('.views').getByRole('button', { name }).click();
    for (const name of ['Phone', 'Mail', 'Messenger', 'Shop', 'App']) {
      await demo.device(name);
      expect(await demo.tooWide()).toEqual([]);
    }
    await demo.device('Phone');
    await demo.write('Write as Ada Marsh', 'Thank you!');
    await demo.page.locator('.bubble.mine', { hasText: 'Thank you!' }).waitFor();
    await demo.screenshot('phone-1-customer');
    await show('Agent');
    await demo.chat(/447700900123/);
    await demo.answer('You are welcome.', 'cid');
    await demo.shows('You are welcome.', 'delivered');
    await demo.screenshot('phone-2-agent');
    expect(await demo.tooWide()).toEqual([]);
    expect(await demo.violations()).toEqual([]);
    await show('Events');
    await demo.page.getByText('Cid answers “You are welcome.”').waitFor();
    await demo.screenshot('phone-3-events');
    expect(await demo.tooWide()).toEqual([]);
    expect(await demo.violations()).toEqual([]);
  });

  test.each([
    [1440, 900, 'light'],
    [1024, 768, 'dark'],
    [1024, 768, 'light'],
    [390, 844, 'dark'],
  ] as const)('%i by %i, %s: all of it fits, whatever is open', async (width, height, colorScheme) => {
    const demo = await visit({ viewport: { width, height }, colorScheme });
    for (const name of ['Phone', 'Mail', 'Messenger', 'App', 'Shop']) {
      await demo.device(name);
      expect(await demo.tooWide()).toEqual([]);
    }
    const shop = await demo.frame();
    await shop.locator('.launcher').click();
    await shop.locator('.panel').waitFor();
    await demo.screenshot(`${width}-${colorScheme}`);
    const narrow = await shop.evaluate(`[...document.querySelector('parley-chat').shadowRoot
      .querySelectorAll('.panel, .log, .field')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > innerWidth)
      .map((box) => box.className)`);
    expect(narrow).toEqual([]);
  });

  test('Ctrl+C ends it, and nothing stays', async () => {
    expect(world.kept()).toEqual([expect.stringMatching(/^parley-demo-/)]);
    expect(await world.interrupt()).toBe(0);
    expect(world.kept()).toEqual([]);
  });
});
