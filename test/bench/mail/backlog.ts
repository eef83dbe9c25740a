import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../bench';
import { checkBooks } from '../books';
import { below } from '../goals';
import { usageOf } from '../load/usage';
import type { Section } from '../sections/section';
import { PLAIN } from './letters';
import { startMailWorld } from './mail-world';

const ADDRESS = 'backlog@shop.example';
const MAILS = 10_000;
const QUICK_MAILS = 3_000;
const EVERY_MS = 200;
const GIVE_UP_MS = 15 * 60_000;
const GOAL_MIB = 32;
const MONTH_MS = 30 * 86_400_000;

/** The years before a mailbox was connected: taken in as history, in memory that does not grow with it. */
export async function measureBacklog(bench: Bench): Promise<Pick<Section, 'facts' | 'verdicts'>> {
  const count = bench.options.isQuick ? QUICK_MAILS : MAILS;
  bench.say(`email: a backlog of ${count} mails`);
  const world = await startMailWorld(bench);
  world.fill(ADDRESS, PLAIN, { count, at: new Date(Date.now() - MONTH_MS) });
  const before = await world.books.counts();
  const startedAt = performance.now();
  await world.connect(ADDRESS);
  const samples: { readonly done: number; readonly mib: number }[] = [];
  for (let done = 0; done < count; ) {
    if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`only ${done} of ${count} mails came in`);
    await sleep(EVERY_MS);
    done = (await world.books.inbound()) - before.inbound;
    samples.push({ done, mib: usageOf(world.pid).rssBytes / 1024 ** 2 });
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  await checkBooks(world.books, before, { inbound: count });
  const highest = (isCounted: (share: number) => boolean) =>
    Math.max(...samples.filter(({ done }) => isCounted(done / count)).map(({ mib }) => mib));
  const grownMib = highest((share) => share > 0.5) - highest((share) => share <= 0.5);
  return {
    facts: [
      { what: `a backlog of ${count} mails`, value: count / seconds, unit: 'a second' },
      { what: 'resident at its highest meanwhile', value: highest(() => true), unit: 'MiB' },
    ],
    verdicts: [
      below('by which its second half needs more memory than its first', grownMib, {
        goal: GOAL_MIB,
        unit: 'MiB',
      }),
    ],
  };
}
