import { createHmac, timingSafeEqual } from 'node:crypto';
import { ChannelError, type InboundEvent, type RawRequest, type Webhook } from 'parley-gateway/plugin';
import type { AcmeConfig } from './api';

/** Acme calls us. The host asks `verify`, then `parse`, stores what came, and only then answers. */
export function webhook({ signingSecret }: AcmeConfig): Webhook {
  return {
    verify({ headers, body }) {
      const given = Buffer.from(headers['acme-signature'] ?? '');
      const own = Buffer.from(createHmac('sha256', signingSecret).update(body).digest('hex'));
      if (given.length !== own.length || !timingSafeEqual(given, own))
        throw new ChannelError('forbidden', 'the signature is not Acme’s; check signingSecret');
    },
    parse,
  };
}

/** Pure: no clock, no chance. What it does not know it says; it never drops in silence, and never throws. */
function parse({ body }: RawRequest): readonly InboundEvent[] {
  const { events } = Object(jsonOf(body));
  if (!Array.isArray(events) || events.length === 0)
    return [{ type: 'ignored', reason: 'a body without events' }];
  return events.map((event: unknown) => eventOf(Object(event)));
}

type Fields = Readonly<Record<string, unknown>>;

function eventOf(event: Fields): InboundEvent {
  const { type, id, from, to, message, state } = event;
  if (type === 'message' && isText(id) && isText(from) && isText(to))
    return { type: 'message', message: { ...contentOf(event), externalId: id, ...partiesOf(from, to) } };
  if (type === 'status' && isText(message) && isText(state)) return statusOf(message, state, event);
  return { type: 'ignored', reason: `an event of the kind ${JSON.stringify(type)}` };
}

function partiesOf(from: string, to: string) {
  return { address: { own: to, party: from.toLowerCase() }, sender: {} };
}

function contentOf({ text, files, at, content, ...rest }: Fields) {
  const sentAt = isText(at) && !Number.isNaN(Date.parse(at)) ? { sentAt: new Date(at) } : {};
  const media = (Array.isArray(files) ? files : []).flatMap((file: unknown) => {
    const { url, type, name } = Object(file);
    return isText(url) && isText(type) ? [{ ref: url, mimeType: type, ...(isText(name) && { name }) }] : [];
  });
  const words = isText(text) ? { text } : {};
  // A kind of content that came after this was written: an agent sees that there is something.
  const unsupported = isText(content) ? { unsupported: { kind: content, raw: rest } } : {};
  return { ...words, ...sentAt, ...unsupported, media };
}

const STATES = { sent: 'sent', delivered: 'delivered', read: 'read', failed: 'failed' } as const;

function statusOf(externalId: string, name: string, { reference }: Fields): InboundEvent {
  const state = Object.hasOwn(STATES, name) ? STATES[name as keyof typeof STATES] : undefined;
  if (!state) return { type: 'ignored', reason: `a status "${name}"` };
  // Our key comes back: so a status finds its message even before our own request has returned.
  const target = { externalId, ...(isText(reference) && { idempotencyKey: reference }) };
  return { type: 'status', status: { target, state, ...(state === 'failed' && { reason: 'unknown' }) } };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
