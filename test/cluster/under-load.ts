import { randomBytes } from 'node:crypto';
import { aCustomer, says } from '../support/shop';
import { until } from '../support/until';
import type { ThreeNodes } from './three-nodes';

const CUSTOMERS = 12;
const PAUSE_MS = 120;
const GIVES_UP_AFTER_MS = 12_000;
const GOES_ON_WITHIN_MS = 180_000;

/** What was acknowledged to the outside: the books are held against it. */
export interface Said {
  readonly customer: string;
  readonly chatId: string;
  /** Acknowledged to the provider, in order. */
  readonly inbound: string[];
  /** Accepted by the API, in order. */
  readonly outbound: string[];
}

/** The load as a fault sees it. */
export interface Load {
  /** Resolves when so many more customers' messages were acknowledged, and as many answers accepted. */
  goesOnFor(messages: number): Promise<void>;
}

/** Customers write and agents answer, at whichever nodes are there, for as long as `fault` takes and a moment longer. */
export async function underLoad(cluster: ThreeNodes, fault: (load: Load) => Promise<void>): Promise<Said[]> {
  const course: Course = { isOver: false, turns: 0 };
  const talks = Array.from({ length: CUSTOMERS }, (_, n) => talk(cluster, n, course));
  await moment(1_000);
  try {
    await fault({
      async goesOnFor(messages) {
        const wanted = course.turns + messages;
        await until(() => course.turns >= wanted, { patienceMs: GOES_ON_WITHIN_MS });
      },
    });
    await moment(1_500);
  } finally {
    course.isOver = true;
  }
  return Promise.all(talks);
}

interface Course {
  isOver: boolean;
  /** A turn is a customer's message and its answer. */
  turns: number;
}

async function talk(cluster: ThreeNodes, place: number, course: Course): Promise<Said> {
  const customer = aCustomer();
  await deliver(cluster, { customer, text: `${customer} in 0`, place });
  const chatId = await chatOf(cluster, customer, place);
  const said: Said = { customer, chatId, inbound: [`${customer} in 0`], outbound: [] };
  for (let n = 1; !course.isOver; n += 1) {
    const text = `${customer} in ${n}`;
    await deliver(cluster, { customer, text, place: place + n });
    said.inbound.push(text);
    const answer = `${customer} out ${n}`;
    await accept(cluster, { chatId, text: answer, place: place + n + 1 });
    said.outbound.push(answer);
    course.turns += 1;
    await moment(PAUSE_MS);
  }
  return said;
}

/** As a provider does it: again, to whichever node is there, until one acknowledges. */
async function deliver(
  cluster: ThreeNodes,
  { customer, text, place }: { readonly customer: string; readonly text: string; readonly place: number },
): Promise<void> {
  const sid = `SM${randomBytes(16).toString('hex')}`;
  for (let attempt = 0; ; attempt += 1) {
    const port = cluster.nodes[chosen(cluster, place + attempt)]?.port;
    const url = `http://localhost:${port}/channels/${cluster.shop.accountId}/webhook`;
    const given = { from: customer, to: cluster.shop.number, body: text, url, sid };
    const reply = await soon(cluster.sim.receive(given));
    if (reply?.status === 200) return;
    await moment(50);
  }
}

/** As a client does it: again, under the same key, at whichever node is there, until it is answered. */
async function accept(
  cluster: ThreeNodes,
  { chatId, text, place }: { readonly chatId: string; readonly text: string; readonly place: number },
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const origin = cluster.nodes[chosen(cluster, place + attempt)]?.origin ?? '';
    const call = cluster.shop.api.at(origin).post(`/chats/${chatId}/messages`, says(text), {
      headers: { 'idempotency-key': text },
    });
    const answer = await soon(call.catch(() => undefined));
    if (answer?.status === 200) return;
    if (answer && answer.status < 500 && answer.status !== 409)
      throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`);
    await moment(50);
  }
}

async function chatOf(cluster: ThreeNodes, customer: string, place: number): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const origin = cluster.nodes[chosen(cluster, place + attempt)]?.origin ?? '';
    const call = cluster.shop.api.at(origin).get(`/chats?q=${encodeURIComponent(customer)}`);
    const answer = await soon(call.catch(() => undefined));
    if (answer?.status === 200) return answer.body[0].id;
    await moment(50);
  }
}

function chosen({ nodes, away }: ThreeNodes, wish: number): number {
  for (let step = 0; step < nodes.length; step += 1)
    if (!away.has((wish + step) % nodes.length)) return (wish + step) % nodes.length;
  return wish % nodes.length;
}

/** Whoever hangs is not waited for. */
async function soon<T>(call: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), GIVES_UP_AFTER_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function moment(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
