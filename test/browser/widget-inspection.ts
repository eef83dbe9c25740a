import { source } from 'axe-core';
import type { WidgetPage } from './widget-world';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// In the middle of a movement things are half transparent, which is no contrast that anybody has to read by.
const atRest = `Promise.all(document.querySelector('parley-chat').shadowRoot.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => undefined)))
  .then(() => undefined)`;

/** Asks axe-core once everything is where it belongs, keeps a picture, and checks that nothing sticks out. */
export async function inspect({ page, screenshot }: WidgetPage, name: string): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
  await page.evaluate(atRest);
  const rules = JSON.stringify({ runOnly: RULES });
  const found = `axe.run(document.querySelector('parley-chat'), ${rules})
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join()))`;
  expect({ [name]: await page.evaluate(found) }).toEqual({ [name]: [] });
  const wide = `[...document.querySelector('parley-chat').shadowRoot.querySelectorAll('.panel, .log, .field')]
    .filter((box) => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > innerWidth)
    .map((box) => box.className)`;
  expect({ [name]: await page.evaluate(wide) }).toEqual({ [name]: [] });
  await screenshot(name);
}
