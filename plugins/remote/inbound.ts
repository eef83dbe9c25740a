import { z } from 'zod';
import { type DeliveryState, type InboundEvent, type RawRequest, REASONS } from '../contract/index';

const text = z.string().min(1);
const time = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
const address = z.object({ own: text, party: text, thread: text.optional() });
const media = z.object({
  ref: text,
  mimeType: text,
  name: text.optional(),
  bytes: z.number().int().min(0).optional(),
});
const message = z.object({
  externalId: text,
  address,
  sender: z.object({ name: text.optional() }).default({}),
  sentAt: time.optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  subject: z.string().optional(),
  choiceId: text.optional(),
  inReplyTo: text.optional(),
  media: z.array(media).default([]),
  canReply: z.boolean().optional(),
  consent: z.enum(['stop', 'start']).optional(),
  automatic: z.boolean().optional(),
  unsupported: z.object({ kind: text, raw: z.unknown() }).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
const target = z.union([
  z.object({ externalId: text, idempotencyKey: text.optional() }),
  z.object({ address, upTo: time }),
]);
const status = z.object({
  target,
  state: z.enum(['accepted', 'sent', 'delivered', 'read', 'failed']),
  at: time.optional(),
  reason: z.enum(REASONS).optional(),
  providerCode: text.optional(),
  permanent: z.boolean().optional(),
});
const what = z.discriminatedUnion('is', [
  z.object({ is: z.literal('reaction'), emoji: text.optional() }),
  z.object({ is: z.literal('edit'), text: z.string() }),
  z.object({ is: z.literal('unsend') }),
]);

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), message }),
  z.object({ type: z.literal('echo'), message, idempotencyKey: text.optional() }),
  z.object({ type: z.literal('status'), status }),
  z.object({ type: z.literal('typing'), from: address, on: z.boolean() }),
  z.object({
    type: z.literal('change'),
    change: z.object({
      externalId: text,
      address,
      by: z.enum(['customer', 'us']),
      at: time.optional(),
      what,
    }),
  }),
  z.object({ type: z.literal('ignored'), reason: text }),
]);

/** Reads what the service hands in; `states` are those that it declared. Pure, as a webhook's `parse` is. */
export function handedIn(states: readonly DeliveryState[]): (request: RawRequest) => readonly InboundEvent[] {
  return ({ body }) => {
    const { events } = Object(jsonOf(body));
    if (!Array.isArray(events) || events.length === 0)
      return [{ type: 'ignored', reason: 'a body without events' }];
    return events.map((json) => eventOf(json, states));
  };
}

/** An event that cannot be read is kept aside, and holds up no other. */
function eventOf(json: unknown, states: readonly DeliveryState[]): InboundEvent {
  const aside = (reason: string): InboundEvent => ({
    ...{ type: 'ignored', reason, keep: JSON.stringify({ events: [json] }) },
  });
  const parsed = event.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return aside(`an event that cannot be read: ${issue?.path.join('.')} ${issue?.message}`);
  }
  // Zod knows absent fields as such, and the contract does too.
  const read = parsed.data as InboundEvent;
  if (read.type !== 'status' || states.includes(read.status.state)) return read;
  return aside(`a status "${read.status.state}", which capabilities.states does not declare`);
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
