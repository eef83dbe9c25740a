import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const CHROMIUM = process.env['PARLEY_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/** Declares tests that need a browser; they are left out by name where there is none and nobody requires all. */
export function describeInChromium(name: string, tests: (browser: () => Browser) => void): void {
  if (!existsSync(CHROMIUM) && process.env['PARLEY_TEST_REQUIRE'] !== 'all') {
    describe(name, () => test.skip('is left out, because there is no Chromium here', () => {}));
    return;
  }
  describe(name, () => {
    let running: Browser | undefined;
    beforeAll(async () => {
      const { chromium } = await import('playwright-core');
      // Its sandbox needs rights that containers do not have; the pages are our own.
      const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
      running = await chromium.launch({ executablePath: CHROMIUM, args });
    });
    afterAll(async () => running?.close());
    tests(() => {
      if (!running) throw new Error('the browser is not started yet; use it inside of a test');
      return running;
    });
  });
}
