import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const BUILT = path.resolve(__dirname, '../../dist/adapters/web-chat/widget');
const sizeOf = (file: string) => gzipSync(readFileSync(path.join(BUILT, file)), { level: 9 }).length;

test('all that a visitor loads of the widget, in any language, is under 25 kB', () => {
  const texts = readdirSync(path.join(BUILT, 'texts')).map((name) => sizeOf(path.join('texts', name)));
  expect(texts.length).toBeGreaterThanOrEqual(8);
  expect(sizeOf('widget.js') + Math.max(...texts)).toBeLessThan(25 * 1024);
});
