import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server of the demo. */
export interface Listening {
  readonly port: number;
  readonly origin: string;
  stop(): Promise<void>;
}

/** Listens on this machine alone; 0 takes a free port. Rejects where the port is taken. */
export async function listenOn(server: Server, wanted: number): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, origin: `http://localhost:${port}` },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
