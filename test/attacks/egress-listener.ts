import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as it was heard. */
export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver on one address of loopback that answers what a test wants. */
export interface Listener {
  readonly port: number;
  /** From now on; a plain 200 after `reset`. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  requests(): readonly Heard[];
  /** How many connections were made, also those that have ended. */
  connections(): number;
  /** How many are open. */
  open(): number;
  /** Ends every connection, and resolves when they are gone. */
  hangUp(): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

/** Starts a receiver that reads each request whole before it answers. */
export async function startListener({
  host = '127.0.0.1',
}: {
  readonly host?: string;
} = {}): Promise<Listener> {
  const sockets = new Set<Socket>();
  let requests: Heard[] = [];
  let connections = 0;
  const fine: Listener['answer'] = (_request, response) => {
    response.end('fine');
  };
  const server = createServer(async (request, response) => {
    let body = '';
    request.on('error', () => {});
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body });
    listener.answer(request, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  const listener: Listener = {
    port,
    answer: fine,
    requests: () => requests,
    connections: () => connections,
    open: () => sockets.size,
    async hangUp() {
      const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.destroy();
      await Promise.all(gone);
    },
    reset() {
      requests = [];
      connections = 0;
      listener.answer = fine;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return listener;
}
