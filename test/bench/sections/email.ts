import type { Bench } from '../bench';
import { measureBacklog } from '../mail/backlog';
import { measureDelivery } from '../mail/delivery';
import { measureIdleMailboxes } from '../mail/idle-mailboxes';
import { measureRates } from '../mail/rates';
import type { Section } from './section';

type Part = Pick<Section, 'facts' | 'verdicts'>;

/** How mailboxes are taken in: how fast, in how much memory, and how soon. */
export async function measureEmail(bench: Bench): Promise<Section> {
  const parts: Part[] = [];
  for (const measure of [measureRates, measureDelivery, measureBacklog, measureIdleMailboxes])
    parts.push(await measure(bench));
  return {
    title: 'Mailboxes',
    figures: [],
    facts: parts.flatMap(({ facts }) => facts),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
  };
}
