import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench';
import { KNOWN_SENDERS, meetCustomers, receive } from '../customers';
import { below } from '../goals';
import { peakRssOf, usageOf } from '../load/usage';
import { median } from '../statistics';
import { startWorld, type World } from '../world';
import type { Section } from './section';

const STARTS = 3;
const IDLE_MS = 3_000;
const BYTES_PER_MIB = 1024 * 1024;
const READY_GOAL_MS = 2_000;
const IDLE_GOAL_MIB = 120;

/** How fast a gateway is ready, and how much memory it has. */
export async function measureFootprint(bench: Bench): Promise<Section> {
  bench.say('start and memory');
  let world = await startWorld(bench);
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    let stoppedAt = 0;
    world = await world.restart(async () => {
      stoppedAt = performance.now();
    });
    starts.push(performance.now() - stoppedAt);
  }
  const readyMs = median(starts);
  await sleep(IDLE_MS);
  const idle = usageOf(world.pid).rssBytes / BYTES_PER_MIB;
  const { loaded, peak } = await loadedMemory(bench, world);
  return {
    title: 'Start and memory',
    figures: [],
    facts: [
      { what: 'resident under inbound load at 64 connections', value: loaded, unit: 'MiB' },
      { what: 'resident at its highest', value: peak, unit: 'MiB' },
    ],
    verdicts: [
      below('from spawn to ready', readyMs, { goal: READY_GOAL_MS, unit: 'ms' }),
      below('resident when idle, one SMS account', idle, { goal: IDLE_GOAL_MIB, unit: 'MiB' }),
    ],
  };
}

async function loadedMemory(bench: Bench, world: World): Promise<{ loaded: number; peak: number }> {
  const { warmUpMs, measureMs } = bench.options;
  await meetCustomers(bench, world);
  const pace = { kind: 'closed', connections: 64 } as const;
  const load = { warmUpMs, measureMs: measureMs * 2, pace };
  const { rssBytes } = await receive(bench, world, KNOWN_SENDERS, load);
  return { loaded: rssBytes / BYTES_PER_MIB, peak: peakRssOf(world.pid) / BYTES_PER_MIB };
}
