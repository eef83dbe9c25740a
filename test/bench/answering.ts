import { until } from '../support/until';
import type { Bench } from './bench';
import { checkBooks } from './books';
import type { Job, Outcome, Requests } from './load/job';
import type { Arrival } from './simulator-process';
import { AGENT, type World } from './world';

/** In how many chats the agent answers. */
export const ANSWERED_CHATS = 500;
const MOST_DRAIN_MS = 300_000;
let marks = 0;

/** Answers of the agent, spread over many chats; each text starts with a mark of this series. */
export async function answersIn(world: World): Promise<Extract<Requests, { kind: 'answers' }>> {
  const { api, books } = world;
  marks += 1;
  const chatIds = await books.chatIds(ANSWERED_CHATS);
  return {
    kind: 'answers',
    paths: chatIds.map((id) => `${api.base}/chats/${id}/messages`),
    token: api.token,
    agentId: AGENT,
    mark: `[${marks}]`,
  };
}

export interface Answered extends Outcome {
  /** What reached the simulated Twilio, in order. */
  readonly arrivals: readonly Arrival[];
  /** From the first arrival to the last one: what can be sent while more is being accepted, and after it. */
  readonly sentPerSecond: number;
}

/** Lets the agent answer, waits until all of it is sent, and checks that each answer was stored and sent once. */
export async function answer(
  bench: Bench,
  world: World,
  load: Pick<Job, 'warmUpMs' | 'measureMs' | 'pace'> & Partial<Pick<Job, 'most'>>,
): Promise<Answered> {
  const before = await world.books.counts();
  const { count } = await world.simulator.ask('count');
  const outcome = await bench.load({
    ...{ port: world.gateway.port, pid: world.pid, requests: await answersIn(world) },
    ...load,
  });
  const { acknowledged } = outcome;
  await drained(world, count + acknowledged);
  await checkBooks(world.books, before, { outbound: acknowledged, externalIds: acknowledged, outbox: 0 });
  const arrivals = (await world.simulator.ask('arrivals')).arrivals.slice(count);
  const texts = new Set(arrivals.map(({ text }) => text));
  if (arrivals.length !== acknowledged || texts.size !== acknowledged)
    throw new Error(`${acknowledged} accepted, ${arrivals.length} sent, ${texts.size} different ones`);
  return { ...outcome, arrivals, sentPerSecond: rateOf(arrivals) };
}

async function drained(world: World, total: number): Promise<void> {
  const isSent = async () => (await world.simulator.ask('count')).count >= total;
  await until(isSent, { patienceMs: MOST_DRAIN_MS });
  await until(async () => (await world.books.counts()).outbox === 0);
}

function rateOf(arrivals: readonly Arrival[]): number {
  const [first, last] = [arrivals[0]?.at ?? 0, arrivals.at(-1)?.at ?? 0];
  return ((arrivals.length - 1) * 1000) / (last - first);
}

/** The first answer in a chat also assigns it, and the very first one loads the provider's SDK: this gets it over with. */
export async function answerEverybody(bench: Bench, world: World): Promise<void> {
  const pace = { kind: 'closed', connections: 16 } as const;
  await answer(bench, world, { warmUpMs: 0, measureMs: 120_000, most: ANSWERED_CHATS, pace });
}
