import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** Sends each request to one of the nodes that say that they are ready, once; it tries nothing again. */
export interface LoadBalancer {
  readonly port: number;
  readonly origin: string;
  /** The nodes there are, by their origins. */
  balance(origins: readonly string[]): void;
  /** How many requests were answered. */
  answered(): number;
  /** What a client was told that it should not have been, in words. */
  failures(): readonly string[];
  stop(): Promise<void>;
}

interface Target {
  readonly origin: string;
  readonly agent: Agent;
  isReady: boolean;
  isAsked: boolean;
  /** How often in a row it did not answer at all. */
  misses: number;
}

const ASK_EVERY_MS = 250;
/** A node that says 503 is believed at once; one that is slow to answer on a busy machine has some more tries. */
const MOST_MISSES = 3;

/** Starts one on loopback; it keeps its connections to the nodes open, as they do. */
export async function startLoadBalancer(): Promise<LoadBalancer> {
  const failures: string[] = [];
  let targets: Target[] = [];
  let answered = 0;
  let turn = 0;
  const fail = (what: string, incoming: IncomingMessage, response: ServerResponse) => {
    failures.push(`${incoming.method} ${incoming.url}: ${what}`);
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  };
  const next = () => {
    const ready = targets.filter(({ isReady }) => isReady);
    turn += 1;
    return ready[turn % ready.length];
  };
  const server = createServer((incoming, response) => {
    const target = next();
    if (!target) return fail('no node is ready', incoming, response);
    const { method, headers, url = '/' } = incoming;
    const outgoing = request(new URL(url, target.origin), { method, headers, agent: target.agent });
    // Whoever hangs up has an end of it, and is told nothing any more.
    response.on('close', () => outgoing.destroy());
    outgoing.on('error', (error) => {
      if (!response.destroyed) fail(`${target.origin} ${error.message}`, incoming, response);
    });
    outgoing.on('response', (reply) => {
      answered += 1;
      const { statusCode = 502, headers: answer } = reply;
      if (statusCode >= 500) failures.push(`${method} ${url}: ${target.origin} answered ${statusCode}`);
      const { connection: _, ...passed } = answer; // is between the node and us
      response.writeHead(statusCode, passed);
      reply.on('error', () => response.destroy()).pipe(response);
    });
    incoming.pipe(outgoing);
  });
  server.on('upgrade', (incoming, socket: Socket, head) => {
    const target = next();
    if (target) passUpgrade(target.origin, { incoming, socket, head });
    else socket.destroy();
  });
  const timer = setInterval(() => void Promise.all(targets.map(ask)), ASK_EVERY_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    balance(origins) {
      targets = origins.map((origin) => ({
        ...{ origin, isReady: true, isAsked: false, misses: 0 },
        agent: new Agent({ keepAlive: true }),
      }));
    },
    answered: () => answered,
    failures: () => failures,
    async stop() {
      clearInterval(timer);
      for (const { agent } of targets) agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Upgrade {
  readonly incoming: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

/** From here on it is a line between the client and one node, which ends when either hangs up. */
function passUpgrade(origin: string, { incoming, socket, head }: Upgrade): void {
  const { hostname: host, port } = new URL(origin);
  const line = connect({ host, port: Number(port) });
  const { method, url, rawHeaders } = incoming;
  const headers = rawHeaders.flatMap((value, index) =>
    index % 2 === 0 ? [] : [`${rawHeaders[index - 1]}: ${value}`],
  );
  line.write([`${method} ${url} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
  line.write(head);
  for (const [from, to] of [
    [socket, line],
    [line, socket],
  ] as const)
    from
      .on('error', () => to.destroy())
      .on('close', () => to.destroy())
      .pipe(to);
}

async function ask(target: Target): Promise<void> {
  if (target.isAsked) return;
  target.isAsked = true;
  try {
    const response = await fetch(`${target.origin}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.text();
    target.isReady = response.ok;
    target.misses = 0;
  } catch (error) {
    target.misses += 1;
    // Nobody listens there: that is an answer too.
    if (isRefused(error) || target.misses >= MOST_MISSES) target.isReady = false;
  } finally {
    target.isAsked = false;
  }
}

function isRefused(error: unknown): boolean {
  return Object(Object(error).cause).code === 'ECONNREFUSED';
}
