import type { WebhookDelivery } from '../../store/webhook-deliveries';
import type { Webhook } from '../../store/webhooks';
import type { RecentEvents } from '../recent';

export interface Writing {
  readonly webhook: Pick<Webhook, 'spaceId' | 'batch'>;
  readonly partnerId: string;
  readonly delivery: Pick<WebhookDelivery, 'seqs'>;
  /** What is to be sent next: where the log has to be read, it is read for that too. */
  readonly ahead: () => readonly Pick<WebhookDelivery, 'seqs'>[];
}

/** What is posted: one event, or several where the endpoint takes batches. */
export async function bodyOf(recent: RecentEvents, writing: Writing): Promise<string> {
  const { webhook, partnerId, delivery, ahead } = writing;
  const place = { spaceId: webhook.spaceId, partnerId };
  const events = await recent.withSeqs(place, delivery.seqs, () => ahead().flatMap(({ seqs }) => seqs));
  const envelopes = events.map(({ json }) => json()).join(',');
  return webhook.batch ? `[${envelopes}]` : envelopes;
}
