import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PROJECT = path.resolve(__dirname, '../..');

/**
 * Posts to these URLs, one after the other, in a process with this environment; its private addresses are allowed and
 * every name is 127.0.0.1. Gives the status of each, or the sentence of its failure.
 */
export async function postElsewhere(
  urls: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<(number | string)[]> {
  // Node reads some of the environment only when it starts, and Jest has one of its own.
  const script = `(async () => {
    const { createEgress } = require('./core/egress/egress');
    const egress = createEgress({ allowPrivate: true, lookup: async () => ['127.0.0.1'] });
    const said = [];
    for (const url of ${JSON.stringify(urls)})
      said.push(await egress.post(url, { headers: {}, body: '{}' }).then(({ status }) => status, ({ message }) => message));
    console.log(JSON.stringify(said));
    egress.close();
  })()`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--eval', script], {
    cwd: PROJECT,
    env: { PATH: process.env['PATH'], ...env },
  });
  return JSON.parse(stdout);
}
