/** Makes the demo's page, and the shop's app on the published SDK as it comes; run by `npm run build`. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const to = join(root, 'dist/core/demo/page');
const sdk = join(root, 'node_modules/@comapi/sdk-js-foundation/dist/comapi-foundation.min.js');

mkdirSync(to, { recursive: true });
await build({
  ...{
    bundle: true,
    format: 'iife',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    target: 'es2022',
  },
  ...{ jsx: 'automatic', jsxImportSource: 'preact' },
  entryPoints: [
    { in: join(here, 'main.tsx'), out: 'demo' },
    { in: join(here, 'app/app.ts'), out: 'app' },
    { in: join(here, 'styles/demo.css'), out: 'demo' },
    { in: join(here, 'app/app.css'), out: 'app' },
  ],
  outdir: to,
});
copyFileSync(join(here, 'index.html'), join(to, 'index.html'));
copyFileSync(join(here, 'app/app.html'), join(to, 'app.html'));
copyFileSync(sdk, join(to, 'comapi-foundation.min.js'));
