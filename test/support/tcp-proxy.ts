import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server on loopback, and does to their connections what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** Hands everything on at once; what was held back by a blackhole as well. */
  pass(): void;
  /** Hands everything on, in order, so much later. */
  delay(ms: number): void;
  /** Takes everything and hands nothing on, like a firewall that forgot the connection. */
  blackhole(): void;
  /** Breaks every connection off, and each new one as soon as it is made. */
  reset(): void;
  /** Breaks each connection off after so many more bytes of the server's answers. */
  cutAfter(bytes: number): void;
  /** How many connections it has passed on so far. */
  connections(): number;
  stop(): Promise<void>;
}

interface Mode {
  readonly is: 'pass' | 'delay' | 'blackhole' | 'reset' | 'cut';
  readonly ms: number;
  readonly bytes: number;
}

const PASS: Mode = { is: 'pass', ms: 0, bytes: 0 };

/** Starts one in front of a port. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const links = new Set<Link>();
  let mode = PASS;
  let made = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (mode.is === 'reset') {
      client.resetAndDestroy();
      return;
    }
    made += 1;
    const link = new Link(client, targetPort, mode);
    links.add(link);
    client.on('close', () => links.delete(link));
  });
  const change = (next: Partial<Mode>) => {
    mode = { ...PASS, ...next };
    for (const link of [...links]) link.change(mode);
  };
  const port = await listen(server);
  return {
    port,
    pass: () => change({}),
    delay: (ms) => change({ is: 'delay', ms }),
    blackhole: () => change({ is: 'blackhole' }),
    reset: () => change({ is: 'reset' }),
    cutAfter: (bytes) => change({ is: 'cut', bytes }),
    connections: () => made,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const link of [...links]) link.break();
      }),
  };
}

class Link {
  private readonly client: Socket;
  private readonly target: Socket;
  private mode: Mode;
  private bytesLeft: number;
  private readonly pipes: readonly [Pipe, Pipe];

  constructor(client: Socket, port: number, mode: Mode) {
    this.client = client;
    this.mode = mode;
    this.bytesLeft = mode.bytes;
    this.target = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.pipes = [
      new Pipe(client, this.target, () => this.mode),
      new Pipe(this.target, client, () => this.mode),
    ];
    for (const socket of [client, this.target]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.break());
      socket.on('close', () => this.break());
    }
    this.target.on('data', (chunk: Buffer) => this.count(chunk.length));
  }

  change(mode: Mode): void {
    this.mode = mode;
    this.bytesLeft = mode.bytes;
    if (mode.is === 'reset') this.break();
    else for (const pipe of this.pipes) pipe.flush();
  }

  break(): void {
    for (const socket of [this.client, this.target]) if (!socket.destroyed) socket.resetAndDestroy();
    for (const pipe of this.pipes) pipe.stop();
  }

  private count(bytes: number): void {
    if (this.mode.is !== 'cut') return;
    this.bytesLeft -= bytes;
    if (this.bytesLeft <= 0) this.break();
  }
}

interface Held {
  readonly cameAt: number;
  /** Undefined: the end of what this side says. */
  readonly chunk: Buffer | undefined;
}

/** One direction of a connection. */
class Pipe {
  private readonly to: Socket;
  private readonly mode: () => Mode;
  private readonly held: Held[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, mode: () => Mode) {
    this.to = to;
    this.mode = mode;
    from.on('data', (chunk: Buffer) => this.take(chunk));
    from.on('end', () => this.take(undefined));
  }

  /** Hands on what is due. */
  flush(): void {
    clearTimeout(this.timer);
    const { is, ms } = this.mode();
    if (is === 'blackhole') return;
    for (;;) {
      const [first] = this.held;
      if (!first || this.to.destroyed) return;
      const waitMs = first.cameAt + ms - performance.now();
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.flush(), waitMs);
        return;
      }
      this.held.shift();
      if (first.chunk) this.to.write(first.chunk);
      else this.to.end();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.held.length = 0;
  }

  private take(chunk: Buffer | undefined): void {
    this.held.push({ cameAt: performance.now(), chunk });
    this.flush();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
