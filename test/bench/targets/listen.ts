import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts a target on a port of its own, and gives it. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
