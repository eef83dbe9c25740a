import type { InboundMedia, InboundMessage } from 'parley-gateway/plugin';
import { type Json, recordAt, recordsAt, textAt } from './json';

type Content = Pick<
  InboundMessage,
  'text' | 'media' | 'choiceId' | 'inReplyTo' | 'unsupported' | 'metadata' | 'past'
>;

/** What a message holds, in whatever kind WhatsApp has for it; `contact` is its writer. */
export function contentOf(message: Json, contact: Json): Content {
  const type = textAt(message, 'type') ?? 'unknown';
  const read = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  const said = read?.(recordAt(message, type), message);
  const context = recordAt(message, 'context');
  const inReplyTo = textAt(context, 'id');
  const metadata = metadataOf(message, context, contact);
  return {
    media: [],
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(said ?? { unsupported: { kind: kindOf(type, message), raw: message } }),
  };
}

type Kind = (body: Json, message: Json) => Partial<Content> | undefined;

/** By type; undefined is shown as unsupported: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples */
const KINDS: Readonly<Record<string, Kind>> = {
  text: (body) => saying(textAt(body, 'body')),
  image: fileOf,
  video: fileOf,
  audio: fileOf,
  document: fileOf,
  sticker: fileOf,
  location: (body) => saying(placeWords(body)),
  contacts: (_body, message) =>
    saying(recordsAt(message, 'contacts').map(cardWords).filter(Boolean).join('\n\n')),
  interactive(body) {
    const reply = ['button_reply', 'list_reply'].map((name) => recordAt(body, name));
    const { id, title } = Object(reply.find((one) => textAt(one, 'id') !== undefined));
    return choosing(title, id);
  },
  // A tap on the quick reply of a template.
  button: (body) => choosing(body['text'], textAt(body, 'payload') ?? body['text']),
  // It is shown with its raw payload: what was ordered stands in there.
  order: (body, message) => ({
    ...saying(textAt(body, 'text')),
    unsupported: { kind: 'order', raw: message },
  }),
  // Such as a customer's new number: no reason for a chat.
  system: (body) => ({
    ...saying(textAt(body, 'body') ?? 'the customer changed something'),
    past: 'unless-active',
  }),
};

function saying(text: string | undefined): Partial<Content> | undefined {
  return text ? { text } : undefined;
}

function choosing(label: unknown, id: unknown): Partial<Content> | undefined {
  return typeof label === 'string' && typeof id === 'string' ? { text: label, choiceId: id } : undefined;
}

function fileOf(body: Json): Partial<Content> | undefined {
  const ref = textAt(body, 'id');
  if (ref === undefined) return undefined;
  const caption = textAt(body, 'caption');
  const name = textAt(body, 'filename');
  // With its parameters: `audio/ogg; codecs=opus`
  const [type = ''] = (textAt(body, 'mime_type') ?? '').split(';').map((part) => part.trim());
  const mimeType = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
  const media: InboundMedia[] = [{ ref, mimeType, ...(name !== undefined && { name }) }];
  return { media, ...(caption !== undefined && { text: caption }) };
}

// RFC 5870: a place as an address that maps understand.
function placeWords(body: Json): string | undefined {
  const [latitude, longitude] = [textAt(body, 'latitude'), textAt(body, 'longitude')];
  if (latitude === undefined || longitude === undefined) return undefined;
  return [textAt(body, 'name'), textAt(body, 'address'), `geo:${latitude},${longitude}`]
    .filter(Boolean)
    .join('\n');
}

function cardWords(card: Json): string {
  const phones = recordsAt(card, 'phones').map((one) => textAt(one, 'phone') ?? textAt(one, 'wa_id'));
  const mails = recordsAt(card, 'emails').map((one) => textAt(one, 'email'));
  return [textAt(recordAt(card, 'name'), 'formatted_name'), ...phones, ...mails].filter(Boolean).join('\n');
}

/** Of what WhatsApp itself does not hand on, it says at times what it was. */
function kindOf(type: string, message: Json): string {
  if (type === 'unsupported') return textAt(recordAt(message, 'unsupported'), 'type') ?? type;
  return type === 'interactive' ? (textAt(recordAt(message, type), 'type') ?? type) : type;
}

const KEPT = ['forwarded', 'frequently_forwarded', 'referred_product'];

/** Whatever else it says: the advertisement that it came by, who the writer is beside their number. */
function metadataOf(message: Json, context: Json, contact: Json): Readonly<Record<string, unknown>> {
  const userId = textAt(contact, 'user_id') ?? textAt(message, 'from_user_id');
  const username = textAt(recordAt(contact, 'profile'), 'username');
  const beside = Object.entries({ ...context, referral: message['referral'] }).filter(
    ([name, value]) => (KEPT.includes(name) || name === 'referral') && value !== undefined,
  );
  return {
    ...Object.fromEntries(beside),
    ...(userId !== undefined && { userId }),
    ...(username !== undefined && { username }),
  };
}
