import { onWidget } from './on-widget';

jest.setTimeout(120_000);

onWidget('the demo page of web chat', ({ world, come }) => {
  const TOO_WIDE = `[...document.querySelectorAll('body *')]
    .filter((box) => box.checkVisibility() && box.getBoundingClientRect().right > innerWidth + 1)
    .map((box) => box.outerHTML.slice(0, 80))`;

  test.each([
    [1440, 900, 'light'],
    [1440, 900, 'dark'],
    [1024, 768, 'light'],
    [1024, 768, 'dark'],
    [700, 900, 'light'],
    [390, 844, 'light'],
    [390, 844, 'dark'],
  ] as const)(
    '%i by %i, %s: shows both sides, and nothing covers the other',
    async (width, height, colorScheme) => {
      const shop = await world().shop({ hasDemo: true });
      const viewport = { width, height };
      const page = await come(shop, { demo: true, viewport, colorScheme });
      const look = `demo-page-${width}-${colorScheme}`;
      const boxOf = async (selector: string) => {
        const box = await page.page.locator(selector).boundingBox();
        if (!box) throw new Error(`${selector} is not to be seen`);
        return box;
      };
      await page.open();
      await page.say('Is it blue?');
      await page.page.locator('#events', { hasText: 'chatMessage.sent' }).waitFor();
      await page.screenshot(`${look}-1-open`);
      const [panel, api] = [await boxOf('.panel'), await boxOf('aside')];
      expect(panel.width).toBeGreaterThanOrEqual(Math.min(360, width));
      expect(await page.page.evaluate(TOO_WIDE)).toEqual([]);
      if (width > 760) expect(panel.x + panel.width).toBeLessThanOrEqual(api.x);
      else expect(api.width).toBe(width);

      await page.page.locator('.composer textarea').press('Escape');
      const answer = page.page.getByRole('textbox', { name: 'Answer', exact: true });
      await answer.fill('It is.');
      // Clicks only what nothing lies upon.
      await page.page.locator('#answer button').click();
      await page.page.locator('.teaser', { hasText: 'It is.' }).waitFor();
      await page.screenshot(`${look}-2-answered`);
    },
  );
});
