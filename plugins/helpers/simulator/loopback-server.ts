import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that can stop listening and come back at the same port. */
export interface LoopbackServer {
  readonly url: string;
  readonly port: number;
  /** Refuses connections from now on and cuts those that stand. */
  refuse(): Promise<void>;
  resume(): Promise<void>;
}

export async function listenOnLoopback(onRequest: RequestListener, port = 0): Promise<LoopbackServer> {
  let server = await listen(onRequest, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    refuse: () =>
      new Promise((done) => {
        if (!server.listening) return done();
        server.close(() => done());
        server.closeAllConnections();
      }),
    async resume() {
      if (!server.listening) server = await listen(onRequest, taken);
    },
  };
}

function listen(onRequest: RequestListener, port: number): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, onRequest);
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done(server));
  });
}
