import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openWebShop, type WebShop } from '../journeys/web-chat/web-chat-world';
import { openSqlite, type TestDatabase } from '../support/databases';
import { freePort } from '../support/servers';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { until } from '../support/until';
import { type ShopSite, startShopSite } from './shop-site';

/** The built gateway, a network between it and the browser, and a site that embeds the chat. */
export interface WidgetWorld {
  readonly network: TcpProxy;
  readonly site: ShopSite;
  /** A business of its own, whose chat the site may embed. */
  shop(settings?: Readonly<Record<string, unknown>>): Promise<WebShop>;
  stop(): Promise<void>;
}

export async function openWidgetWorld(): Promise<WidgetWorld> {
  const database: TestDatabase = await openSqlite();
  const port = await freePort();
  const network = await startTcpProxy(port);
  const address = `http://127.0.0.1:${network.port}`;
  const gateway: SpawnedGateway = await spawnGateway({ database, port, settings: { PUBLIC_URL: address } });
  const site = await startShopSite(address);
  return {
    ...{ network, site },
    shop: (settings) => openWebShop(gateway, { allowedOrigins: [site.origin], ...settings }),
    async stop() {
      await gateway.kill('SIGTERM');
      await site.stop();
      await network.stop();
      await database.drop();
    },
  };
}

/** A page of the site, open in a browser of somebody's own. Playwright looks into the widget's shadow root by itself. */
export interface WidgetPage {
  readonly page: Page;
  /** What the page complained of, and what its policy forbade. */
  readonly complaints: readonly string[];
  /** Opens the chat by its button. */
  open(): Promise<void>;
  /** Writes a message and sends it. */
  say(text: string): Promise<void>;
  /** Resolves when the conversation is this, in all its bubbles. */
  shows(texts: readonly string[]): Promise<unknown>;
  /** Another tab of the same browser. */
  tab(): Promise<WidgetPage>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  readonly query?: string;
  /** The gateway's own demo page, in place of the site's. */
  readonly demo?: boolean;
  /** The widget shows nothing of itself. */
  readonly isHidden?: boolean;
}

const SCREENSHOTS = path.join(__dirname, 'screenshots');
const PATIENCE_MS = 20_000;

export async function visit(
  browser: Browser,
  { site, shop }: { readonly site: ShopSite; readonly shop: WebShop },
  { query = '', demo = false, isHidden = false, ...options }: VisitOptions = {},
): Promise<WidgetPage> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1100, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB' },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const { api, accountId } = shop;
  const access = `#space=${api.base.split('/').at(-1)}&token=${api.token}`;
  const url = demo
    ? `${site.gateway}/web-chat/${accountId}/demo${access}`
    : `${site.origin}/?account=${accountId}${query}`;
  return load(await context.newPage(), url, isHidden);
}

async function load(page: Page, url: string, isHidden = false): Promise<WidgetPage> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    // That a call did not come through is what some tests are about.
    if (line.type() === 'error' && !line.text().includes('Failed to load')) complaints.push(line.text());
  });
  await page.goto(url);
  // The site is offered its calls when the widget is drawn, whatever there is to see of it.
  await until(() => page.evaluate('!!window.Parley?.on'));
  if (isHidden) expect(await page.locator('.launcher').count()).toBe(0);
  else await page.locator('.launcher').waitFor();
  const bubbles = page.locator('.day .bubble:not(.file)');
  return {
    ...{ page, complaints },
    async open() {
      await page.locator('.launcher').click();
      await page.locator('.panel').waitFor();
    },
    async say(text) {
      await page.locator('.composer textarea').fill(text);
      await page.locator('.send').click();
    },
    shows: (texts) =>
      until(async () => {
        // A link says beside its words that it opens another tab; what a bubble begins with is enough.
        const shown = await bubbles.evaluateAll((all) => all.map((bubble) => bubble.firstChild?.textContent));
        expect(shown).toEqual(texts);
        return true;
      }),
    tab: async () => load(await page.context().newPage(), url),
    async screenshot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
    },
    close: () => page.context().close(),
  };
}
