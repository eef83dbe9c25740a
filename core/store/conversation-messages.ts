import type { Instant } from '../model/instant';
import type { Part, StatusMark } from '../model/message';
import type { Write } from './dialect';
import { fromColumn, toColumn } from './json-column';
import { type Columns, checked, kept } from './kept';
import { sql, type Tx } from './tx';

/** What somebody wrote in a conversation. */
export interface StoredConversationMessage {
  readonly spaceId: string;
  readonly id: string;
  readonly conversationId: string;
  readonly sentEventId: number;
  readonly from: { readonly id: string; readonly name?: string | undefined };
  /** The customer that an agent's answer is for. */
  readonly answers?: string | undefined;
  readonly sentBy: string;
  readonly sentOn: Instant;
  readonly metadata?: unknown;
  /** Files that we keep are named `media:<id>` here. */
  readonly parts: readonly Part[];
  readonly alert?: unknown;
  readonly statusUpdates: Readonly<Record<string, StatusMark>>;
  readonly sendKey?: string | undefined;
}

interface MessageRow {
  space_id: string;
  id: string;
  conversation_id: string;
  sent_event_id: number;
  from_id: string;
  from_name: string | null;
  answers: string | null;
  sent_by: string;
  sent_on: number;
  metadata: string | null;
  parts: string;
  alert: string | null;
  status_updates: string;
  send_key: string | null;
}

const COLUMNS: Columns<MessageRow> = {
  ...{ space_id: true, id: true, conversation_id: true, sent_event_id: true, from_id: true },
  ...{ from_name: true, answers: true, sent_by: true, sent_on: true, metadata: true, parts: true },
  ...{ alert: true, status_updates: true, send_key: true },
};
const messageById = kept<MessageRow>('conversation_message', COLUMNS, `${checked('space_id')} and id = ?`);
const messageByKey = kept<MessageRow>(
  'conversation_message',
  COLUMNS,
  `${checked('space_id')} and send_key = ?`,
);

/** A new message, as a part of a larger write. */
export function newConversationMessage(message: StoredConversationMessage): Write {
  const row = {
    space_id: message.spaceId,
    id: message.id,
    conversation_id: message.conversationId,
    sent_event_id: message.sentEventId,
    from_id: message.from.id,
    from_name: message.from.name ?? null,
    answers: message.answers ?? null,
    sent_by: message.sentBy,
    sent_on: message.sentOn,
    metadata: toColumn(message.metadata),
    parts: JSON.stringify(message.parts),
    alert: toColumn(message.alert),
    status_updates: JSON.stringify(message.statusUpdates),
    send_key: message.sendKey ?? null,
  };
  return { insert: 'conversation_message', rows: [row] };
}

/** What this key already is. */
export async function messageOfKey(
  tx: Tx,
  spaceId: string,
  sendKey: string,
): Promise<StoredConversationMessage | undefined> {
  const row = await messageByKey.first(tx, [spaceId, sendKey]);
  return row && toMessage(row);
}

/** Those of these ids that are in the conversation. */
export async function conversationMessages(
  tx: Tx,
  key: { readonly spaceId: string; readonly conversationId: string },
  ids: readonly string[],
): Promise<StoredConversationMessage[]> {
  const rows: MessageRow[] = await sql(tx)
    .db('conversation_message')
    .where({ space_id: key.spaceId, conversation_id: key.conversationId })
    .whereIn('id', [...ids])
    .orderBy('sent_event_id');
  return rows.map(toMessage);
}

/** One message, in whichever conversation it is. */
export async function findConversationMessage(
  tx: Tx,
  spaceId: string,
  id: string,
): Promise<StoredConversationMessage | undefined> {
  const row = await messageById.first(tx, [spaceId, id]);
  return row && toMessage(row);
}

/** The same, held until the transaction ends. Its conversation is held first. */
export async function lockConversationMessage(
  tx: Tx,
  spaceId: string,
  id: string,
): Promise<StoredConversationMessage | undefined> {
  const [row] = await messageById.held(tx, [spaceId, id]);
  return row && toMessage(row);
}

/** The newest messages at or before an event, the oldest of them first. */
export async function conversationMessagesBefore(
  tx: Tx,
  page: {
    readonly spaceId: string;
    readonly conversationId: string;
    readonly from: number;
    readonly limit: number;
  },
): Promise<StoredConversationMessage[]> {
  const rows: MessageRow[] = await sql(tx)
    .db('conversation_message')
    .where({ space_id: page.spaceId, conversation_id: page.conversationId })
    .where('sent_event_id', '<=', page.from)
    .orderBy('sent_event_id', 'desc')
    .limit(page.limit);
  return rows.map(toMessage).reverse();
}

/** Writes who got and who read it. */
export async function updateMarks(tx: Tx, message: StoredConversationMessage): Promise<void> {
  await sql(tx)
    .db('conversation_message')
    .where({ id: message.id })
    .update({ status_updates: JSON.stringify(message.statusUpdates) });
}

/** What happened in a conversation, in its order. */
export interface StoredConversationEvent {
  readonly spaceId: string;
  readonly conversationId: string;
  readonly number: number;
  readonly eventId: string;
  readonly name: 'sent' | 'delivered' | 'read';
  readonly messageId: string;
  /** Who did it. */
  readonly profileId: string;
  readonly at: Instant;
}

interface EventRow {
  space_id: string;
  conversation_id: string;
  number: number;
  event_id: string;
  name: StoredConversationEvent['name'];
  message_id: string;
  profile_id: string;
  at: number;
}

/** What happened in conversations, as a part of a larger write. */
export function newConversationEvents(events: readonly StoredConversationEvent[]): Write {
  const rows = events.map((event) => ({
    space_id: event.spaceId,
    conversation_id: event.conversationId,
    number: event.number,
    event_id: event.eventId,
    name: event.name,
    message_id: event.messageId,
    profile_id: event.profileId,
    at: event.at,
  }));
  return { insert: 'conversation_event', rows };
}

/** Forward from a number. */
export async function conversationEvents(
  tx: Tx,
  page: {
    readonly spaceId: string;
    readonly conversationId: string;
    readonly from: number;
    readonly to?: number;
    readonly limit: number;
  },
): Promise<StoredConversationEvent[]> {
  const query = sql(tx)
    .db<EventRow>('conversation_event')
    .where({ space_id: page.spaceId, conversation_id: page.conversationId })
    .where('number', '>=', page.from)
    .orderBy('number')
    .limit(page.limit);
  if (page.to !== undefined) query.where('number', '<=', page.to);
  const rows: EventRow[] = await query;
  return rows.map((row) => ({
    spaceId: row.space_id,
    conversationId: row.conversation_id,
    number: row.number,
    eventId: row.event_id,
    name: row.name,
    messageId: row.message_id,
    profileId: row.profile_id,
    at: row.at,
  }));
}

function toMessage(row: MessageRow): StoredConversationMessage {
  return {
    spaceId: row.space_id,
    id: row.id,
    conversationId: row.conversation_id,
    sentEventId: row.sent_event_id,
    from: { id: row.from_id, name: row.from_name ?? undefined },
    answers: row.answers ?? undefined,
    sentBy: row.sent_by,
    sentOn: row.sent_on,
    metadata: fromColumn(row.metadata),
    parts: JSON.parse(row.parts),
    alert: fromColumn(row.alert),
    statusUpdates: JSON.parse(row.status_updates),
    sendKey: row.send_key ?? undefined,
  };
}
