import type {
  DeliveryState,
  InboundEvent,
  InboundMedia,
  InboundMessage,
  RawRequest,
} from '../../plugins/contract/index';
import { isAlphanumericSender, normalizeAddress } from './address';
import { reasonOf } from './failures';
import { first, type Params, paramsOf, queryOf } from './params';

/** One delivery of Twilio is one event: a message, a status, or something that we do not know. */
export function parse(request: RawRequest): readonly InboundEvent[] {
  const params = paramsOf(request);
  if (isStatusCallback(params)) return [statusOf(params, request.url)];
  const message = messageOf(params);
  return [message ? { type: 'message', message } : { type: 'ignored', reason: unknownKind(params) }];
}

/** Only a callback has `MessageStatus`; older ones just `SmsStatus`, which a message has as well: `received`. */
export function isStatusCallback(params: Params): boolean {
  const smsStatus = first(params, 'SmsStatus');
  return (
    first(params, 'MessageStatus') !== undefined || (smsStatus !== undefined && !ARRIVING.has(smsStatus))
  );
}

const ARRIVING = new Set(['receiving', 'received']);

/** Twilio's states of a message in the words of the contract; of the others nothing follows. */
export const STATES: Readonly<Record<string, DeliveryState | undefined>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  partially_delivered: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** The name under which our callback URL carries the idempotency key. */
export const KEY_PARAMETER = 'key';

function statusOf(params: Params, url: string): InboundEvent {
  const status = first(params, 'MessageStatus') ?? first(params, 'SmsStatus') ?? '';
  const state = Object.hasOwn(STATES, status) ? STATES[status] : undefined;
  const sid = sidOf(params);
  if (!state || !sid) return { type: 'ignored', reason: `status ${status.slice(0, 40)}` };
  const idempotencyKey = queryOf(url).get(KEY_PARAMETER);
  const code = first(params, 'ErrorCode');
  return {
    type: 'status',
    status: {
      target: { externalId: sid, ...(idempotencyKey && { idempotencyKey }) },
      state,
      ...(state === 'failed' && { reason: reasonOf(code ?? '') }),
      ...(code && code !== '0' && { providerCode: code }),
    },
  };
}

/** What a customer wrote, in the words of the webhook; undefined when there is no message in it. */
export function messageOf(params: Params): InboundMessage | undefined {
  const externalId = sidOf(params);
  const from = first(params, 'From');
  const own = first(params, 'To');
  if (!externalId || !from || !own) return undefined;
  const text = first(params, 'Body');
  const media = mediaOf(params);
  const via = first(params, 'MessagingServiceSid');
  const name = first(params, 'ProfileName');
  const inReplyTo = first(params, 'OriginalRepliedMessageSid');
  const consent = consentOf(first(params, 'OptOutType'), text);
  return {
    externalId,
    address: { own, party: canonical(from) },
    sender: name ? { name } : {},
    media,
    ...(via && { via }),
    ...(text && { text }),
    ...(inReplyTo && { inReplyTo }),
    ...(consent && { consent }),
    ...(isAlphanumericSender(from) && { canReply: false }),
    ...(!text && media.length === 0 && unsupportedOf(params)),
    metadata: metadataOf(params),
  };
}

function sidOf(params: Params): string | undefined {
  return first(params, 'MessageSid') ?? first(params, 'SmsSid') ?? first(params, 'SmsMessageSid');
}

// What the message says in its own words, or what is the same in every message of the account.
const MAPPED = new Set([
  'AccountSid',
  'ApiVersion',
  'NumMedia',
  'SmsStatus',
  'MessageSid',
  'SmsSid',
  'SmsMessageSid',
  'From',
  'To',
  'Body',
  'MessagingServiceSid',
  'ProfileName',
  'OriginalRepliedMessageSid',
]);
const MAPPED_MEDIA = /^Media(Url|ContentType)[0-9]$/;

/** Every other field that says something is worth keeping, with or without a meaning for us. */
function metadataOf(params: Params): Readonly<Record<string, unknown>> {
  const metadata: Record<string, unknown> = {};
  for (const name in params) {
    const value = params[name];
    if (value === '' || MAPPED.has(name) || (name.startsWith('Media') && MAPPED_MEDIA.test(name))) continue;
    // A plain assignment of that name would change the prototype.
    if (name !== '__proto__') metadata[name] = value;
  }
  return metadata;
}

const E164 = /^\+[1-9][0-9]{6,14}$/;

function canonical(from: string): string {
  return E164.test(from) ? from : (normalizeAddress(from) ?? from);
}

const MOST_MEDIA = 10;

function mediaOf(params: Params): InboundMedia[] {
  const media: InboundMedia[] = [];
  for (let index = 0; index < MOST_MEDIA; index += 1) {
    const ref = first(params, `MediaUrl${index}`);
    if (ref)
      media.push({ ref, mimeType: first(params, `MediaContentType${index}`) ?? 'application/octet-stream' });
  }
  return media;
}

/** A location or a contact of WhatsApp and the like: shown as such, instead of as an empty message. */
function unsupportedOf(params: Params): Pick<InboundMessage, 'unsupported'> {
  const kind = first(params, 'MessageType') ?? 'text';
  return kind === 'text' ? {} : { unsupported: { kind, raw: metadataOf(params) } };
}

const OPT_OUT_TYPES: Readonly<Record<string, InboundMessage['consent']>> = { STOP: 'stop', START: 'start' };
// Twilio's standard keywords. YES also opts in, but is far too common a word to be read so without Twilio saying so.
const KEYWORDS: Readonly<Record<string, InboundMessage['consent']>> = {
  STOP: 'stop',
  STOPALL: 'stop',
  UNSUBSCRIBE: 'stop',
  CANCEL: 'stop',
  END: 'stop',
  QUIT: 'stop',
  REVOKE: 'stop',
  OPTOUT: 'stop',
  START: 'start',
  UNSTOP: 'start',
};

/** What Twilio made of the message where it says so (Advanced Opt-Out), else the standard keywords. */
export function consentOf(optOutType: string | undefined, text = ''): InboundMessage['consent'] {
  if (optOutType) return lookUp(OPT_OUT_TYPES, optOutType);
  return lookUp(KEYWORDS, text);
}

function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  const name = word.length > 40 ? '' : word.trim().toUpperCase();
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function unknownKind(params: Params): string {
  const kind = first(params, 'EventType') ?? first(params, 'type');
  return kind ? `unknown webhook ${kind.slice(0, 60)}` : 'no message in it';
}
