import { startRedis } from '../../support/servers';
import type { Bench } from '../bench';
import { KNOWN_SENDERS, meetCustomers, receive } from '../customers';
import { type Delivering, deliver, type Stage, waitsOf } from '../delivering';
import { startReceiver, type Temper } from '../endpoints';
import { below, type Verdict } from '../goals';
import type { Outcome } from '../load/job';
import { profiled } from '../profiler';
import { figuresOf, type Row } from '../rounds';
import { median, quantile, type Spread, spreadOf } from '../statistics';
import { startWorld } from '../world';
import type { Fact, Section } from './section';

const CONNECTIONS = 16;
const OPEN_CONNECTIONS = 64;
const ENDPOINTS = 10;
/** Enough to see how fast ten endpoints are served, and not so many that it takes minutes. */
const MOST_FOR_TEN = 600;
const P99_GOAL_MS = 100;
const CHANGE_GOAL_PERCENT = 10;
const NODES = { SQLite: [1], PostgreSQL: [1, 3] };

type Found = Pick<Section, 'facts' | 'verdicts'> & { readonly rows: readonly Row[] };

/** How many events a second reach web hooks, how soon, and what a bad endpoint does to the others. */
export async function measureEvents(bench: Bench): Promise<Section> {
  const found: Found[] = [];
  for (const nodes of NODES[bench.databaseName]) {
    const stage = await startStage(bench, nodes);
    const highest = await measureHighest(stage);
    found.push(highest, await measureHalf(stage, highest.perSecond), await measureTen(stage));
    await Promise.all([stage.world.gateway, ...stage.world.others].map((node) => node.kill('SIGTERM')));
  }
  return {
    title: 'Events delivered to web hooks',
    figures: found.flatMap(({ rows }) => rows.map(figuresOf)),
    facts: found.flatMap(({ facts }) => facts),
    verdicts: found.flatMap(({ verdicts }) => verdicts),
  };
}

async function startStage(bench: Bench, nodes: number): Promise<Stage> {
  const settings: Record<string, string> = { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' };
  if (nodes > 1) {
    const redis = await startRedis();
    bench.belongings.keep(() => redis.stop());
    settings['REDIS_URL'] = redis.url;
  }
  const world = await startWorld(bench, { nodes, settings });
  await meetCustomers(bench, world);
  const name = nodes === 1 ? 'one node' : 'three nodes';
  return { bench, world, receiver: await startReceiver(bench), name };
}

/** As many messages as come in, and their events as fast as they leave; beside messages that nobody wants to hear of. */
async function measureHighest(stage: Stage): Promise<Found & { readonly perSecond: number }> {
  const { bench, world, name } = stage;
  const { warmUpMs, measureMs, rounds, profileDir } = bench.options;
  const load = { warmUpMs, measureMs, pace: { kind: 'closed', connections: CONNECTIONS } } as const;
  const [without, withOne]: [Outcome[], Delivering[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`events at the highest rate, ${name}, round ${round + 1}`);
    without.push(await receive(bench, world, KNOWN_SENDERS, load));
    const profiling = { profileDir, pid: world.pid, name: `${bench.databaseName} events ${name}` };
    withOne.push(await profiled(() => deliver(stage, ['well'], load), profiling));
  }
  const delivered = withOne.map((one) => one.delivered);
  const ratio = (of: (one: Delivering) => number) =>
    median(withOne.map((one, round) => of(one) / (without[round]?.perSecond ?? Number.NaN)));
  return {
    perSecond: median(delivered.map(({ perSecond }) => perSecond)),
    rows: [
      row(`${name}: messages in, no endpoint`, CONNECTIONS, without),
      row(
        `${name}: messages in, one endpoint`,
        CONNECTIONS,
        withOne.map(({ inbound }) => inbound),
      ),
      row(`${name}: their events delivered to one endpoint`, CONNECTIONS, delivered),
    ],
    facts: [
      fact(
        `${name}: messages in with one endpoint / without`,
        ratio(({ inbound }) => inbound.perSecond),
      ),
      fact(
        `${name}: events delivered / messages in without`,
        ratio((one) => one.delivered.perSecond),
      ),
      fact(`${name}: events that came more than once`, sum(withOne)),
    ],
    verdicts: [],
  };
}

async function measureHalf(stage: Stage, highest: number): Promise<Found> {
  const { bench, world, name } = stage;
  const { warmUpMs, measureMs, rounds, profileDir } = bench.options;
  const perSecond = Math.max(1, Math.round(highest / 2));
  const load = {
    ...{ warmUpMs, measureMs: measureMs * 2 },
    pace: { kind: 'open', connections: OPEN_CONNECTIONS, perSecond },
  } as const;
  const [without, delivered]: [Outcome[], Outcome[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`events at half of the highest rate, ${name}, round ${round + 1}`);
    without.push(await receive(bench, world, KNOWN_SENDERS, load));
    const profiling = { profileDir, pid: world.pid, name: `${bench.databaseName} events at half, ${name}` };
    delivered.push((await profiled(() => deliver(stage, ['well'], load), profiling)).delivered);
  }
  const p99 = spreadOf(delivered.map(({ p99Ms }) => p99Ms));
  const goal = { goal: P99_GOAL_MS, unit: 'ms' };
  return {
    rows: [
      row(`${name}: messages in at half of that rate, no endpoint`, OPEN_CONNECTIONS, without),
      row(`${name}: events delivered at half of that rate`, OPEN_CONNECTIONS, delivered),
    ],
    facts: [],
    verdicts: [
      { ...below(`${name}: p99 from event to delivery at half load`, p99.median, goal), spread: p99 },
    ],
  };
}

const TEMPERS: readonly Temper[] = ['well', 'dead', 'hanging'];

/** Ten endpoints, then the same with one that is dead, and with one that hangs; what the other nine see of it. */
async function measureTen(stage: Stage): Promise<Found> {
  const { bench, name } = stage;
  const { warmUpMs, measureMs, rounds } = bench.options;
  const pace = { kind: 'closed', connections: CONNECTIONS } as const;
  bench.say(`ten endpoints at the highest rate, ${name}`);
  const most = { warmUpMs: 0, measureMs: measureMs * 10, most: MOST_FOR_TEN, pace };
  const highest = (await deliver(stage, tenWith('well'), most)).delivered;
  // Each message is ten deliveries.
  const perSecond = Math.max(1, Math.round(highest.perSecond / ENDPOINTS / 4));
  const load = { warmUpMs, measureMs: measureMs * 2, pace: { ...pace, kind: 'open', perSecond } } as const;
  const found = new Map<Temper, Delivering[]>(TEMPERS.map((temper) => [temper, []]));
  for (let round = 0; round < rounds; round += 1) {
    bench.say(`ten endpoints at a quarter of that rate, ${name}, round ${round + 1}`);
    for (const temper of round % 2 === 0 ? TEMPERS : TEMPERS.toReversed())
      found.get(temper)?.push(await deliver(stage, tenWith(temper), load));
  }
  const of = (temper: Temper) => found.get(temper) ?? [];
  const rowOf = (temper: Temper, what: string) =>
    row(
      `${name}: ${what}`,
      OPEN_CONNECTIONS,
      of(temper).map((one) => one.delivered),
    );
  return {
    rows: [
      row(`${name}: ten endpoints, highest rate`, CONNECTIONS, [highest]),
      rowOf('well', 'ten endpoints, a quarter of that'),
      rowOf('dead', 'the same, the nine beside a dead one'),
      rowOf('hanging', 'the same, the nine beside one that hangs'),
    ],
    facts: [],
    verdicts: (['dead', 'hanging'] as const).map((temper) =>
      changeOf(`${name}: change of the other nine's p99 by one that is ${temper}`, {
        ...{ before: of('well'), after: of(temper), warmUpMs },
      }),
    ),
  };
}

function tenWith(last: Temper): Temper[] {
  return Array.from({ length: ENDPOINTS }, (_, index) => (index < ENDPOINTS - 1 ? 'well' : last));
}

interface Comparison {
  readonly before: readonly Delivering[];
  readonly after: readonly Delivering[];
  readonly warmUpMs: number;
}

/** Of all rounds together: the p99 of a single one hangs on a handful of events, and so on whatever else the machine did. */
function changeOf(what: string, { before, after, warmUpMs }: Comparison): Verdict {
  const p99 = (rounds: readonly (Delivering | undefined)[]) =>
    quantile(
      rounds.flatMap((one) => waitsOf(one?.endpoints.slice(0, ENDPOINTS - 1) ?? [], warmUpMs)),
      0.99,
    );
  const change = (one: readonly (Delivering | undefined)[], other: readonly (Delivering | undefined)[]) =>
    (p99(one) / p99(other) - 1) * 100;
  const spread: Spread = spreadOf(after.map((one, round) => change([one], [before[round]])));
  const limit = { goal: CHANGE_GOAL_PERCENT, unit: '%' };
  return { ...below(what, change(after, before), limit), spread };
}

function row(name: string, connections: number, rounds: readonly Outcome[]): Row {
  return { name, connections, rounds };
}

function fact(what: string, value: number): Fact {
  return { what, value, unit: '' };
}

function sum(all: readonly Delivering[]): number {
  return all.reduce((total, { repeated }) => total + repeated, 0);
}
