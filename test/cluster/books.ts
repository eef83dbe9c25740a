import type { Body } from '../support/shop';
import { until } from '../support/until';
import type { ThreeNodes } from './three-nodes';
import type { Said } from './under-load';

const PATIENCE_MS = 120_000;

/** The figures of closed books. */
export interface Closed {
  readonly acknowledged: number;
  readonly stored: number;
  readonly accepted: number;
  /** What became of what was accepted, by status. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly submitted: number;
  readonly eventsInLog: number;
  readonly eventsReceived: number;
  readonly deliveredAgain: number;
}

/**
 * Closes the books: what was acknowledged is stored once, what was accepted was submitted once or is known not to be,
 * everything is in order, and the receiver of web hooks has the whole log without a gap.
 */
export async function closeBooks(cluster: ThreeNodes, talks: readonly Said[]): Promise<Closed> {
  await until(() => isAtRest(cluster), { patienceMs: PATIENCE_MS });
  const outcomes: Record<string, number> = {};
  for (const said of talks) await closeChat(cluster, said, outcomes);
  const log = await wholeLog(cluster);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  const due = new Set(log.filter(({ seq }) => seq > cluster.since).map(({ eventId }) => eventId));
  await until(() => missing(cluster, due).length === 0, { patienceMs: PATIENCE_MS }).catch(() => undefined);
  expect(missing(cluster, due)).toEqual([]);
  expect(cluster.receiver.problems()).toEqual([]);
  const accepted = talks.flatMap(({ outbound }) => outbound);
  const inbound = talks.flatMap(({ inbound: texts }) => texts);
  return {
    ...{ acknowledged: inbound.length, stored: inbound.length, accepted: accepted.length, outcomes },
    submitted: cluster.sim.sent().filter(({ body }) => accepted.includes(body)).length,
    eventsInLog: due.size,
    eventsReceived: cluster.receiver.books().events,
    deliveredAgain: cluster.receiver.books().repeated,
  };
}

function missing(cluster: ThreeNodes, due: ReadonlySet<string>): string[] {
  const have = new Set(cluster.receiver.taken().map(({ eventId }) => eventId));
  return [...due].filter((id) => !have.has(id));
}

async function isAtRest(cluster: ThreeNodes): Promise<boolean> {
  const metrics = await fetch(`${cluster.nodes[0]?.origin}/metrics`);
  if (/^parley_outbox_messages\{.*\} [1-9]/m.test(await metrics.text())) return false;
  const { body } = await cluster.get(`/webhooks/${cluster.webhookId}`);
  const { body: log } = await cluster.get('/events?limit=1');
  return body.health.pending === 0 && body.health.seq === log.lastSeq;
}

async function closeChat(cluster: ThreeNodes, said: Said, outcomes: Record<string, number>): Promise<void> {
  const events = await eventsOf(cluster, said.chatId);
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
  const sent = events.filter(({ data }) => data.name === 'chatMessage.sent').map(({ data }) => data.payload);
  const texts = (direction: string): string[] =>
    sent.filter(({ context }) => context.direction === direction).map(({ parts }) => parts[0].data);
  expect(texts('inbound')).toEqual(said.inbound);
  expect(texts('outbound')).toEqual(said.outbound);
  const submitted = cluster.shop.sentTo(said.customer).map(({ body }) => body);
  const statuses = await statusesOf(cluster, said.chatId);
  for (const text of said.outbound) {
    const status = statuses.get(text) ?? 'lost';
    outcomes[status] = (outcomes[status] ?? 0) + 1;
    expect({ text, status, times: submitted.filter((one) => one === text).length }).toEqual({
      ...{ text, status },
      times: status === 'failed' ? 0 : 1,
    });
  }
  // What the provider saw is in the order in which it was accepted.
  expect(submitted).toEqual(said.outbound.filter((text) => submitted.includes(text)));
}

async function eventsOf(cluster: ThreeNodes, chatId: string): Promise<Body[]> {
  const events: Body[] = [];
  for (;;) {
    const { body } = await cluster.get(`/chats/${chatId}/events?from=${events.length + 1}&limit=1000`);
    events.push(...body);
    if (body.length < 1000) return events;
  }
}

async function statusesOf(cluster: ThreeNodes, chatId: string): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for (let from = ''; ; ) {
    const { body } = await cluster.get(`/chats/${chatId}/messages?limit=100${from}`);
    for (const { parts, status } of body.messages) statuses.set(parts[0].data, status);
    if (body.earliestEventId === 0) return statuses;
    from = `&from=${body.earliestEventId}`;
  }
}

async function wholeLog(cluster: ThreeNodes): Promise<Body[]> {
  const log: Body[] = [];
  for (;;) {
    const { body } = await cluster.get(`/events?after=${log.length}&limit=1000`);
    log.push(...body.events);
    if (body.events.length < 1000) return log;
  }
}
