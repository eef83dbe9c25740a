import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { source } from 'axe-core';
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { until } from '../support/until';

/** `parley demo` in a process of its own. */
export interface DemoWorld {
  readonly url: string;
  /** What it keeps on the disk. */
  kept(): readonly string[];
  /** As Ctrl+C does; gives the code that it ended with. */
  interrupt(): Promise<number | null>;
  stop(): Promise<void>;
}

const MAIN = path.resolve(__dirname, '../../dist/core/cli/main.js');
const STARTING = { patienceMs: 120_000 };

export async function openDemo(): Promise<DemoWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-test-demo-'));
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'demo', '--port', '0', '--json'], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const interrupt = () => {
    child.kill('SIGINT');
    return gone;
  };
  const { url } = await until(() => {
    if (child.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
    return printed.includes('\n}') ? JSON.parse(printed) : JSON.parse(printed.trim());
  }, STARTING);
  return {
    url,
    kept: () => readdirSync(folder),
    interrupt,
    async stop() {
      await interrupt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The demo's page, open in a browser of somebody's own. */
export interface DemoPage {
  readonly page: Page;
  /** What the page complained of. */
  readonly complaints: readonly string[];
  /** Takes a device into the hand. */
  device(name: string): Promise<void>;
  /** Writes into a field, and sends it. */
  write(field: string, text: string): Promise<void>;
  /** Opens a chat by the name of its customer. */
  chat(name: RegExp): Promise<void>;
  /** Answers in the chat that is open. */
  answer(text: string, agent?: string): Promise<void>;
  /** Breaks the provider of the device in the hand, or repairs it. */
  provider(trouble: string): Promise<void>;
  /** Resolves when an answer is shown on the desk in this state, with these words beside it. */
  shows(answer: string, status: string, words?: RegExp): Promise<void>;
  /** What a device shows of the shop's answers, by its name. */
  received(log: string): Promise<readonly string[]>;
  /** The frame that is in view. */
  frame(): Promise<Frame>;
  /** What axe-core finds, in the page and in its frames. */
  violations(): Promise<readonly string[]>;
  /** What sticks out sideways. */
  tooWide(): Promise<readonly string[]>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

const SCREENSHOTS = path.join(__dirname, 'screenshots');
const PATIENCE_MS = 40_000;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function visitDemo(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<DemoPage> {
  const context = await browser.newContext({
    ...{ viewport: { width: 1366, height: 800 }, reducedMotion: 'reduce', locale: 'en-GB' },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(`${line.text()} ${line.location().url}`);
  });
  await page.goto(url);
  const device = page.locator('[role=tabpanel]:not([hidden])');
  await device.waitFor({ state: 'attached' });
  const write = async (field: string, text: string) => {
    await page.getByLabel(field).fill(text);
    await page.getByLabel(field).press('Enter');
  };
  return {
    ...{ page, complaints, write },
    device: (name) => page.getByRole('tab', { name }).click(),
    chat: (name) => page.locator('.chats').getByRole('button', { name }).first().click(),
    async answer(text, agent) {
      if (agent !== undefined) await page.getByLabel('Answer as').selectOption(agent);
      await write('Answer the customer', text);
    },
    provider: (trouble) => device.getByLabel(trouble, { exact: true }).check(),
    async shows(answer, status, words = /./) {
      const line = page.locator(`.chat .bubble.mine:has([data-status=${status}])`, { hasText: answer });
      await line.filter({ hasText: words }).waitFor();
    },
    received: async (log) =>
      (
        await page.getByLabel(log).locator('.bubble:not(.mine), .mail:not(.mine) .words').allTextContents()
      ).map((text) => text.replace(/ \d\d:\d\d$/, '')),
    async frame() {
      const frame = await (await device.locator('iframe').elementHandle())?.contentFrame();
      if (!frame) throw new Error('there is no frame in view');
      return frame;
    },
    async violations() {
      const frames = page.frames().filter((frame) => frame.url().startsWith('http:'));
      const found = await Promise.all(frames.map((frame) => violationsIn(frame)));
      return found.flat();
    },
    tooWide: () =>
      page.evaluate(`[...document.querySelectorAll('body *')]
        .filter((box) => box.checkVisibility() && box.getBoundingClientRect().right > innerWidth + 1)
        .filter((box) => !box.closest('.chats'))
        .map((box) => box.outerHTML.slice(0, 80))`),
    async screenshot(name) {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SCREENSHOTS, `demo-${name}.png`) });
    },
    close: () => context.close(),
  };
}

// Each frame by itself, the shop of another origin, too.
async function violationsIn(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(source);
  return frame.evaluate(`axe.run(document, ${JSON.stringify({ runOnly: RULES, iframes: false })})
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join()))`);
}
