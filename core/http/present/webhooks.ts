import { z } from 'zod';
import { CATALOGUE } from '../../events/catalogue';
import { iso } from '../../model/instant';
import type { TestResult } from '../../services/webhook-deliveries';
import type { WebhookState } from '../../services/webhooks';
import type { DeliveryAttempt, WebhookDelivery } from '../../store/webhook-deliveries';
import { made, maybeIso } from './made';

/** An endpoint without its secrets. */
export function presentWebhook({ webhook, waiting, dead }: WebhookState) {
  const { id, name, url, batch, maxBatchSize, batchTimeoutSecs, heartbeatSecs, isEnabled } = webhook;
  const { failingSince } = webhook;
  const state = isEnabled ? (failingSince === undefined ? 'ok' : 'failing') : 'disabled';
  return {
    ...{ id, name, url, batch, maxBatchSize, batchTimeout: batchTimeoutSecs, heartbeatSecs },
    subscriptions: webhook.subscriptions.map(({ type, filters }) => ({ type, filters: [...filters] })),
    enabled: isEnabled,
    health: {
      ...{ state, reason: webhook.disabledReason, failingSince: maybeIso(failingSince) },
      ...{ lastSuccessOn: maybeIso(webhook.lastSuccessOn), pending: waiting, deadLetters: dead },
      ...{ sequence: webhook.sequence, seq: webhook.cursor },
    },
    ...made(webhook),
  };
}

/** A delivery, and how its last attempt went. */
export function presentDelivery(delivery: WebhookDelivery) {
  const { id, sequence, count, seqs, state, isReplay, attempts, lastAttempt, notBefore } = delivery;
  return {
    ...{ id, sequence, count, seqs: [...seqs], state, isReplay, attempts },
    lastAttempt: lastAttempt && presentAttempt(lastAttempt),
    nextAttemptOn: state === 'waiting' ? iso(notBefore) : undefined,
    ...{ createdOn: iso(delivery.createdOn), settledOn: maybeIso(delivery.settledOn) },
  };
}

export function presentTest({ ok, attempt }: TestResult) {
  return { ok, attempt: presentAttempt(attempt) };
}

function presentAttempt({ on, ...attempt }: DeliveryAttempt) {
  return { on: iso(on), ...attempt };
}

/** What can be subscribed to. */
export function presentAvailable(withSchemas: boolean) {
  return [...CATALOGUE].map(([type, { description, filters, payload, example }]) => ({
    ...{ type, description, filters: [...filters] },
    ...(withSchemas ? { schema: z.toJSONSchema(payload), example } : {}),
  }));
}
