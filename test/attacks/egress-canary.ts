import { createServer, type Server } from 'node:net';
import { freePort } from '../support/servers';

/** Listens where a tenant's URL must not lead, on loopback of both families, and counts who comes. */
export interface Canary {
  readonly port: number;
  /** How many connections there were. */
  heard(): number;
  forget(): void;
  close(): Promise<void>;
}

/** Starts a canary; whoever connects is answered 200, so that nothing waits for it. */
export async function startCanary(): Promise<Canary> {
  const port = await freePort();
  let heard = 0;
  const listen = (host: string) =>
    new Promise<Server | undefined>((resolve) => {
      const server = createServer((socket) => {
        heard += 1;
        socket.resume();
        socket.on('error', () => {});
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\nSECRET');
      });
      // Some machines have no IPv6.
      server.once('error', () => resolve(undefined));
      server.listen(port, host, () => resolve(server));
    });
  const servers = [await listen('127.0.0.1'), await listen('::1')];
  if (!servers[0]) throw new Error(`port ${port} was taken meanwhile`);
  return {
    port,
    heard: () => heard,
    forget: () => {
      heard = 0;
    },
    async close() {
      for (const server of servers)
        await new Promise((resolve) => (server ? server.close(resolve) : resolve(0)));
    },
  };
}
