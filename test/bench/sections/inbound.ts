import type { Bench } from '../bench';
import { customerNumber, webhookFields } from '../webhook-fields';
import { startWorld } from '../world';
import { measureAcknowledged } from './acknowledged';
import type { Section } from './section';

/** Twilio's webhooks. */
export async function measureInbound(bench: Bench): Promise<Section> {
  const sid = `SM${'0'.repeat(32)}`;
  const fields = webhookFields({ sid, from: customerNumber(0), to: '+441632960001', accountSid: '' });
  return measureAcknowledged(bench, {
    title: 'Inbound webhooks acknowledged',
    world: await startWorld(bench),
    body: JSON.stringify(fields),
    ofExpress: { SQLite: 0.6, PostgreSQL: 0.5 },
  });
}
