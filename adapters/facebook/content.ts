import type { InboundMedia, InboundMessage } from '../../plugins/contract/index';
import { type Json, recordAt, recordsAt, textAt } from './json';
import { type Said, standby } from './said';

type Content = Pick<InboundMessage, 'text' | 'media' | 'choiceId' | 'inReplyTo' | 'unsupported' | 'metadata'>;

/** What a message holds, in whatever kind Meta has for it. */
export function contentOf(body: Json, said: Said): Content {
  const written = textAt(body, 'text') ?? '';
  const attachments = recordsAt(body, 'attachments');
  // A fallback is the preview of a link that the text holds already.
  const told = written === '' ? attachments : attachments.filter((one) => one['type'] !== 'fallback');
  const contents = told.map(attachmentOf);
  const text = [written, ...contents.map((content) => content.text ?? '')].filter(Boolean).join('\n');
  const quickReply = recordAt(body, 'quick_reply');
  const choiceId = quickReply && textAt(quickReply, 'payload');
  const replyTo = recordAt(body, 'reply_to');
  const inReplyTo = replyTo && textAt(replyTo, 'mid');
  const media = contents.flatMap((content) => content.media ?? []);
  const unsupported = unsupportedOf(body, contents, text !== '' || media.length > 0);
  const metadata = metadataOf(body, said);
  return {
    media,
    ...(text !== '' && { text }),
    ...(choiceId !== undefined && { choiceId }),
    ...(inReplyTo && { inReplyTo }),
    ...(unsupported && { unsupported }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

/** What one attachment becomes: words, a file, or something that only its raw payload shows. */
interface Attachment {
  readonly text?: string | undefined;
  readonly media?: readonly InboundMedia[];
  readonly unsupported?: { readonly kind: string; readonly raw: Json };
}

function attachmentOf(attachment: Json): Attachment {
  const type = textAt(attachment, 'type') ?? 'unknown';
  const payload = recordAt(attachment, 'payload') ?? {};
  const url = textAt(payload, 'url') ?? textAt(attachment, 'url');
  const mimeType = Object.hasOwn(FILES, type) ? FILES[type] : undefined;
  if (mimeType && url) return { media: [fileOf(payload, url, mimeType)] };
  const text = Object.hasOwn(WORDS, type) ? WORDS[type]?.(attachment, payload) : undefined;
  return text ? { text } : { unsupported: { kind: type, raw: attachment } };
}

// Meta does not say what a file is; what was fetched is looked at.
const FILES: Readonly<Record<string, string>> = {
  image: 'image/jpeg',
  sticker: 'image/png',
  audio: 'audio/mp4',
  video: 'video/mp4',
  file: 'application/octet-stream',
  ig_reel: 'video/mp4',
};

function fileOf(payload: Json, url: string, mimeType: string): InboundMedia {
  const name = URL.canParse(url) ? decoded(new URL(url).pathname.split('/').at(-1) ?? '') : '';
  const isNamed = mimeType === 'application/octet-stream' && name !== '';
  const title = textAt(payload, 'title') ?? (isNamed ? name : undefined);
  return { ref: url, mimeType, ...(title && { name: title }) };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

type Words = (attachment: Json, payload: Json) => string | undefined;

/** Pages of Facebook and places: what can be said of them in words. */
const WORDS: Readonly<Record<string, Words>> = {
  fallback: linkWords,
  reel: linkWords,
  ig_reel: linkWords,
  post: linkWords,
  ig_post: linkWords,
  share: linkWords,
  location: locationWords,
};

function linkWords(attachment: Json, payload: Json): string | undefined {
  const lines = ['title', 'url'].map((name) => textAt(payload, name) ?? textAt(attachment, name));
  return lines.filter((line) => line !== undefined && line !== '').join('\n') || undefined;
}

// RFC 5870: a place as an address that maps understand.
function locationWords(attachment: Json, payload: Json): string | undefined {
  const place = recordAt(payload, 'coordinates');
  const lat = place && textAt(place, 'lat');
  const long = place && (textAt(place, 'long') ?? textAt(place, 'lng'));
  if (!lat || !long) return undefined;
  return [textAt(attachment, 'title'), `geo:${lat},${long}`].filter(Boolean).join('\n');
}

function unsupportedOf(
  body: Json,
  contents: readonly Attachment[],
  saysSomething: boolean,
): Content['unsupported'] {
  const unknown = contents.flatMap(({ unsupported }) => (unsupported ? [unsupported] : []));
  const [first] = unknown;
  if (first) return { kind: first.kind, raw: unknown.length > 1 ? unknown.map(({ raw }) => raw) : first.raw };
  if (saysSomething) return undefined;
  const kind = Object.keys(body).find((name) => !UNDERSTOOD.has(name));
  return { kind: kind ?? 'empty', raw: body };
}

const UNDERSTOOD = new Set(['mid', 'is_echo', 'app_id', 'metadata', 'reply_to', 'is_deleted', 'text']);
const SAID_ELSEWHERE = new Set([...UNDERSTOOD, 'quick_reply']);

/** Whatever else Meta said of the message. */
function metadataOf(body: Json, said: Said): Readonly<Record<string, unknown>> {
  const rest = Object.entries(body).filter(([name]) => !SAID_ELSEWHERE.has(name) && name !== '__proto__');
  const appId = textAt(body, 'app_id');
  return {
    ...Object.fromEntries(rest),
    ...(appId && { appId }),
    ...standby(said),
  };
}
