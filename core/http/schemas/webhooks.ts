import { z } from 'zod';
import { secretProblem } from '../../events/signatures';
import { json, made, text } from './common';

const LEAST_SECRET = 16;

/** A secret that signs what we post. */
export const signingSecret = text(255)
  .min(LEAST_SECRET, `it must have at least ${LEAST_SECRET} characters`)
  .superRefine((value, context) => {
    const problem = secretProblem(value);
    if (problem !== undefined) context.addIssue(problem);
  });

const secret = signingSecret.meta({
  description: 'Signs every delivery. Never shown again. Absent: one is made.',
});

const subscription = z.object({
  type: text(100).meta({ description: 'The name of an event, such as `chatMessage.sent`.' }),
  filters: z
    .array(z.object({ name: text(100), value: text(200) }))
    .max(100)
    .default([])
    .meta({ description: 'Several with one name: any of them; different names: all of them.' }),
});

export const webhookWrite = z
  .object({
    name: text(200),
    url: text(2048).meta({ description: 'https; nothing private.', example: 'https://example.com/hooks' }),
    secret: secret.optional(),
    subscriptions: z.array(subscription).max(200).default([]).meta({ description: 'None: every event.' }),
    batch: z.boolean().default(false).meta({ description: 'Deliver an array of events.' }),
    maxBatchSize: within(1, 500).default(100),
    batchTimeout: within(1, 60).default(5).meta({ description: 'Seconds that a batch waits to fill.' }),
    heartbeatSecs: within(10, 3600)
      .optional()
      .meta({ description: 'Every so many seconds, a `webhook.heartbeat` with the highest number given.' }),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookWrite' });

function within(least: number, most: number) {
  const words = `expected a whole number from ${least} to ${most}`;
  return z.number(words).int(words).min(least, words).max(most, words);
}

export const webhook = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    subscriptions: z.array(subscription),
    batch: z.boolean(),
    maxBatchSize: z.number().int(),
    batchTimeout: z.number().int(),
    heartbeatSecs: z.number().int().optional(),
    enabled: z.boolean(),
    health: z.object({
      state: z.enum(['ok', 'failing', 'disabled']),
      reason: z.string().optional(),
      failingSince: z.string().optional(),
      lastSuccessOn: z.string().optional(),
      pending: z.number().int().meta({ description: 'Deliveries that wait.' }),
      deadLetters: z.number().int().meta({ description: 'Deliveries that were given up.' }),
      sequence: z.number().int().meta({ description: 'The highest number given to an event so far.' }),
      seq: z.number().int().meta({ description: 'How far the log was taken up.' }),
    }),
    ...made,
  })
  .meta({ id: 'Webhook' });

export const webhookWithSecret = webhook
  .extend({
    secret: z.string().optional().meta({ description: 'Shown this once, and only if it was made here.' }),
  })
  .meta({ id: 'WebhookWithSecret' });

export const secretRotate = z.strictObject({ secret: secret.optional() }).meta({ id: 'WebhookSecretRotate' });

export const availableEvent = z
  .object({
    type: z.string(),
    description: z.string(),
    filters: z.array(z.string()),
    schema: json.optional().meta({ description: 'JSON Schema of the payload.' }),
    example: json.optional(),
  })
  .meta({ id: 'AvailableEvent' });

const attempt = z.object({
  on: z.string(),
  durationMs: z.number(),
  status: z.number().int().optional(),
  answer: z.string().optional().meta({ description: 'The beginning of the answer.' }),
  error: z.string().optional(),
});

export const deliveryState = z.enum(['waiting', 'delivered', 'dead'], {
  error: 'expected waiting, delivered or dead',
});

export const webhookDelivery = z
  .object({
    id: z.string().meta({ description: 'The `webhook-id` of each of its attempts.' }),
    sequence: z.number().int(),
    count: z.number().int(),
    seqs: z.array(z.number().int()),
    state: deliveryState,
    isReplay: z.boolean(),
    attempts: z.number().int(),
    lastAttempt: attempt.optional(),
    nextAttemptOn: z.string().optional(),
    createdOn: z.string(),
    settledOn: z.string().optional(),
  })
  .meta({ id: 'WebhookDelivery' });

const PLACE = 'expected the seq of an event, or a time such as 2026-01-31T12:00:00Z';
const place = z.union(
  [z.number(PLACE).int(PLACE).min(1, PLACE), z.iso.datetime({ offset: true, error: PLACE })],
  {
    error: PLACE,
  },
);

export const replayWish = z
  .strictObject({
    from: place,
    to: place.optional().meta({ description: 'Absent: up to now. Of the same kind as `from`.' }),
    types: z.array(text(100)).min(1).max(100).optional().meta({ description: 'Absent: the subscriptions.' }),
  })
  .refine(({ from, to }) => to === undefined || typeof to === typeof from, {
    path: ['to'],
    error: 'it must be of the same kind as from',
  })
  .meta({ id: 'WebhookReplay' });

export const replayStarted = z
  .object({ id: z.string(), from: z.number().int(), to: z.number().int() })
  .meta({ id: 'WebhookReplayStarted' });

export const testWish = z
  .strictObject({ type: text(100).default('chatMessage.sent') })
  .meta({ id: 'WebhookTest' });

export const testResult = z.object({ ok: z.boolean(), attempt }).meta({ id: 'WebhookTestResult' });
