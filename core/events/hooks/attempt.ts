import { EgressFailed, EgressRefused } from '../../egress/errors';
import type { AttemptOutcome } from '../../model/after-delivery';
import type { DeliveryAttempt, WebhookDelivery } from '../../store/webhook-deliveries';
import type { Webhook } from '../../store/webhooks';
import { signatureHeaders } from '../signatures';
import type { HookContext } from './context';

/** How an attempt ended, for the schedule and for the log of deliveries. */
export interface Attempted extends AttemptOutcome {
  readonly record: DeliveryAttempt;
}

/** What is sent where. */
export interface Sending {
  readonly webhook: Pick<Webhook, 'url'>;
  readonly id: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** That sign it, the newest first. */
  readonly secrets: readonly string[];
}

type Attempting = Pick<Sending, 'body' | 'secrets'> & {
  readonly webhook: Pick<Webhook, 'url'>;
  readonly delivery: WebhookDelivery;
};

/** One POST of one delivery. */
export function attempt(context: SendContext, { delivery, ...rest }: Attempting): Promise<Attempted> {
  return send(context, {
    ...{ ...rest, id: delivery.id },
    headers: {
      'x-parley-sequence': String(delivery.sequence),
      'x-parley-count': String(delivery.count),
      'x-parley-attempt': String(delivery.attempts + 1),
      ...(delivery.isReplay ? { 'x-parley-replay': 'true' } : {}),
    },
  });
}

type SendContext = Pick<HookContext, 'egress' | 'now'>;

/** Signs and sends; never throws for what the receiver does. */
export async function send(
  { egress, now }: SendContext,
  { webhook, id, body, headers, secrets }: Sending,
): Promise<Attempted> {
  const on = now();
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const signed = signatureHeaders({ id, timestamp: new Date(on), body, secrets });
    const answer = await egress.post(webhook.url, { headers: { ...HEADERS, ...headers, ...signed }, body });
    const { status, retryAfterMs } = answer;
    return { status, retryAfterMs, record: { on, durationMs: took(), status, answer: answer.body } };
  } catch (error) {
    if (!(error instanceof EgressFailed || error instanceof EgressRefused)) throw error;
    return { record: { on, durationMs: took(), error: error.message } };
  }
}

const HEADERS = { 'content-type': 'application/json', 'user-agent': 'Parley-Webhooks/1' };
