import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What becomes of a command on its way to the IMAP server. */
export type Verdict =
  | 'pass'
  /** The connection is cut before the server hears of it. */
  | 'cut'
  /** The connection is cut once the server has answered. */
  | 'cut-after'
  /** It is never answered. */
  | 'hold'
  | { readonly answer: string };

/** Stands between a client and an IMAP server, and does what may happen on the way. */
export interface ImapProxy {
  readonly port: number;
  /** Every command that came, by its name. */
  readonly commands: readonly string[];
  /** Says what becomes of each command; by default it passes. */
  judge: (command: string, line: string) => Verdict;
  /** Connections whose command is held. */
  held(): number;
  connections(): number;
  /** Cuts every connection. */
  drop(): void;
  stop(): Promise<void>;
}

export async function startImapProxy(target: number): Promise<ImapProxy> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const holds = { count: 0 };
  const server = createServer((client) => {
    const upstream = createConnection({ port: target, host: '127.0.0.1' });
    sockets.add(client);
    const cut = () => {
      client.destroy();
      upstream.destroy();
      sockets.delete(client);
    };
    for (const socket of [client, upstream]) {
      socket.on('error', cut);
      socket.on('close', cut);
    }
    upstream.pipe(client);
    const lines = createInterface({ input: client, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('error', cut); // it says again what its socket says
    lines.on('line', (line) => {
      const command = commandIn(line);
      commands.push(command);
      obey({ client, upstream, cut, holds }, proxy.judge(command, line), line);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: ImapProxy = {
    port: (server.address() as AddressInfo).port,
    commands,
    judge: () => 'pass',
    held: () => holds.count,
    connections: () => sockets.size,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server.listening) server.close(() => resolve());
        else resolve();
      }),
  };
  return proxy;
}

// `DONE` has no tag.
function commandIn(line: string): string {
  const [tag = '', name = tag, next = ''] = line.toUpperCase().split(' ');
  return name === 'UID' ? `UID ${next}` : name;
}

interface Wire {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly cut: () => void;
  readonly holds: { count: number };
}

function obey({ client, upstream, cut, holds }: Wire, verdict: Verdict, line: string): void {
  if (verdict === 'cut') {
    cut();
    return;
  }
  if (typeof verdict === 'object') {
    client.write(`${line.split(' ')[0]} ${verdict.answer}\r\n`);
    return;
  }
  if (verdict === 'hold') {
    holds.count += 1;
    client.once('close', () => {
      holds.count -= 1;
    });
    return;
  }
  if (verdict === 'cut-after') upstream.once('data', () => setImmediate(cut));
  upstream.write(`${line}\r\n`);
}
