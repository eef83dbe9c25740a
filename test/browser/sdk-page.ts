import type { Browser, Page } from 'playwright-core';
import { signed, type Where } from '../journeys/app-messaging/sdk';
import type { PageServer } from './page-server';

/** A page on which the SDK is set up. The code of a test runs there, with `sdk` and what it heard in `heard`. */
export interface SdkPage {
  readonly page: Page;
  /** Loads the page anew; what the browser keeps for its origin stays. */
  load(): Promise<void>;
  /** Runs the body of an async function in the page, and gives what it returns. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by asserting on it
  run(body: string): Promise<any>;
  close(): Promise<void>;
}

/** Opens the business's page for somebody, in a profile of the browser of its own. */
export async function openPage(
  browser: Browser,
  {
    where,
    pages,
    profileId,
  }: { readonly where: Where; readonly pages: PageServer; readonly profileId: string },
): Promise<SdkPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.exposeFunction('sign', (nonce: string) => signed(profileId, nonce));
  const load = async () => {
    await page.goto(pages.origin);
    await page.evaluate(`(${SET_UP})(${JSON.stringify(where)})`);
  };
  await load();
  return {
    ...{ page, load },
    run: (body) => page.evaluate(`(async () => { const { sdk, heard, COMAPI, until } = window; ${body} })()`),
    close: () => context.close(),
  };
}

// As text: it runs in the page, where none of our types are.
const SET_UP = `async ({ origin, spaceId }) => {
  window.heard = {};
  window.until = async (probe) => {
    for (let tries = 0; tries < 500; tries += 1) {
      const value = probe();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('it never came true: ' + probe);
  };
  const config = new COMAPI.ComapiConfig()
    .withApiSpace(spaceId)
    .withUrlBase(origin)
    .withWebSocketBase(origin.replace(/^http/, 'ws'))
    .withAuthChallenge((options, answer) => window.sign(options.nonce).then(answer));
  window.sdk = await COMAPI.Foundation.initialise(config);
  for (const name of ['conversationMessageEvent', 'participantTyping', 'profileUpdated', 'participantAdded',
    'conversationUpdated', 'conversationDeleted', 'WebsocketOpened', 'WebsocketClosed']) {
    window.heard[name] = [];
    window.sdk.on(name, (event) => window.heard[name].push(event));
  }
}`;
