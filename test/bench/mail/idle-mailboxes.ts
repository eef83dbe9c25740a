import { until } from '../../support/until';
import type { Bench } from '../bench';
import { residentOf } from '../garbage';
import { below } from '../goals';
import type { Section } from '../sections/section';
import { PLAIN } from './letters';
import { startMailWorld } from './mail-world';

const FIRST = 10;
const MORE = 100;
const QUICK_MORE = 30;
const GOAL_KB = 500;

/** What one more mailbox costs that nothing happens in. */
export async function measureIdleMailboxes(bench: Bench): Promise<Pick<Section, 'facts' | 'verdicts'>> {
  const more = bench.options.isQuick ? QUICK_MORE : MORE;
  bench.say(`email: ${more} idle mailboxes`);
  const world = await startMailWorld(bench, { isMeasured: true });
  const open = async (from: number, count: number) => {
    for (let index = from; index < from + count; index += 1) {
      world.fill(`idle${index}@shop.example`, PLAIN, { count: 1, from: index });
      await world.connect(`idle${index}@shop.example`);
    }
    await until(async () => (await world.books.inbound()) >= from + count, { patienceMs: 60_000 });
  };
  await open(0, FIRST);
  const before = await residentOf(world.pid);
  await open(FIRST, more);
  const perMailboxKb = ((await residentOf(world.pid)) - before) / 1_000 / more;
  const verdict = below('resident per additional idle mailbox', perMailboxKb, { goal: GOAL_KB, unit: 'kB' });
  return { facts: [], verdicts: [verdict] };
}
