import { type Talk, type Talking, talk } from '../apps/talk';
import type { Bench } from '../bench';
import { residentOf } from '../garbage';
import { below, type Verdict } from '../goals';
import { peakRssOf, usageOf } from '../load/usage';
import { profiled } from '../profiler';
import type { Fact, Section } from './section';

const SIZES = [500, 5_000];
const QUICK_SIZES = [100, 500];
const TALK_MS = 60_000;
const QUICK_TALK_MS = 15_000;
const STORM_MS = 10_000;
const LINE_GOAL_KB = 20;
const DELIVERY_GOAL_MS = 200;
const COMEBACK_GOAL_MS = 5_000;

/** People who can open a line each, be heard on it, and come back. */
export interface Lines<User> extends Talking<User> {
  /** Of the gateway. */
  readonly pid: number;
  grow(count: number): Promise<void>;
  open(withinMs: number): Promise<number>;
  drop(): void;
}

export interface LinesOptions<User> {
  readonly title: string;
  /** What is open: sockets, streams. */
  readonly what: string;
  /** Each size has a gateway of its own, so that its memory is its own. */
  start(): Promise<Lines<User>>;
}

/** What open lines cost, and how fast and how surely each hears what it is to hear. */
export async function measureLines<User>(bench: Bench, options: LinesOptions<User>): Promise<Section> {
  const { isQuick } = bench.options;
  const facts: Fact[] = [];
  const verdicts: Verdict[] = [];
  for (const size of isQuick ? QUICK_SIZES : SIZES) {
    const found = await measure(bench, options, { size, talkMs: isQuick ? QUICK_TALK_MS : TALK_MS });
    facts.push(...factsOf(`at ${size} ${options.what}`, found));
    verdicts.push(...verdictsOf(`${size} ${options.what}`, found));
  }
  return { title: options.title, figures: [], facts, verdicts };
}

interface Found {
  readonly perLineKb: number;
  readonly peakMib: number;
  readonly talk: Talk;
  readonly cpuShare: number;
  readonly comebackMs: number;
  readonly afterStorm: Talk;
}

async function measure<User>(
  bench: Bench,
  { what, start }: LinesOptions<User>,
  { size, talkMs }: { readonly size: number; readonly talkMs: number },
): Promise<Found> {
  bench.say(`${size} ${what}: people come in`);
  const lines = await start();
  const { pid } = lines;
  await lines.grow(size);
  const before = await residentOf(pid);
  await lines.open(STORM_MS);
  const perLineKb = ((await residentOf(pid)) - before) / 1000 / size;
  bench.say(`${size} ${what}: talk`);
  const cpuBefore = usageOf(pid).cpuMs;
  const { profileDir } = bench.options;
  const name = `${bench.databaseName} ${size} ${what}`;
  const talked = await profiled(() => talk(lines, talkMs), { profileDir, pid, name });
  const cpuShare = (usageOf(pid).cpuMs - cpuBefore) / talkMs;
  bench.say(`${size} ${what}: storm`);
  lines.drop();
  const comebackMs = await lines.open(STORM_MS);
  const afterStorm = await talk(lines, Math.min(talkMs, QUICK_TALK_MS));
  for (const { refusal } of [talked, afterStorm])
    if (refusal !== undefined) bench.say(`${size} ${what}: refused, first of all by ${refusal}`);
  const peakMib = peakRssOf(pid) / 1024 ** 2;
  lines.drop();
  return { perLineKb, peakMib, talk: talked, cpuShare, comebackMs, afterStorm };
}

function factsOf(at: string, { talk: talked, cpuShare, peakMib, perLineKb }: Found): Fact[] {
  return [
    { what: `${at}: resident per idle one`, value: perLineKb, unit: 'kB' },
    { what: `${at}: messages, half of them answers`, value: talked.perSecond, unit: 'a second' },
    { what: `${at}: p50 from due to its frame`, value: talked.p50Ms, unit: 'ms' },
    { what: `${at}: processor, of one core`, value: cpuShare * 100, unit: '%' },
    { what: `${at}: processor per message`, value: (cpuShare * 1000) / talked.perSecond, unit: 'ms' },
    { what: `${at}: resident at its highest`, value: peakMib, unit: 'MiB' },
  ];
}

function verdictsOf(at: string, found: Found): Verdict[] {
  const wrong = [found.talk, found.afterStorm].reduce(
    (sum, { lost, doubled, outOfOrder }) => sum + lost + doubled + outOfOrder,
    0,
  );
  return [
    below(`${at}: resident per idle one`, found.perLineKb, { goal: LINE_GOAL_KB, unit: 'kB' }),
    below(`${at}: p99 from due to its frame`, found.talk.p99Ms, { goal: DELIVERY_GOAL_MS, unit: 'ms' }),
    below(`${at}: lost, doubled or out of order`, wrong, { goal: 1, unit: 'messages' }),
    below(`${at}: the slowest of all who come back within 10 s`, found.comebackMs, {
      goal: COMEBACK_GOAL_MS,
      unit: 'ms',
    }),
    below(`${at}: p99 after they came back`, found.afterStorm.p99Ms, { goal: DELIVERY_GOAL_MS, unit: 'ms' }),
  ];
}
