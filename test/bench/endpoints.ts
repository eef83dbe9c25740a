import { freePort } from '../support/servers';
import { until } from '../support/until';
import type { Bench } from './bench';
import { KNOWN_SENDERS, receive } from './customers';
import { type Helper, startHelper } from './helper';
import { type Delivered, HANGING, type ReceiverAnswer, type ReceiverQuestion } from './receiver-process';
import type { World } from './world';

const MOST_DRAIN_MS = 300_000;
const FIRST_MESSAGES = 64;
let made = 0;

/** The process that takes what is delivered. */
export type Receiver = Helper<ReceiverQuestion, ReceiverAnswer>;

export type Temper = 'well' | 'dead' | 'hanging';

/** One web hook on messages, and where it posts to. */
export interface Endpoint {
  readonly id: string;
  readonly path: string;
  readonly temper: Temper;
}

export async function startReceiver(bench: Bench): Promise<Receiver> {
  const receiver: Receiver = startHelper('receiver-process.ts');
  bench.belongings.keep(() => receiver.stop());
  await receiver.ask({ ask: 'listen' });
  return receiver;
}

/** Endpoints that are in full swing: each that is well has taken some messages already, and those are forgotten. */
export async function openEndpoints(
  bench: Bench,
  { world, receiver, tempers }: { world: World; receiver: Receiver; tempers: readonly Temper[] },
): Promise<{ readonly endpoints: readonly Endpoint[]; readonly afterSeq: number }> {
  // What was written before is not for these.
  await until(async () => (await world.books.unnumbered()) === 0);
  const endpoints: Endpoint[] = [];
  for (const temper of tempers) endpoints.push(await open(world, receiver, temper));
  const load = { warmUpMs: 0, measureMs: MOST_DRAIN_MS, most: FIRST_MESSAGES };
  const { acknowledged } = await receive(bench, world, KNOWN_SENDERS, load);
  const taken = await takeAll(receiver, endpoints, acknowledged);
  const seqs = taken.flatMap(({ events }) => events.map(({ seq }) => seq));
  return { endpoints, afterSeq: Math.max(...seqs) };
}

async function open(world: World, receiver: Receiver, temper: Temper): Promise<Endpoint> {
  const { port } = await receiver.ask({ ask: 'listen' });
  made += 1;
  const path = `${temper === 'hanging' ? HANGING : '/hook'}/${made}`;
  // Nobody listens where a dead one was.
  const url = `http://127.0.0.1:${temper === 'dead' ? await freePort() : port}${path}`;
  const wish = { name: path, url, subscriptions: [{ type: 'chatMessage.sent' }] };
  const { status, body } = await world.api.post('/webhooks', wish);
  if (status !== 201) throw new Error(`no web hook: ${status} ${JSON.stringify(body)}`);
  return { id: body.id, path, temper };
}

export async function closeEndpoints(world: World, endpoints: readonly Endpoint[]): Promise<void> {
  for (const { id } of endpoints) await world.api.delete(`/webhooks/${id}`);
}

/** What one endpoint took. */
export interface Taken {
  readonly endpoint: Endpoint;
  readonly events: readonly Delivered[];
}

/** Waits until each endpoint that is well has taken so many, and gives them. */
export async function takeAll(
  receiver: Receiver,
  endpoints: readonly Endpoint[],
  count: number,
): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const endpoint of endpoints.filter(({ temper }) => temper === 'well')) {
    const { path } = endpoint;
    await until(async () => (await receiver.ask({ ask: 'count', path })).count >= count, {
      patienceMs: MOST_DRAIN_MS,
    });
    taken.push({ endpoint, events: (await receiver.ask({ ask: 'take', path })).taken });
  }
  return taken;
}

/** Throws unless an endpoint took each event of the log, with numbers without gaps, and in the order of each chat. */
export function checkTaken({ endpoint, events }: Taken, expected: ReadonlySet<string>): void {
  const wrong = (what: string) => new Error(`${endpoint.path}: ${what}`);
  const ids = new Set(events.map(({ eventId }) => eventId));
  const missing = [...expected].filter((id) => !ids.has(id)).length;
  if (missing > 0 || ids.size !== expected.size)
    throw wrong(`${expected.size} events in the log, ${ids.size} taken, ${missing} missing`);
  const sequences = [...new Set(events.map(({ sequence }) => sequence))].sort((a, b) => a - b);
  const [first = 0] = sequences;
  if (sequences.some((sequence, index) => sequence !== first + index))
    throw wrong('the numbers at the endpoint have gaps');
  if (sequences.length !== ids.size) throw wrong('two events have one number');
  const disordered = disorderOf(events);
  if (disordered > 0) throw wrong(`${disordered} events came before an earlier one of their chat`);
}

function disorderOf(events: readonly Delivered[]): number {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  let disordered = 0;
  for (const { eventId, chatId, seq } of events) {
    if (seen.has(eventId)) continue; // a repetition comes late by its nature
    seen.add(eventId);
    if ((last.get(chatId) ?? 0) > seq) disordered += 1;
    last.set(chatId, seq);
  }
  return disordered;
}
