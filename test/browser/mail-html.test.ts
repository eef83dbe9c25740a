import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { safeHtml } from '../../adapters/email/reading/html';
import { describeInChromium } from '../support/chromium';
import { until } from '../support/until';

const FILE = path.resolve(__dirname, '../../adapters/email/fixtures/xss-dompurify/payloads.json');
const PAYLOADS = (JSON.parse(readFileSync(FILE, 'utf8')) as readonly { readonly payload: string }[]).map(
  ({ payload }) => payload,
);

const SHOW = `async (html) => {
  const place = document.createElement('div');
  document.body.append(place);
  place.innerHTML = html;
  for (const element of document.querySelectorAll('*'))
    for (const name of ['mouseover', 'focus', 'load', 'error', 'toggle', 'scroll', 'animationstart'])
      element.dispatchEvent(new Event(name));
  // What loads has its moment to fail.
  await new Promise((resolve) => setTimeout(resolve, 10));
  return [...document.querySelectorAll('a, area, form, button')]
    .filter((element) => /^\\s*(?:javascript|data|vbscript):/i.test(
      ['href', 'action', 'formaction'].map((name) => element.getAttribute(name) ?? '').join('')))
    .map((element) => element.outerHTML);
}`;

describeInChromium('hostile HTML of mails, shown by a browser', (browser) => {
  /** What happens on a page that shows this: dialogs, requests, windows, and links that run something. */
  async function happenings(page: Page, html: string): Promise<string[]> {
    const seen: string[] = [];
    const note = (what: string) => seen.push(what);
    page.removeAllListeners();
    page.on('dialog', (dialog) => {
      note(`dialog ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined); // the page may be gone already
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('data:text/html,start')) note(`request ${request.url()}`);
    });
    page.on('popup', (popup) => note(`window ${popup.url()}`));
    await page.setContent(html, { waitUntil: 'commit' }).catch((error: unknown) => note(String(error)));
    // As a page does that shows it inside of itself, and then whatever a hand may do to it.
    const links = await page
      .evaluate<string[]>(`(${SHOW})(${JSON.stringify(html)})`)
      .catch((error: unknown) => [String(error)]);
    return [...seen, ...links];
  }

  async function inPage(work: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser().newContext({ offline: true });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto('data:text/html,start');
    await work(page);
    await context.close();
  }

  test('runs nothing, loads nothing and opens nothing', async () => {
    await inPage(async (page) => {
      const acted: string[] = [];
      for (const payload of PAYLOADS) {
        const { html } = safeHtml(payload);
        const happened = await happenings(page, html);
        if (happened.length > 0) acted.push(`${payload} -> ${html}: ${happened.join('; ')}`);
      }
      expect(acted).toEqual([]);
    });
  }, 180_000);

  test('would be seen if it did', async () => {
    await inPage(async (page) => {
      const harmful = [
        '<img src=x onerror=alert(1)>',
        '<svg onload=alert(1)>',
        '<a href="javascript:alert(1)">x</a>',
        '<img src="http://127.0.0.1:9/pixel">',
        '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
      ];
      for (const html of harmful) {
        await until(async () => (await happenings(page, html)).length > 0);
      }
    });
  }, 60_000);
});
