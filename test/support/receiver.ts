import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Arrived, type Books, beatsOf, booksOf, isTaken } from './receiver-books';
import { forgeryOf } from './receiver-signatures';
import type { Body } from './shop';

/** How the receiver behaves; a plain 204 where nothing is said. */
export interface Behaviour {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | ((arrived: Arrived) => string);
  /** Before it answers. */
  readonly delayMs?: number;
  /** Reads, and never answers. */
  readonly hangs?: boolean;
  /** Hangs up before it answers. */
  readonly closesEarly?: boolean;
  /** The body of its answer never ends. */
  readonly isEndless?: boolean;
}

/** For which deliveries it behaves so: all of these hold. */
export interface BehaviourLimits {
  /** The next so many. */
  readonly times?: number;
  /** Those within so much time from now. */
  readonly forMs?: number;
  readonly when?: (arrived: Arrived) => boolean;
}

/** A web hook's endpoint that checks both signatures of whatever comes, and keeps the books. */
export interface Receiver {
  readonly url: string;
  /** The secrets that may sign; a delivery by another one is answered with 401 and is in `refused`. */
  trust(...secrets: readonly string[]): void;
  /** From now on; the rule that was given last and fits a delivery counts. */
  behave(how: Behaviour, limits?: BehaviourLimits): void;
  /** Takes everything at once again. */
  recover(): void;
  /** Nobody listens any more, and every connection is cut. */
  goAway(): Promise<void>;
  /** Listens again, at the same port. */
  comeBack(): Promise<void>;
  /** Everything that came, in order. */
  arrived(): readonly Arrived[];
  /** What was not signed by any trusted secret, in both ways. */
  refused(): readonly Arrived[];
  /** The events that were taken with a 2xx, in order; with repetitions, heartbeats and tests. */
  taken(): readonly Body[];
  /** The payloads of the heartbeats that were taken. */
  beats(): readonly Body[];
  books(): Books;
  /** Whatever breaks a promise so far, in words: forgeries, gaps, disorder, numbers given twice. */
  problems(): string[];
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  /** One of several that sign; none: whatever comes is taken, signed or not. */
  readonly secrets?: readonly string[];
  /** For gateways whose clock runs ahead. */
  readonly now?: () => number;
}

interface Rule extends Required<Pick<BehaviourLimits, 'when'>> {
  readonly how: Behaviour;
  readonly until: number;
  left: number;
}

/** Starts a receiver on loopback. */
export async function startReceiver(...given: readonly (string | ReceiverOptions)[]): Promise<Receiver> {
  const options = given.filter((one) => typeof one !== 'string');
  const now = options.find((one) => one.now)?.now ?? Date.now;
  let trusted = given.flatMap((one) => (typeof one === 'string' ? [one] : (one.secrets ?? [])));
  let rules: Rule[] = [];
  const arrived: Arrived[] = [];
  const refused: { readonly one: Arrived; readonly why: string }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const one = await read(request);
    const why = trusted.length === 0 ? undefined : forgeryOf(one, trusted, now);
    if (why !== undefined) refused.push({ one, why });
    const how = why === undefined ? behaviourFor(rules, one) : { status: 401 };
    await respond(
      { ...how, body: typeof how.body === 'function' ? how.body(one) : how.body },
      response,
      (status) => void arrived.push(status === undefined ? one : { ...one, status }),
    );
  };
  const server = createServer((request, response) => {
    void take(request, response).catch(() => response.destroy());
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const goAway = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const taken = () => arrived.filter(isTaken).flatMap(({ envelopes }) => envelopes);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    trust: (...secrets) => {
      trusted = [...secrets];
    },
    behave: (how, { times = Infinity, forMs = Infinity, when = () => true } = {}) =>
      void rules.unshift({ how, when, left: times, until: performance.now() + forMs }),
    recover: () => {
      rules = [];
    },
    ...{ goAway, comeBack: () => listen(port), stop: goAway },
    arrived: () => arrived,
    refused: () => refused.map(({ one }) => one),
    taken,
    beats: () => beatsOf(arrived),
    books: () => booksOf(arrived),
    problems: () =>
      problemsOf(
        booksOf(arrived),
        refused.map(({ why }) => why),
      ),
  };
}

async function read(request: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const value = JSON.parse(body);
  const number = (name: string) => Number(request.headers[name] ?? 0);
  return {
    ...{ path: request.url ?? '', headers: request.headers, body, at: performance.now() },
    envelopes: Array.isArray(value) ? value : [value],
    ...{ sequence: number('x-parley-sequence'), attempt: number('x-parley-attempt') },
  };
}

function behaviourFor(rules: readonly Rule[], one: Arrived): Behaviour {
  const rule = rules.find(({ left, until, when }) => left > 0 && performance.now() < until && when(one));
  if (!rule) return {};
  rule.left -= 1;
  return rule.how;
}

type Settled = Omit<Behaviour, 'body'> & { readonly body?: string | Buffer | undefined };

/** What is answered is written down before the sender can know it. */
async function respond(
  how: Settled,
  response: ServerResponse,
  write: (status: number | undefined) => void,
): Promise<void> {
  if (how.delayMs) await new Promise((resolve) => setTimeout(resolve, how.delayMs));
  const isSilent = how.hangs === true || how.closesEarly === true;
  write(isSilent ? undefined : (how.status ?? 204));
  if (how.closesEarly) response.destroy();
  if (!isSilent) answer(response, how);
}

function answer(response: ServerResponse, { status = 204, headers, body, isEndless }: Settled): void {
  response.writeHead(status, headers);
  if (!isEndless) return void response.end(body);
  const more = (): void => {
    if (response.destroyed) return;
    if (response.write('and so on '.repeat(1_000))) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}

function problemsOf(books: Books, forgeries: readonly string[]): string[] {
  return [
    ...forgeries,
    ...(books.missing.length > 0 ? [`missing: ${books.missing.join(', ')} of ${books.highest}`] : []),
    ...books.disordered.map((chat) => `chat ${chat} came in another order than it happened`),
    ...books.faults,
  ];
}
