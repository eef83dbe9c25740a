import { createServer } from 'node:net';
import { z } from 'zod';
import type { Config } from '../../../config/load';
import { loadCommandLine } from '../../../config/load-command-line';
import { type Finding, fine, found } from './finding';

const PATIENCE_MS = 5_000;
const readiness = z.looseObject({ status: z.string(), warnings: z.array(z.string()).default([]) });

/** Is a gateway up, or its port free, and do providers reach it where they are told to? */
export async function examineServing(config: Config): Promise<Finding[]> {
  const { url } = loadCommandLine();
  const ready = await readinessAt(url);
  if (ready) return [...gatewayFindings(url, ready), ...(await examinePublicUrl(config, true))];
  return [await examinePort(config), ...(await examinePublicUrl(config, false))];
}

type Readiness = z.infer<typeof readiness>;

async function readinessAt(url: string): Promise<Readiness | undefined> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return readiness.parse(await response.json());
  } catch {
    return undefined; // nobody is there, or somebody else
  }
}

function gatewayFindings(url: string, { status, warnings }: Readiness): Finding[] {
  const state =
    status === 'ready'
      ? fine('gateway', `ready at ${url}`)
      : found('gateway', 'failure')(`at ${url} it is not ready`, `${url}/readyz says what it waits for`);
  return [state, ...warnings.map((warning) => found('gateway', 'warning')(warning))];
}

async function examinePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Finding> {
  const code = await tryToListen(host, port);
  if (code === undefined)
    return found('gateway', 'note')(`none is running; port ${port} is free`, '`parley start` starts it');
  return found('port', 'failure')(
    `nothing can listen at ${host}:${port} (${code})`,
    'end what has it, or set PORT or HOST',
  );
}

/** Why not, as the system calls it; undefined where it can be. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

async function examinePublicUrl({ publicUrl, port }: Config, isUp: boolean): Promise<Finding[]> {
  if (publicUrl === undefined)
    return [
      found('public URL', 'note')(
        `not set: providers and browsers are told http://localhost:${port}, which only this machine reaches`,
        'set PUBLIC_URL to the address that they reach, such as https://chat.example.com',
      ),
    ];
  const plain = publicUrl.startsWith('https:')
    ? []
    : [
        found('public URL', 'warning')(
          `${publicUrl} is not https: most providers do not deliver there`,
          'put TLS in front, and set PUBLIC_URL to it',
        ),
      ];
  if (!isUp) return plain;
  if (await answersAt(publicUrl))
    return plain.length > 0 ? plain : [fine('public URL', `${publicUrl} answers`)];
  return [
    ...plain,
    found('public URL', 'warning')(
      `${publicUrl} does not answer from here`,
      'look at DNS, the proxy in front and its certificate; it may still be reached from outside',
    ),
  ];
}

async function answersAt(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok;
  } catch {
    return false;
  }
}
