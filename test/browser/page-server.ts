import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const BUNDLE = path.resolve(
  __dirname,
  '../../node_modules/@comapi/sdk-js-foundation/dist/comapi-foundation.min.js',
);
const PAGE = '<!doctype html><title>The shop</title><script src="/comapi-foundation.min.js"></script>';

/** The web site of a business that uses the published SDK from its bundle, as it is. */
export interface PageServer {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const bundle = readFileSync(BUNDLE);
  const server = createServer((request, response) => {
    const isBundle = request.url === '/comapi-foundation.min.js';
    response.writeHead(200, { 'content-type': isBundle ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isBundle ? bundle : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
