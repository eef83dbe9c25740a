import type { Bench } from '../bench';
import { below, type Verdict } from '../goals';
import { profiled } from '../profiler';
import { eachOf, must, openQueues, type Queues } from '../queues';
import { median, spreadOf } from '../statistics';
import { startWorld, type World } from '../world';
import type { Fact, Section } from './section';

const SIZES = [1_250, 2_500, 5_000];
const MOST_ROUNDS = 3;
const WORK_GOAL_MS = 50;
/** A chat of the longest queue beside one of the shortest. */
const GROWTH_GOAL = 1.5;

/** How soon an agent who becomes available has a chat, and what handing out a queue costs by its length. */
export async function measureTeams(bench: Bench): Promise<Section> {
  const world = await startWorld(bench);
  const rounds = Math.min(bench.options.rounds, MOST_ROUNDS);
  const found = [await measureWork(bench, world, rounds), await measureDraining(bench, world, rounds)];
  return {
    title: 'Teams at work',
    figures: [],
    facts: found.flatMap(({ facts }) => facts),
    verdicts: found.flatMap(({ verdicts }) => verdicts),
  };
}

type Found = Pick<Section, 'facts' | 'verdicts'>;

/** 200 agents who come one after the other while 5,000 chats wait, and go again. */
async function measureWork(bench: Bench, world: World, rounds: number): Promise<Found> {
  const longest = Math.max(...SIZES);
  bench.say(`${longest} chats begin to wait`);
  const queues = await openQueues(world.gateway, { chats: longest, capacity: 1 });
  const [toWork, callOnly]: [number[][], number[][]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`agents become available, round ${round + 1}`);
    const profiling = profilingOf(bench, world, 'agents become available');
    const waits = await profiled(() => comeAndGo(queues), profiling);
    toWork.push(waits.map(({ toWorkMs }) => toWorkMs));
    callOnly.push(waits.map(({ goneMs }) => goneMs));
  }
  queues.close();
  const what = 'from PUT /presence until the stream says that a chat is theirs';
  const p99 = spreadOf(toWork.map((waits) => quantile(waits, 0.99)));
  const verdict: Verdict = {
    ...{ ...below(`${what}, p99`, p99.median, { goal: WORK_GOAL_MS, unit: 'ms' }), spread: p99 },
  };
  return {
    verdicts: [verdict],
    facts: [
      { what: `${what}, p50`, value: median(toWork.flat()), unit: 'ms' },
      { what: 'PUT /presence of one who goes, p50', value: median(callOnly.flat()), unit: 'ms' },
      { what: 'PUT /presence of one who goes, p99', value: quantile(callOnly.flat(), 0.99), unit: 'ms' },
    ],
  };
}

async function comeAndGo({ api, agents, givenTo }: Queues) {
  const waits: { readonly toWorkMs: number; readonly goneMs: number }[] = [];
  for (const agent of agents) {
    const began = performance.now();
    await must(api.put(`/presence/${agent}`, { status: 'available' }));
    const toWorkMs = (await givenTo(agent)) - began;
    const left = performance.now();
    await must(api.put(`/presence/${agent}`, { status: 'offline' }));
    waits.push({ toWorkMs, goneMs: performance.now() - left });
    const [chat] = await must(api.get(`/chats?agentId=${agent}`));
    await must(api.put(`/chats/${chat.id}/close`, {}));
  }
  return waits;
}

/** All agents are there, and the teams begin to hand out at once. */
async function measureDraining(bench: Bench, world: World, rounds: number): Promise<Found> {
  const perChat = new Map<number, number[]>(SIZES.map((size) => [size, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const size of round % 2 === 0 ? SIZES : SIZES.toReversed()) {
      bench.say(`a queue of ${size}, round ${round + 1}`);
      perChat.get(size)?.push(await drain(bench, world, size));
    }
  const of = (size: number) => perChat.get(size) ?? [];
  const [shortest = 0, ...longer] = SIZES;
  const growth = (size: number) =>
    spreadOf(of(size).map((ms, round) => ms / (of(shortest)[round] ?? Number.NaN)));
  const longest = Math.max(...longer);
  const spread = growth(longest);
  const goal = { goal: GROWTH_GOAL, unit: '' };
  const what = `a chat of a queue of ${longest} / one of ${shortest}`;
  return {
    facts: SIZES.map(
      (size): Fact => ({
        what: `a chat of a queue of ${size}, handed out and told of`,
        value: median(of(size)),
        unit: 'ms',
      }),
    ),
    verdicts: [{ ...below(what, spread.median, goal), spread }],
  };
}

/** Gives what one chat of the queue took. */
async function drain(bench: Bench, world: World, size: number): Promise<number> {
  const queues = await openQueues(world.gateway, { chats: size, capacity: 100 });
  const { api, agents } = queues;
  await queues.rules('manual');
  await eachOf(agents, (agent) => must(api.put(`/presence/${agent}`, { status: 'available' })));
  const ended = await profiled(
    async () => {
      const began = performance.now();
      await queues.rules('leastBusy');
      return (await queues.given(size)) - began;
    },
    profilingOf(bench, world, `queue of ${size}`),
  );
  queues.close();
  await eachOf(agents, (agent) => must(api.put(`/presence/${agent}`, { status: 'offline' })));
  return ended / size;
}

function profilingOf(bench: Bench, { pid }: World, what: string) {
  return { profileDir: bench.options.profileDir, pid, name: `${bench.databaseName} teams ${what}` };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
