import type { WebShop } from '../journeys/web-chat/web-chat-world';
import { describeInChromium } from '../support/chromium';
import { openWidgetWorld, type VisitOptions, visit, type WidgetPage, type WidgetWorld } from './widget-world';

/** What tests of the widget share. */
export interface WidgetStage {
  readonly world: () => WidgetWorld;
  /** Opens a page of the site with the shop's widget; it is closed after the test, and nothing may have complained. */
  readonly come: (shop: WebShop, options?: VisitOptions) => Promise<WidgetPage>;
}

const OPENING_MS = 60_000;

/** Declares tests of the widget in a real browser, on one gateway and one site. */
export function onWidget(name: string, tests: (stage: WidgetStage) => void): void {
  describeInChromium(name, (browser) => {
    let running: WidgetWorld | undefined;
    const opened: WidgetPage[] = [];
    const world = (): WidgetWorld => {
      if (!running) throw new Error('the widget is not served yet; use it inside of a test');
      return running;
    };

    beforeAll(async () => {
      running = await openWidgetWorld();
    }, OPENING_MS);
    afterEach(async () => {
      world().network.pass();
      const pages = opened.splice(0);
      for (const one of pages) await one.close();
      expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
    });
    afterAll(() => running?.stop());

    tests({
      world,
      async come(shop, options) {
        const page = await visit(browser(), { site: world().site, shop }, options);
        opened.push(page);
        return page;
      },
    });
  });
}
