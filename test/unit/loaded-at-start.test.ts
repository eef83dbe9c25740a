import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../..');

// All that the process loads before it builds its parts, and the built-in channels, of which no account exists.
const LOAD = `
  require('./dist/core/serve.js');
  require('./dist/core/installed.js').loadInstalled({ plugins: [] }).then(({ failures }) => {
    process.stdout.write(JSON.stringify({ failures, files: Object.keys(require.cache) }));
  });`;

async function packagesAtStart(): Promise<Set<string>> {
  const options = { cwd: ROOT, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', LOAD], options);
  const { failures, files } = JSON.parse(stdout);
  expect(failures).toEqual([]);
  return new Set(
    files.flatMap((file: string) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
}

test('a gateway starts without the packages that its settings or its channels may never need', async () => {
  const packages = await packagesAtStart();

  expect(packages).toContain('express');
  const unused = ['ajv', 'bull', 'facebook-nodejs-business-sdk', 'html-to-text', 'imapflow', 'ioredis', 'pg'];
  expect(unused.filter((name) => packages.has(name))).toEqual([]);
});
