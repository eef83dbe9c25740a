import { source } from 'axe-core';
import type { WidgetPage } from './widget-world';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Asks axe-core, keeps a picture, and checks that nothing sticks out. */
export async function inspect({ page, screenshot }: WidgetPage, name: string): Promise<void> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(source);
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
