import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sockets } from '../sockets/sockets';
import { type AppOptions, createApp } from './app';
import { exchangesOf } from './exchange-shapes';
import { accountOf, createProviderWebhooks, type ProviderWebhooksOptions } from './provider-webhooks';

export interface HttpServer {
  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connections and resolves when the open requests are answered, or `patienceMs` have passed. */
  close(patienceMs: number): Promise<void>;
}

export interface HttpServerOptions extends AppOptions, ProviderWebhooksOptions {
  readonly sockets: Sockets;
}

/** One server for everything: providers' calls go straight to the engine, all else through express. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const app = createApp(options);
  const takeWebhook = createProviderWebhooks(options);
  const server = createServer(exchangesOf(app), (request, response) => {
    // Whoever keeps connections open is told to come elsewhere before we hang up.
    if (options.isDraining()) response.setHeader('connection', 'close');
    const accountId = accountOf(request.url ?? '');
    if (accountId === undefined) app(request, response);
    else void takeWebhook(accountId, request, response);
  });
  harden(server);
  const { sockets } = options;
  server.on('upgrade', (request, connection, head) => void sockets.upgrade(request, connection, head));
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        sockets.start();
        server.listen({ port, host, backlog: BACKLOG }, () =>
          resolve((server.address() as AddressInfo).port),
        );
      }),
    async close(patienceMs) {
      await sockets.stop();
      await close(server, patienceMs);
    },
  };
}

// When everybody comes back at once, more are waiting than Node's 511; whom the system turns away waits for seconds.
const BACKLOG = 8_192;

function harden(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // Longer than load balancers keep theirs, so that they never reuse one that we are closing.
  server.keepAliveTimeout = 75_000;
  server.maxConnections = 20_000;
}

function close(server: Server, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(timer);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
