import { type Answered, answer, answerEverybody } from '../answering';
import type { Bench } from '../bench';
import { KNOWN_SENDERS, meetCustomers, receive, strangers } from '../customers';
import { below } from '../goals';
import type { Outcome } from '../load/job';
import { median } from '../statistics';
import { startWorld, type World } from '../world';
import type { Fact, Section } from './section';

const CONNECTIONS = 64;
const P99_GOAL_MS = 50;

/** How long things take at half of the highest rate, which is found anew just before. */
export async function measureLatency(bench: Bench): Promise<Section> {
  const world = await startWorld(bench);
  await meetCustomers(bench, world);
  const { known, facts: inbound } = await measureAcks(bench, world);
  const outbound = await measureSends(bench, world);
  return {
    title: 'Latency at half load, requests at a fixed rate',
    figures: [],
    facts: [...inbound, ...outbound],
    verdicts: [
      below('p99 from webhook to stored and acknowledged', known.p99Ms, { goal: P99_GOAL_MS, unit: 'ms' }),
    ],
  };
}

async function measureAcks(bench: Bench, world: World): Promise<{ known: Outcome; facts: Fact[] }> {
  const { warmUpMs, measureMs } = bench.options;
  bench.say('latency of webhooks');
  const closed = { kind: 'closed', connections: CONNECTIONS } as const;
  const highest = await receive(bench, world, KNOWN_SENDERS, { warmUpMs, measureMs, pace: closed });
  const perSecond = Math.round(highest.perSecond / 2);
  const open = { kind: 'open', connections: CONNECTIONS, perSecond } as const;
  const load = { warmUpMs, measureMs: measureMs * 2, pace: open };
  const known = await receive(bench, world, KNOWN_SENDERS, load);
  const fresh = await receive(bench, world, strangers(), load);
  const facts = [
    { what: 'webhooks, half of the highest rate', value: perSecond, unit: '/s' },
    ...waits('webhook to stored and acknowledged, known senders', known),
    ...waits('webhook to stored and acknowledged, new senders', fresh),
  ];
  return { known, facts };
}

async function measureSends(bench: Bench, world: World): Promise<Fact[]> {
  const { warmUpMs, measureMs } = bench.options;
  bench.say('latency of answers');
  await answerEverybody(bench, world);
  const closed = { kind: 'closed', connections: 16 } as const;
  const highest = await answer(bench, world, { warmUpMs, measureMs, pace: closed });
  // What is accepted must also be sent: of the two rates the lower one.
  const perSecond = Math.round(Math.min(highest.perSecond, highest.sentPerSecond) / 2);
  const open = { kind: 'open', connections: CONNECTIONS, perSecond } as const;
  const answered = await answer(bench, world, { warmUpMs, measureMs: measureMs * 2, pace: open });
  const ways = waysOf(answered);
  return [
    { what: 'answers, half of the highest rate that is also sent', value: perSecond, unit: '/s' },
    ...waits('API call to accepted', answered),
    { what: 'API call to provider call, p50', value: median(ways), unit: 'ms' },
    { what: 'API call to provider call, p99', value: ways[Math.floor(ways.length * 0.99)] ?? 0, unit: 'ms' },
  ];
}

/** From the moment a call was due to its arrival at the provider, sorted. */
function waysOf({ arrivals, dueAt = {} }: Answered): number[] {
  return arrivals
    .flatMap(({ text, at }) => {
      const due = dueAt[text];
      return due === undefined ? [] : [at - due];
    })
    .sort((a, b) => a - b);
}

function waits(what: string, { p50Ms, p99Ms }: Outcome): Fact[] {
  return [
    { what: `${what}, p50`, value: p50Ms, unit: 'ms' },
    { what: `${what}, p99`, value: p99Ms, unit: 'ms' },
  ];
}
