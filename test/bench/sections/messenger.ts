import type { Bench } from '../bench';
import { pageDelivery } from '../page-delivery';
import { startPageWorld } from '../page-world';
import { measureAcknowledged } from './acknowledged';
import type { Section } from './section';

/** Meta's webhooks of one page, by the address that all pages share. */
export async function measureMessenger(bench: Bench): Promise<Section> {
  const body = pageDelivery({
    pageId: '101',
    customer: 0,
    mid: `m_${'0'.repeat(32)}`,
    at: 1_000_000_000_000,
  });
  return measureAcknowledged(bench, {
    title: 'Messenger webhooks acknowledged',
    world: await startPageWorld(bench),
    body: body.toString(),
    ofExpress: { SQLite: 0.5, PostgreSQL: 0.5 },
  });
}
