import type { InboundMedia, InboundMessage } from '../../plugins/contract/index';
import { keptFileOf } from '../channels/powers';
import type { LiveRuntime } from '../channels/registry';
import type { Act, Appended, Chat, Route } from '../model/chat';
import { RECEIVED } from '../model/delivery';
import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import { type Message, type Part, QUOTED_TYPE, SIGNATURE_TYPE, UNSUPPORTED_TYPE } from '../model/message';
import { plainText } from '../model/plain-text';
import type { Media } from '../store/media';

/** How a message got here, where that is not by a customer who has just written it. */
export interface ArrivalKind {
  /** Our side wrote it, outside of the gateway. */
  readonly isEcho?: boolean;
  /** Fetched after an outage: nothing but the message itself may follow from it. */
  readonly isHistory?: boolean;
}

/** A message of a provider on its way into the database. */
export interface Arrival extends ArrivalKind {
  readonly runtime: LiveRuntime;
  readonly message: InboundMessage;
  readonly receivedOn: Instant;
  /** The id that it gets if it is new. */
  readonly id: string;
  readonly parts: readonly Part[];
  readonly media: readonly Media[];
  /** Whose chat it belongs to by what it answers, whichever address it came from. */
  readonly answersCustomer?: string;
  /** Where its chat starts, if it starts with it; absent: at the team of the account. */
  readonly teamId?: string;
}

/** Prepares what the database needs of a message; pure but for the ids. */
export function arrivalOf(
  runtime: LiveRuntime,
  given: InboundMessage,
  receivedOn: Instant,
  kind: ArrivalKind = {},
): Arrival {
  const message = plain(given);
  const id = newId();
  const of = { runtime, id, receivedOn };
  const media = message.media.map((file) => mediaOf(of, file));
  const parts = partsOf(withPictures(message, media), media);
  const raw = message.raw ? [mediaOf(of, message.raw)] : [];
  return { ...kind, runtime, message, receivedOn, id, media: [...media, ...raw], parts };
}

type Owner = Pick<Arrival, 'runtime' | 'id' | 'receivedOn'>;

function mediaOf({ runtime, id, receivedOn }: Owner, file: InboundMedia): Media {
  const kept = file.ref === undefined ? undefined : keptFileOf(file.ref);
  const isHere = kept !== undefined || file.data !== undefined;
  return {
    spaceId: runtime.account.spaceId,
    id: kept ?? newId(),
    accountId: runtime.account.id,
    messageId: id,
    ...(isHere ? {} : { ref: file.ref }),
    ...(file.data && { content: file.data }),
    mimeType: plainText(file.mimeType, 200),
    name: plainText(file.name ?? nameOf(file.mimeType), 200),
    bytes: file.data?.byteLength ?? file.bytes,
    state: isHere ? 'stored' : 'pending',
    attempts: 0,
    notBefore: receivedOn,
    createdOn: receivedOn,
  };
}

// Pictures stay where their writer put them, under our own names of files.
function withPictures(message: InboundMessage, media: readonly Media[]): InboundMessage {
  let { html } = message;
  if (html === undefined) return message;
  for (const [index, { contentId }] of message.media.entries())
    if (contentId !== undefined) html = html.replaceAll(`"cid:${contentId}"`, `"media:${media[index]?.id}"`);
  return { ...message, html };
}

const LONGEST_ID = 1_000;
const LONGEST_ADDRESS = 500;

/** The message with identifiers that every database keeps; what people wrote stays as it is. */
function plain(message: InboundMessage): InboundMessage {
  const { own, party, thread } = message.address;
  const short = (text: string) => plainText(text, LONGEST_ADDRESS);
  return {
    ...message,
    externalId: plainText(message.externalId, LONGEST_ID),
    address: {
      ...{ own: short(own), party: short(party) },
      ...(thread === undefined ? {} : { thread: short(thread) }),
    },
    media: message.media.map((file) =>
      file.data ? file : { ...file, ref: plainText(file.ref, LONGEST_REF) },
    ),
  };
}

const LONGEST_REF = 4_000;

/** The parts of a message, at least one: a message without any content is a message still. */
function partsOf(message: InboundMessage, media: readonly Media[]): Part[] {
  const parts: Part[] = [];
  if (message.text !== undefined && (message.text !== '' || media.length === 0))
    parts.push({ type: 'text/plain', data: message.text, size: Buffer.byteLength(message.text) });
  if (message.html !== undefined)
    parts.push({ type: 'text/html', data: message.html, size: Buffer.byteLength(message.html) });
  for (const file of media)
    parts.push({ name: file.name, type: file.mimeType, url: `media:${file.id}`, size: file.bytes });
  if (message.quoted !== undefined) parts.push({ type: QUOTED_TYPE, data: message.quoted });
  if (message.signature !== undefined) parts.push({ type: SIGNATURE_TYPE, data: message.signature });
  if (message.unsupported)
    parts.push({
      name: plainText(message.unsupported.kind, 200),
      type: UNSUPPORTED_TYPE,
      data: JSON.stringify(message.unsupported.raw ?? null),
    });
  return parts.length > 0 ? parts : [{ type: 'text/plain', data: '', size: 0 }];
}

function nameOf(mimeType: string): string {
  const [kind = 'file', subtype = ''] = mimeType.split('/');
  const ending = /^[a-z0-9]{2,5}$/.test(subtype) ? `.${subtype === 'jpeg' ? 'jpg' : subtype}` : '';
  return `${kind === 'application' ? 'file' : kind}${ending}`;
}

/** By whom and when: the customer speaks for themself, and our side from somewhere else. */
export function actOf(arrival: Arrival, customerId: string): Act {
  return { by: arrival.isEcho ? EXTERNAL : `session:${customerId}`, at: arrival.receivedOn };
}

/** Who answered outside of the gateway: an agent whom it does not know. */
const EXTERNAL = 'external';

/** What the arrival does to its chat. */
export function appendedOf(arrival: Arrival): Appended {
  const { runtime, message, id } = arrival;
  const isAutomatedSend = message.automatic === true;
  return {
    id,
    direction: arrival.isEcho ? 'outbound' : 'inbound',
    sentOn: sentOn(arrival),
    isAutomatedSend,
    // Whoever answers, answers the person and not their machine.
    ...(isAutomatedSend ? {} : { channelId: runtime.account.channelId, route: routeOf(arrival) }),
  };
}

/** The way back to its sender. */
export function routeOf({ runtime, message }: Arrival): Route {
  const { own, party, thread } = message.address;
  const way = { accountId: runtime.account.id, own, address: party };
  return thread === undefined ? way : { ...way, thread };
}

// Nobody has written tomorrow's message: a provider's clock may be ahead, but not what follows from it.
function sentOn({ message, receivedOn }: Arrival): Instant {
  return Math.min(message.sentAt?.getTime() ?? receivedOn, receivedOn);
}

/** The message as it is stored, once its chat is known and counts it. */
export function messageOf(arrival: Arrival, chat: Chat): Message {
  const { runtime, message } = arrival;
  return {
    spaceId: chat.spaceId,
    id: arrival.id,
    chatId: chat.id,
    teamId: chat.teamId,
    channelId: runtime.account.channelId,
    sentEventId: chat.lastEventId,
    ...(arrival.isEcho ? saidFromOutside(arrival, chat) : saidByCustomer(arrival, chat)),
    sentOn: sentOn(arrival),
    metadata: metadataOf(message),
    parts: arrival.parts,
    isAutomatedSend: message.automatic === true,
    accountId: runtime.account.id,
    statusUpdates: {},
    revision: 0,
  };
}

function saidByCustomer({ message }: Arrival, chat: Chat) {
  return {
    direction: 'inbound',
    from: { id: chat.customerId, name: senderName(message) },
    to: { id: chat.agentId ?? chat.teamId },
    sentBy: `session:${chat.customerId}`,
    delivery: RECEIVED,
  } as const;
}

// The provider has it already: it was sent, and may still be delivered and read.
function saidFromOutside({ message }: Arrival, chat: Chat) {
  const { externalId } = message;
  return {
    direction: 'outbound',
    from: { id: EXTERNAL, name: senderName(message) },
    to: { id: chat.customerId },
    sentBy: EXTERNAL,
    delivery: { status: 'sent', pieces: [{ status: 'sent', externalId }] },
  } as const;
}

export function senderName(message: InboundMessage): string | undefined {
  const name = plainText(message.sender.name ?? '', 200).trim();
  return name === '' ? undefined : name;
}

function metadataOf(message: InboundMessage): unknown {
  const { metadata, subject, choiceId, inReplyTo, participants } = message;
  const more = Object.entries({ subject, choiceId, inReplyTo, participants }).filter(
    ([, value]) => value !== undefined,
  );
  if (!metadata && more.length === 0) return undefined;
  return { ...metadata, ...Object.fromEntries(more) };
}
