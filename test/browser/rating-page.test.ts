import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { source } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { speaks } from '../journeys/automatic/speaking-shop';
import { must } from '../journeys/teams/team-world';
import { describeInChromium } from '../support/chromium';
import { aCustomer, onOneGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

jest.setTimeout(120_000);

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SCREENSHOTS = path.join(__dirname, 'screenshots');
const NARROW = { viewport: { width: 320, height: 640 } };

onOneGateway('how it was', (stage) => {
  /** The page behind the link that a customer was sent. */
  const linkOf = async (): Promise<{ readonly shop: Shop; readonly id: string; readonly url: string }> => {
    const shop = await stage.shop();
    await speaks(shop.api, { satisfaction: { question: 'How was your talk with {{teamName}}? {{link}}' } });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hi');
    await shop.answer(id, 'hello');
    await must(shop.api.put(`/chats/${id}/close`, {}));
    const { body } = await until(() =>
      shop.sentTo(customer).find(({ body: text }) => text?.includes('/rate/')),
    );
    return { shop, id, url: `${stage.gateway.origin}${/\/rate\/[\w-]+/.exec(String(body))?.[0]}` };
  };

  describeInChromium('asked in a browser', (browser) => {
    const look = async (page: Page, name: string) => {
      const rules = JSON.stringify({ runOnly: RULES });
      await page.evaluate(source);
      const found = `axe.run(document, ${rules})
        .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join()))`;
      expect({ [name]: await page.evaluate(found) }).toEqual({ [name]: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `rating-${name}.png`), fullPage: true });
    };

    test.each<readonly [string, BrowserContextOptions]>([
      ['light', { locale: 'en-GB' }],
      ['dark', { locale: 'de-AT', colorScheme: 'dark', ...NARROW }],
      ['right-to-left', { locale: 'ar-EG', ...NARROW }],
    ])('%s: is answered with the keyboard alone, and can be changed', async (name, options) => {
      const { shop, id, url } = await linkOf();
      const context = await browser().newContext(options);
      const page = await context.newPage();
      const refused: string[] = [];
      page.on('console', (message) => message.type() === 'error' && refused.push(message.text()));
      await page.goto(url);
      await look(page, `${name}-1-asked`);

      // The first stop of the keyboard is the first choice; the arrows choose.
      await page.keyboard.press('Tab');
      for (let n = 0; n < 3; n += 1) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      await page.keyboard.type('<img src=x onerror="document.title=1"> quick');
      await look(page, `${name}-2-filled`);
      await page.keyboard.press('Tab');
      await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
      await look(page, `${name}-3-thanked`);

      const comment = '<img src=x onerror="document.title=1"> quick';
      expect((await shop.api.get(`/chats/${id}/satisfaction`)).body).toMatchObject({ rating: 4, comment });
      await page.locator('a').click();
      expect(await page.locator('input:checked').getAttribute('value')).toBe('4');
      expect(await page.locator('textarea').inputValue()).toBe(comment);
      expect(refused).toEqual([]);
      await context.close();
    });

    test('says that a link is over, in the language of whoever opens it', async () => {
      const context = await browser().newContext({ locale: 'de-DE' });
      const page = await context.newPage();
      await page.goto(`${stage.gateway.origin}/rate/nothing`);
      await look(page, 'over');
      expect(await page.getAttribute('html', 'lang')).toBe('de');
      await context.close();
    });
  });
});
