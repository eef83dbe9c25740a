import type { Chat } from '../model/chat';
import type { Message } from '../model/message';
import { type CustomerKey, customerKey } from './arrivals';
import { type ChatRow, toChat } from './chats';
import { type MessageRow, toMessage } from './messages';
import { held, sql, type Tx } from './tx';

/** Which of these customers have an active chat at the moment, by `customerKey`. */
export async function activeCustomers(tx: Tx, customers: readonly CustomerKey[]): Promise<Set<string>> {
  const rows: { space_id: string; customer_id: string }[] = await sql(tx)
    .db('chat')
    .select('space_id', 'customer_id')
    .whereIn('space_id', [...new Set(customers.map(({ spaceId }) => spaceId))])
    .whereIn('customer_id', [...new Set(customers.map(({ customerId }) => customerId))])
    .whereNull('closed_on')
    .whereNull('deleted_on');
  return new Set(rows.map((row) => customerKey({ spaceId: row.space_id, customerId: row.customer_id })));
}

/** The chat that holds a customer's past on a channel, held for this transaction. */
export async function holdPastChat(
  tx: Tx,
  of: CustomerKey & { readonly channelId: string; readonly reason: string },
): Promise<Chat | undefined> {
  const query = sql(tx)
    .db('chat')
    .where({ space_id: of.spaceId, customer_id: of.customerId, channel_id: of.channelId })
    .where({ close_reason: of.reason })
    .whereNull('deleted_on')
    .orderBy('id')
    .first();
  const row: ChatRow | undefined = await held(tx, query);
  return row && toChat(row);
}

/** A message with the customer of its chat, and whether that chat is still open. */
export interface KnownMessage {
  readonly externalId: string;
  readonly messageId: string;
  readonly chatId: string;
  readonly customerId: string;
  readonly isOpen: boolean;
  readonly direction: 'inbound' | 'outbound';
  readonly participants: readonly string[];
  /** The way that it left by, where it is ours. */
  readonly route?: { readonly address: string; readonly thread?: string };
}

interface KnownRow {
  external_id?: string;
  id: string;
  chat_id: string;
  customer_id: string;
  closed_on: number | null;
  deleted_on: number | null;
  direction: 'inbound' | 'outbound';
  metadata: string | null;
  route: string | null;
}

/** What a message is called at its provider. */
export interface MessageName {
  readonly accountId: string;
  readonly externalId: string;
}

/** The messages that these names mean, by `nameId`. */
export async function knownByName(
  tx: Tx,
  names: readonly MessageName[],
): Promise<ReadonlyMap<string, KnownMessage>> {
  if (names.length === 0) return new Map();
  const { db, dialect } = sql(tx);
  const source = dialect.source({ account_id: 'uuid', external_id: 'text' });
  const rows = await dialect.query<KnownRow & { readonly account_id: string }>(
    db,
    `select e.account_id, e.external_id, ${KNOWN} from ${source} as k
     join external_id e on e.account_id = k.account_id and e.external_id = k.external_id
     join message on message.id = e.message_id join chat on chat.id = message.chat_id`,
    [
      JSON.stringify(
        names.map(({ accountId, externalId }) => ({ account_id: accountId, external_id: externalId })),
      ),
    ],
  );
  return new Map(
    rows.map((row) => {
      const known = toKnown(row);
      return [nameId({ accountId: row.account_id, externalId: known.externalId }), known];
    }),
  );
}

/** One string for one name. */
export function nameId({ accountId, externalId }: MessageName): string {
  return `${accountId} ${externalId}`;
}

/** Messages of a space by our own ids, of one account, in no order. */
export async function knownById(
  tx: Tx,
  of: { readonly spaceId: string; readonly accountId: string },
  ids: readonly string[],
): Promise<KnownMessage[]> {
  if (ids.length === 0) return [];
  const { db } = sql(tx);
  const rows: KnownRow[] = await db('message')
    .join('chat', 'chat.id', 'message.chat_id')
    .select(db.raw(KNOWN))
    .where({ 'message.space_id': of.spaceId, 'message.account_id': of.accountId })
    .whereIn('message.id', [...ids]);
  return rows.map(toKnown);
}

const KNOWN = `message.id, message.chat_id, message.direction, message.metadata, message.route,
  chat.customer_id, chat.closed_on, chat.deleted_on`;

function toKnown(row: KnownRow): KnownMessage {
  const metadata: { participants?: unknown } | null = JSON.parse(row.metadata ?? 'null');
  const { participants } = metadata ?? {};
  return {
    externalId: row.external_id ?? '',
    messageId: row.id,
    chatId: row.chat_id,
    customerId: row.customer_id,
    isOpen: row.closed_on === null && row.deleted_on === null,
    direction: row.direction,
    participants: Array.isArray(participants) ? participants.filter((one) => typeof one === 'string') : [],
    ...(row.route === null ? {} : { route: JSON.parse(row.route) }),
  };
}

/** What was last said by a side, by the same account, in the chat of a message before it. */
export async function lastBefore(
  tx: Tx,
  message: Pick<Message, 'chatId' | 'accountId' | 'sentEventId'>,
  direction: Message['direction'],
): Promise<Message | undefined> {
  const row: MessageRow | undefined = await sql(tx)
    .db('message')
    .where({ chat_id: message.chatId, account_id: message.accountId ?? null, direction })
    .where('sent_event_id', '<', message.sentEventId)
    .whereIn('id', sql(tx).db('event').select('message_id').where({ chat_id: message.chatId }))
    .orderBy('sent_event_id', 'desc')
    .first();
  return row && toMessage(row);
}
