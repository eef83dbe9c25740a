import type { TestDatabase } from '../support/databases';
import { type Nodes, startNodes } from '../support/nodes';
import { aCustomer, type Body, says } from '../support/shop';
import { until } from '../support/until';

const SENDERS = 100;
const MESSAGES = 20;
const ANSWERS = 5;
const CRASHES = 4;
const PATIENCE_MS = 100_000;

/** What a run came to. */
export interface Aftermath {
  readonly crashes: number;
  readonly inbound: number;
  readonly answers: number;
  readonly tookMs: number;
  /** By status. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * 2,000 messages come in and 500 answers go out while the gateway is killed and started again at random moments. The
 * provider repeats what was not acknowledged, the agents what was not answered. Afterwards nothing is missing, nothing is
 * there twice, and everything is in order.
 */
export async function surviveCrashes(database: TestDatabase): Promise<Aftermath> {
  const cluster = await startNodes(database, 1);
  try {
    const began = Date.now();
    cluster.sim.autoCallbacks({ states: ['sent', 'delivered'] });
    const customers = Array.from({ length: SENDERS }, aCustomer);
    const crashes = await underFire(
      cluster,
      customers.map((customer) => talk(cluster, customer)),
    );
    const chats: Body[] = (await cluster.get('/chats?limit=1000')).body;
    expect(new Set(chats.map((chat) => chat.route.address))).toEqual(new Set(customers));
    expect(chats.length).toBe(customers.length);
    await until(() => isOutboxEmpty(cluster), { patienceMs: PATIENCE_MS });
    const { open, ...outcomes } = await outcomesOf(cluster, chats);
    for (const chat of chats) await expectWholeAndInOrder(cluster, chat);
    expect(open).toBe(0);
    return {
      ...{ crashes, inbound: SENDERS * MESSAGES, answers: SENDERS * ANSWERS, outcomes },
      tookMs: Date.now() - began,
    };
  } finally {
    await cluster.stop();
  }
}

/** One customer writes, one message in flight at a time and several customers at once; an agent answers in between. */
async function talk(cluster: Nodes, customer: string): Promise<void> {
  await cluster.deliver(customer, `${customer} in 0`);
  const { body: found } = await cluster.get(`/chats?q=${encodeURIComponent(customer)}`);
  const chatId = found[0].id;
  for (let n = 1; n < MESSAGES; n += 1) {
    await cluster.deliver(customer, `${customer} in ${n}`);
    if (n % (MESSAGES / ANSWERS) !== 0 && n !== MESSAGES - 1) continue;
    const text = `${customer} out ${n}`;
    const answer = await cluster.post(`/chats/${chatId}/messages`, says(text), { key: text });
    expect(answer.status).toBe(200);
  }
}

/** Kills and restarts the node at random moments until all the talking is done; gives how often. */
async function underFire(cluster: Nodes, talks: readonly Promise<void>[]): Promise<number> {
  let isTalking = true;
  const done = Promise.all(talks).finally(() => {
    isTalking = false;
  });
  let crashes = 0;
  while (crashes < CRASHES || isTalking) {
    if (crashes >= CRASHES) break;
    await Promise.race([done, moment(500 + Math.random() * 2_500)]);
    await cluster.kill(0, 'SIGKILL');
    crashes += 1;
    await cluster.restart(0);
  }
  await done;
  return crashes;
}

function moment(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function isOutboxEmpty(cluster: Nodes): Promise<boolean> {
  const response = await fetch(`${cluster.nodes[0]?.origin}/metrics`);
  return !/^parley_outbox_messages\{.*\} [1-9]/m.test(await response.text());
}

async function messagesOf(cluster: Nodes, chat: Body): Promise<Body[]> {
  return (await cluster.get(`/chats/${chat.id}/messages?limit=100`)).body.messages;
}

async function outcomesOf(
  cluster: Nodes,
  chats: readonly Body[],
): Promise<Record<string, number> & { open: number }> {
  const counts: Record<string, number> & { open: number } = { open: 0 };
  for (const chat of chats)
    for (const { status, context } of await messagesOf(cluster, chat)) {
      if (context.direction !== 'outbound') continue;
      const key = ['accepted', 'sending', 'unknown'].includes(status) ? 'open' : status;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  return counts;
}

async function expectWholeAndInOrder(cluster: Nodes, chat: Body): Promise<void> {
  const customer: string = chat.route.address;
  const messages = await messagesOf(cluster, chat);
  const textsOf = (direction: string) =>
    messages
      .filter(({ context }) => context.direction === direction)
      .map(({ parts }) => parts[0].data as string);
  const inbound = Array.from({ length: MESSAGES }, (_, n) => `${customer} in ${n}`);
  expect(textsOf('inbound')).toEqual(inbound);
  const outbound = textsOf('outbound');
  expect(outbound).toHaveLength(ANSWERS);
  // What the provider has is what was accepted, in the same order, and each once.
  expect(cluster.shop.sentTo(customer).map(({ body }) => body)).toEqual(outbound);
  const events: Body[] = (await cluster.get(`/chats/${chat.id}/events?from=1&limit=1000`)).body;
  expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
}
