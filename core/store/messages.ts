import { RECEIVED } from '../model/delivery';
import type { Instant } from '../model/instant';
import type { Changes, Message } from '../model/message';
import type { Write } from './dialect';
import { fromColumn, toColumn } from './json-column';
import { type Columns, keptList } from './kept';
import { sql, type Tx } from './tx';

export interface MessageRow {
  id: string;
  space_id: string;
  chat_id: string;
  team_id: string;
  channel_id: string;
  sent_event_id: number;
  direction: Message['direction'];
  from_id: string;
  from_name: string | null;
  to_id: string;
  sent_by: string;
  sent_on: number;
  metadata: string | null;
  parts: string;
  alert: string | null;
  is_automated_send: boolean | number;
  account_id: string | null;
  route: string | null;
  status: Message['delivery']['status'];
  delivery: string | null;
  status_updates: string | null;
  revision: number;
  changes: string | null;
}

const COLUMNS: Columns<MessageRow> = {
  ...{ id: true, space_id: true, chat_id: true, team_id: true, channel_id: true, sent_event_id: true },
  ...{ direction: true, from_id: true, from_name: true, to_id: true, sent_by: true, sent_on: true },
  ...{ metadata: true, parts: true, alert: true, is_automated_send: true, account_id: true, route: true },
  ...{ status: true, delivery: true, status_updates: true, revision: true, changes: true },
};

const BY_ID = { of: 'space_id', column: 'id', type: 'uuid', order: 'message.id', isKey: true } as const;
const messagesWithIds = keptList<MessageRow>('message', COLUMNS, BY_ID);
const chatsWithMessages = keptList<Pick<MessageRow, 'id' | 'chat_id'>>(
  'message',
  { id: true, chat_id: true },
  BY_ID,
);

export async function insertMessages(tx: Tx, messages: readonly Message[]): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.write(db, [newMessages(messages)]);
}

/** The same as a part of a larger write. */
export function newMessages(messages: readonly Message[]): Write {
  return { insert: 'message', rows: messages.map(toRow) };
}

export async function findMessage(
  tx: Tx,
  key: { spaceId: string; chatId: string; id: string },
): Promise<Message | undefined> {
  const row: MessageRow | undefined = await sql(tx)
    .db('message')
    .where({ id: key.id, chat_id: key.chatId, space_id: key.spaceId })
    .first();
  return row && toMessage(row);
}

/** The messages of one space, held for this transaction. Whoever also needs their chat holds that first. */
export async function lockMessages(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Message[]> {
  const rows = await messagesWithIds.held(tx, spaceId, ids);
  return rows.map(toMessage);
}

export async function messagesById(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Message[]> {
  const rows = await messagesWithIds.all(tx, spaceId, ids);
  return rows.map(toMessage);
}

/** In which chats these messages are. */
export async function chatsOfMessages(
  tx: Tx,
  spaceId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await chatsWithMessages.all(tx, spaceId, ids);
  return new Map(rows.map((row) => [row.id, row.chat_id]));
}

/** The newest messages at or before an event of the chat, the oldest of them first. */
export async function messagesBefore(
  tx: Tx,
  page: { chatId: string; from: number; limit: number },
): Promise<Message[]> {
  const rows: MessageRow[] = await sql(tx)
    .db('event')
    .join('message', 'message.id', 'event.message_id')
    .select('message.*')
    .where('event.chat_id', page.chatId)
    .whereIn('event.name', ['chatMessage.sent', 'chatMessage.imported'])
    .where('event.chat_event_id', '<=', page.from)
    .orderBy('event.chat_event_id', 'desc')
    .limit(page.limit);
  return rows.map(toMessage).reverse();
}

/** The provider's clock and ours. */
const CLOCKS_DIFFER_MS = 5_000;

/**
 * What left by an account for a customer up to a time, and has not got as far as `state`. What waited was submitted
 * later than it was written, and of what is not known to be sent a watermark proves nothing.
 */
export async function outboundUpTo(
  tx: Tx,
  mark: {
    spaceId: string;
    accountId: string;
    customerId: string;
    upTo: Instant;
    state: 'delivered' | 'read';
  },
): Promise<Message[]> {
  const rows: MessageRow[] = await sql(tx)
    .db('message')
    .select('message.*')
    .join('event', 'event.message_id', 'message.id')
    .join('chat', 'chat.id', 'event.chat_id')
    .where({ 'chat.space_id': mark.spaceId, 'chat.customer_id': mark.customerId })
    .where({ 'event.name': 'chatMessage.sent', 'message.direction': 'outbound' })
    .where('message.account_id', mark.accountId)
    .where('message.sent_on', '<=', mark.upTo)
    .whereIn('message.status', mark.state === 'read' ? ['sent', 'delivered'] : ['sent'])
    .whereNotExists(
      sql(tx)
        .db('attempt')
        .whereRaw('attempt.message_id = message.id')
        .where('attempt.started_on', '>', mark.upTo + CLOCKS_DIFFER_MS),
    )
    .orderBy('message.id');
  return rows.map(toMessage);
}

/** When a customer last wrote to an account, in whichever chat. */
export async function lastInboundOn(
  tx: Tx,
  who: { spaceId: string; accountId: string; customerId: string },
): Promise<Instant | undefined> {
  const row: { last?: number | null } | undefined = await sql(tx)
    .db('message')
    .max('message.sent_on as last')
    .join('event', 'event.message_id', 'message.id')
    .join('chat', 'chat.id', 'event.chat_id')
    .where({ 'chat.space_id': who.spaceId, 'chat.customer_id': who.customerId })
    .where({ 'event.name': 'chatMessage.sent', 'message.direction': 'inbound' })
    .where('message.account_id', who.accountId)
    .first();
  return row?.last ?? undefined;
}

/** Writes what its author or a reader did to a message later. */
export async function updateContent(tx: Tx, message: Message): Promise<void> {
  const { id, parts, metadata, changes, revision } = toRow(message);
  await sql(tx).db('message').where({ id }).update({ parts, metadata, changes, revision });
}

/** Writes what may change of a message: how far it got, and who saw it. */
export async function updateDelivery(tx: Tx, message: Message): Promise<void> {
  const { db, dialect } = sql(tx);
  const { id, status, delivery, status_updates, revision } = toRow(message);
  await dialect.update(db, {
    table: 'message',
    keys: ['id'],
    rows: [{ id, status, delivery, status_updates, revision }],
  });
}

export function toMessage(row: MessageRow): Message {
  return {
    spaceId: row.space_id,
    id: row.id,
    chatId: row.chat_id,
    teamId: row.team_id,
    channelId: row.channel_id,
    sentEventId: row.sent_event_id,
    direction: row.direction,
    from: { id: row.from_id, name: row.from_name ?? undefined },
    to: { id: row.to_id },
    sentBy: row.sent_by,
    sentOn: row.sent_on,
    metadata: fromColumn(row.metadata),
    parts: JSON.parse(row.parts),
    alert: fromColumn(row.alert),
    isAutomatedSend: Boolean(row.is_automated_send),
    accountId: row.account_id ?? undefined,
    route: fromColumn(row.route),
    delivery: fromColumn<Message['delivery']>(row.delivery) ?? RECEIVED,
    statusUpdates: fromColumn<Message['statusUpdates']>(row.status_updates) ?? {},
    revision: row.revision,
    ...(row.changes === null ? {} : { changes: fromColumn<Changes>(row.changes) }),
  };
}

function toRow(message: Message) {
  const isReceived = message.delivery.status === 'received';
  const isSeen = Object.keys(message.statusUpdates).length > 0;
  return {
    id: message.id,
    space_id: message.spaceId,
    chat_id: message.chatId,
    team_id: message.teamId,
    channel_id: message.channelId,
    sent_event_id: message.sentEventId,
    direction: message.direction,
    from_id: message.from.id,
    from_name: message.from.name ?? null,
    to_id: message.to.id,
    sent_by: message.sentBy,
    sent_on: message.sentOn,
    metadata: toColumn(message.metadata),
    parts: JSON.stringify(message.parts),
    alert: toColumn(message.alert),
    is_automated_send: message.isAutomatedSend,
    account_id: message.accountId ?? null,
    route: toColumn(message.route),
    status: message.delivery.status,
    delivery: isReceived ? null : JSON.stringify(message.delivery),
    status_updates: isSeen ? JSON.stringify(message.statusUpdates) : null,
    revision: message.revision,
    changes: toColumn(message.changes),
  };
}
