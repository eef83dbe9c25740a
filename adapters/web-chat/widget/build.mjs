/** Makes the widget's one script, its texts, and the page to try it on; run by `npm run build`. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { minify } from 'terser';

const here = dirname(fileURLToPath(import.meta.url));
const to = join(here, '../../../dist/adapters/web-chat/widget');

// Shorter than the calls that the types are checked with.
const JSX = { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'Fragment' };

const styles = {
  name: 'styles-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

for (const folder of ['texts', 'demo']) mkdirSync(join(to, folder), { recursive: true });
const { outputFiles } = await build({
  ...{ bundle: true, format: 'iife', minify: true, legalComments: 'none', logLevel: 'warning', write: false },
  ...{ entryPoints: [join(here, 'main.tsx')], target: 'es2022', plugins: [styles] },
  ...{ inject: [fileURLToPath(import.meta.resolve('preact'))], tsconfigRaw: { compilerOptions: JSX } },
});
// Once more by terser: its names compress better, by a kilobyte.
const { code: script } = await minify(outputFiles[0].text, { ecma: 2020, compress: { passes: 2 } });
writeFileSync(join(to, 'widget.js'), script);

for (const name of readdirSync(join(here, 'texts'))) {
  const code = /^([a-z]{2})\.ts$/.exec(name)?.[1];
  if (code === undefined) continue;
  const { code: text } = await transform(readFileSync(join(here, 'texts', name), 'utf8'), { loader: 'ts' });
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  writeFileSync(join(to, 'texts', `${code}.json`), JSON.stringify(module[code]));
}

for (const name of ['demo.html', 'demo.css']) copyFileSync(join(here, 'demo', name), join(to, 'demo', name));
await build({
  ...{ bundle: true, format: 'iife', target: 'es2022', logLevel: 'warning' },
  ...{ entryPoints: [join(here, 'demo/demo.ts')], outfile: join(to, 'demo/demo.js') },
});
