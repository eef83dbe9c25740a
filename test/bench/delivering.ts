import type { Bench } from './bench';
import { KNOWN_SENDERS, receive } from './customers';
import {
  checkTaken,
  closeEndpoints,
  openEndpoints,
  type Receiver,
  type Taken,
  type Temper,
  takeAll,
} from './endpoints';
import type { Job, Outcome } from './load/job';
import { familyCpuMs, usageOf } from './load/usage';
import { quantile } from './statistics';
import type { World } from './world';

/** One or more gateways whose events are delivered to this receiver. */
export interface Stage {
  readonly bench: Bench;
  readonly world: World;
  readonly receiver: Receiver;
  /** For the report. */
  readonly name: string;
}

export interface Delivering {
  /** The messages that came in meanwhile. */
  readonly inbound: Outcome;
  /** Their events, at the endpoints that are well; each delivery is one answer. */
  readonly delivered: Outcome;
  /** Deliveries that came once more. */
  readonly repeated: number;
  readonly endpoints: readonly Taken[];
}

type Load = Pick<Job, 'warmUpMs' | 'measureMs'> & Partial<Pick<Job, 'most' | 'pace'>>;

/** Lets known customers write while endpoints take the events of it, waits until all is delivered, and checks the books. */
export async function deliver(stage: Stage, tempers: readonly Temper[], load: Load): Promise<Delivering> {
  const { bench, world, receiver } = stage;
  const { endpoints, afterSeq } = await openEndpoints(bench, { world, receiver, tempers });
  const cpu = startCpuWatch(stage);
  const inbound = await receive(bench, world, KNOWN_SENDERS, load);
  const taken = await takeAll(receiver, endpoints, inbound.acknowledged);
  const used = cpu();
  await closeEndpoints(world, endpoints);
  const expected = new Set(await world.books.messageEvents(afterSeq));
  if (expected.size !== inbound.acknowledged)
    throw new Error(`${inbound.acknowledged} acknowledged, ${expected.size} events of messages in the log`);
  for (const one of taken) checkTaken(one, expected);
  const waits = waitsOf(taken, load.warmUpMs);
  const count = taken.reduce((sum, { events }) => sum + events.length, 0);
  return {
    ...{ inbound, endpoints: taken, repeated: count - taken.length * expected.size },
    delivered: {
      ...inbound,
      ...{ acknowledged: count, perSecond: rateOf(taken) },
      ...{ p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99) },
      ...{ cpuMicros: (used.gatewayMs * 1000) / count, databaseCpuMicros: (used.databaseMs * 1000) / count },
    },
  };
}

/** Processor time of all nodes, and of the database server where there is one. */
function startCpuWatch({ bench, world }: Stage) {
  const pids = [world.pid, ...world.others.map(({ process }) => process.pid ?? 0)];
  const read = () => ({
    gatewayMs: pids.reduce((sum, pid) => sum + usageOf(pid).cpuMs, 0),
    databaseMs: bench.databasePid === undefined ? 0 : familyCpuMs(bench.databasePid),
  });
  const before = read();
  return () => {
    const after = read();
    return {
      gatewayMs: after.gatewayMs - before.gatewayMs,
      databaseMs: after.databaseMs - before.databaseMs,
    };
  };
}

/** From the first arrival to the last one, at all endpoints. */
function rateOf(taken: readonly Taken[]): number {
  let [first, last, count] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const { events } of taken)
    for (const { arrivedAt } of events) {
      first = Math.min(first, arrivedAt);
      last = Math.max(last, arrivedAt);
      count += 1;
    }
  return ((count - 1) * 1000) / (last - first);
}

/** How long each event took from happening to arriving; what happened while warming up is left out. */
export function waitsOf(taken: readonly Taken[], warmUpMs: number): number[] {
  const all = taken.flatMap(({ events }) => events);
  const from = all.reduce((least, { happenedAt }) => Math.min(least, happenedAt), Infinity) + warmUpMs;
  return all
    .filter(({ happenedAt }) => happenedAt >= from)
    .map(({ happenedAt, arrivedAt }) => arrivedAt - happenedAt);
}
