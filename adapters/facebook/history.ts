import type {
  InboundEvent,
  InboundMedia,
  InboundMessage,
  Inbox,
  SentMatch,
  SentQuery,
} from '../../plugins/contract/index';
import { type KeptMessage, messagesSince } from './conversations';
import type { Graph } from './graph-call';
import { type Json, numberAt, recordAt, textAt } from './json';

const CLOCK_SKEW_MS = 60_000;
const HANDED_IN_AT_ONCE = 50;
/** So long our own messages may be on their way, without their id being known here. */
const STILL_ARRIVING_MS = 2 * 60_000;

/** The messages at Meta that could be this one, oldest first. */
export async function findSent(
  graph: Graph,
  { message, since }: SentQuery,
  signal: AbortSignal,
): Promise<readonly SentMatch[]> {
  const { pageId } = graph.config;
  // Meta keeps whole seconds.
  const earliest = new Date(since.getTime() - CLOCK_SKEW_MS);
  const { party } = message.to;
  const kept = await messagesSince(graph, { since: earliest, party, signal });
  return kept
    .filter(
      (one) =>
        one.from === pageId &&
        one.party === party &&
        isSameText(one.text, message.text ?? '') &&
        one.attachments.length === message.media.length,
    )
    .map(({ mid, at }) => ({ externalId: mid, at }));
}

// Meta trims what it keeps. Two texts that differ in blanks alone are taken for one: else it would be sent twice.
function isSameText(kept: string, sent: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return plain(kept) === plain(sent);
}

/** Hands in what was written since then on both sides, oldest first. */
export async function listSince(graph: Graph, since: Date, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const { config, host } = graph;
  const kept = await messagesSince(graph, {
    since: new Date(Math.floor(since.getTime() / 1_000) * 1_000),
    canWait: true,
    signal,
  });
  const settled = host.now().getTime() - STILL_ARRIVING_MS;
  const events = kept
    .filter((one) => one.mid !== '' && (one.from !== config.pageId || one.at.getTime() < settled))
    .map((one) => eventOf(one, config.pageId));
  for (let start = 0; start < events.length; start += HANDED_IN_AT_ONCE)
    await inbox.accept(events.slice(start, start + HANDED_IN_AT_ONCE));
}

/** The same event as the webhook's, from what Meta keeps. */
function eventOf(kept: KeptMessage, pageId: string): InboundEvent {
  const { mid, at, party, text, name } = kept;
  const isEcho = kept.from === pageId;
  const media = mediaOf(kept);
  const message: InboundMessage = {
    externalId: mid,
    address: { own: pageId, party },
    sender: name && !isEcho ? { name } : {},
    sentAt: at,
    media,
    ...(text !== '' && { text }),
    // A reel, a place, a button: the conversation keeps only that there was something.
    ...(text === '' && media.length === 0 && { unsupported: { kind: 'attachment', raw: kept.attachments } }),
  };
  return isEcho ? { type: 'echo', message } : { type: 'message', message };
}

function mediaOf({ attachments, sticker }: KeptMessage): InboundMedia[] {
  const files = attachments.flatMap(fileOf);
  return sticker ? [...files, { ref: sticker, mimeType: 'image/png' }] : files;
}

function fileOf(attachment: Json): InboundMedia[] {
  const data = recordAt(attachment, 'image_data') ?? recordAt(attachment, 'video_data') ?? {};
  const ref = textAt(attachment, 'file_url') ?? textAt(data, 'url');
  if (!ref) return [];
  const name = textAt(attachment, 'name');
  const bytes = numberAt(attachment, 'size');
  return [
    {
      ref,
      mimeType: textAt(attachment, 'mime_type') ?? 'application/octet-stream',
      ...(name && { name }),
      ...(bytes !== undefined && { bytes }),
    },
  ];
}
