import type { Chat, LastMessage } from '../model/chat';
import type { Instant } from '../model/instant';
import type { Write } from './dialect';
import { hourOf } from './hours';
import { fromColumn, present, toColumn } from './json-column';
import { type Columns, checked, kept, keptList } from './kept';
import { type MadeRow, madeRow, toMade } from './made';
import { held, sql, type Tx } from './tx';

export interface ChatRow extends MadeRow {
  id: string;
  space_id: string;
  name: string;
  description: string | null;
  team_id: string;
  original_team_id: string;
  agent_id: string | null;
  customer_id: string;
  channel_id: string;
  status: Chat['status'];
  route_account_id: string | null;
  route_own: string | null;
  route_address: string | null;
  route_thread: string | null;
  context: string;
  labels: string;
  last_event_id: number;
  last_message: string | null;
  last_inbound_on: number | null;
  control: string | null;
  /** For indexes: the hour, since 1970, of a time that changes with every message. */
  updated_hour: number;
  inbound_hour: number | null;
  closed_on: number | null;
  close_reason: string | null;
  deleted_on: number | null;
}

const COLUMNS: Columns<ChatRow> = {
  ...{ id: true, space_id: true, name: true, description: true, team_id: true, original_team_id: true },
  ...{ agent_id: true, customer_id: true, channel_id: true, status: true, route_account_id: true },
  ...{ route_own: true, route_address: true, route_thread: true, context: true, labels: true },
  ...{ last_event_id: true, last_message: true, last_inbound_on: true, control: true, revision: true },
  ...{ created_on: true, created_by: true, updated_on: true, updated_by: true },
  ...{ updated_hour: true, inbound_hour: true, closed_on: true, close_reason: true, deleted_on: true },
};

/** All columns of a chat, for statements that stay prepared: those outlive a column that a newer node adds. */
export const CHAT_COLUMNS = Object.keys(COLUMNS);

const chatById = kept<ChatRow>('chat', COLUMNS, `${checked('space_id')} and id = ?`);

const chatsWithIds = keptList<ChatRow>('chat', COLUMNS, {
  ...{ of: 'space_id', column: 'id', type: 'uuid', order: 'chat.id', isKey: true },
});

/** Says for each chat whether it went in: false where its customer has an active one. */
export async function insertChats(tx: Tx, chats: readonly Chat[]): Promise<boolean[]> {
  const { db, dialect } = sql(tx);
  return dialect.insert(db, { table: 'chat', rows: chats.map(toRow), skipConflicts: true });
}

/** Chats that are believed to be new, as a part of a larger write: it fails where a customer has an active one. */
export function newChats(chats: readonly Chat[]): Write {
  return { insert: 'chat', rows: chats.map(toRow) };
}

/** Writes what may change of chats; each one must be held by `lockChat` or be new. */
export async function updateChats(tx: Tx, chats: readonly Chat[]): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.write(db, [changedChats(chats)]);
}

/** The same as a part of a larger write. */
export function changedChats(chats: readonly Chat[]): Write {
  return { update: 'chat', keys: ['id'], rows: chats.map(changeable) };
}

/** A row without what never changes. */
export function changeable(chat: Chat) {
  const { space_id, customer_id, original_team_id, created_on, created_by, ...row } = toRow(chat);
  return row;
}

export async function findChat(tx: Tx, spaceId: string, id: string): Promise<Chat | undefined> {
  const row = await chatById.first(tx, [spaceId, id]);
  return row && toChat(row);
}

/** Those of these chats that exist, held for this transaction, in the order of their ids. */
export async function lockChats(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Chat[]> {
  return (await chatsWithIds.held(tx, spaceId, ids)).map(toChat);
}

/** The chat, held for this transaction: what is decided about it stays true until the commit. */
export async function lockChat(tx: Tx, spaceId: string, id: string): Promise<Chat | undefined> {
  const [row] = await chatById.held(tx, [spaceId, id]);
  return row && toChat(row);
}

/** The active chats of these customers of one space, held for this transaction. */
export async function lockActiveChats(
  tx: Tx,
  spaceId: string,
  customerIds: readonly string[],
): Promise<Chat[]> {
  const { db } = sql(tx);
  const query = db('chat')
    .where({ space_id: spaceId })
    .whereIn('customer_id', [...customerIds])
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .orderBy('id'); // always in one order, so that two transactions cannot wait for each other
  const rows: ChatRow[] = await held(tx, query);
  return rows.map(toChat);
}

/** Open chats of an account whose customer last wrote in this span, and who was not warned of it yet. */
export async function chatsWrittenBetween(
  tx: Tx,
  span: { accountId: string; after: Instant; upTo: Instant; limit: number },
): Promise<Chat[]> {
  const rows: ChatRow[] = await sql(tx)
    .db('chat')
    .where({ route_account_id: span.accountId })
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .whereBetween('inbound_hour', [hourOf(span.after), hourOf(span.upTo)])
    .where('last_inbound_on', '>', span.after)
    .where('last_inbound_on', '<=', span.upTo)
    .whereRaw('coalesce(warned_of, 0) < last_inbound_on')
    .orderBy('last_inbound_on')
    .limit(span.limit);
  return rows.map(toChat);
}

/** Notes that the end of the time to answer was announced; false when it was already, or does not end any more. */
export async function markWarned(tx: Tx, chat: Chat): Promise<boolean> {
  const last = chat.lastInboundOn ?? 0;
  const changed = await sql(tx)
    .db('chat')
    .where({ id: chat.id, space_id: chat.spaceId, last_inbound_on: last })
    .whereNull('closed_on')
    .whereRaw('coalesce(warned_of, 0) < ?', [last])
    .update({ warned_of: last });
  return changed > 0;
}

/** A chat whose customer has no name yet. */
export interface NamelessChat {
  readonly id: string;
  readonly spaceId: string;
  readonly customerId: string;
  readonly address: string;
}

const NAMELESS_AT_ONCE = 200;

/** The newest open chats of an account whose customer nobody has named. */
export async function namelessChats(
  tx: Tx,
  of: { accountId: string; since: Instant },
): Promise<NamelessChat[]> {
  const rows: Pick<ChatRow, 'id' | 'space_id' | 'customer_id' | 'route_address'>[] = await sql(tx)
    .db('chat')
    .select('chat.id', 'chat.space_id', 'chat.customer_id', 'chat.route_address')
    .join('profile', (on) => on.on('profile.space_id', 'chat.space_id').on('profile.id', 'chat.customer_id'))
    .where({ 'chat.route_account_id': of.accountId })
    .where('chat.last_inbound_on', '>', of.since)
    .whereNull('chat.closed_on')
    .whereNull('chat.deleted_on')
    .whereNull('profile.name')
    .orderBy('chat.last_inbound_on', 'desc')
    .limit(NAMELESS_AT_ONCE);
  return rows.map((row) => ({
    id: row.id,
    spaceId: row.space_id,
    customerId: row.customer_id,
    address: row.route_address ?? '',
  }));
}

/** Which chats to list; every given criterion must hold. */
export interface ChatFilter {
  readonly spaceId: string;
  readonly customerOrAgentId?: string | undefined;
  readonly status?: Chat['status'] | undefined;
  readonly teamId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly channelId?: string | undefined;
  readonly updatedSince?: Instant | undefined;
  /** Found in the name, the description, or the customer's address. */
  readonly text?: string | undefined;
  readonly includeClosed: boolean;
  readonly includeDeleted: boolean;
  /** Only chats that this agent may see. */
  readonly visibleTo?: { readonly agentId: string; readonly teamIds: readonly string[] } | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** The newest chats first. */
export async function listChats(tx: Tx, filter: ChatFilter): Promise<Chat[]> {
  const { customerOrAgentId: person, limit } = filter;
  if (person === undefined) return (await newest(tx, filter)).map(toChat);
  // Asked for both at once, a database might read all chats, the newest first, until enough are theirs.
  const ofCustomer = newest(tx, filter, { customer_id: person });
  const ofAgent = newest(tx, filter, { agent_id: person });
  const found = new Map((await Promise.all([ofCustomer, ofAgent])).flat().map((row) => [row.id, row]));
  const inOrder = [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  return inOrder.slice(0, limit).map(toChat);
}

async function newest(
  tx: Tx,
  filter: ChatFilter,
  person: Readonly<Partial<Pick<ChatRow, 'customer_id' | 'agent_id'>>> = {},
): Promise<ChatRow[]> {
  const equal = present({ status: filter.status, team_id: filter.teamId, channel_id: filter.channelId });
  const query = sql(tx)
    .db<ChatRow>('chat')
    .where({ ...equal, ...person });
  if (filter.agentId !== undefined) query.where('agent_id', filter.agentId);
  // Somebody's chats are found by them.
  if (filter.agentId === undefined && Object.keys(person).length === 0)
    query.where('space_id', filter.spaceId);
  else query.whereRaw(checked('space_id'), [filter.spaceId]);
  if (!filter.includeClosed && filter.status !== 'closed') query.whereNull('closed_on');
  if (!filter.includeDeleted) query.whereNull('deleted_on');
  const { updatedSince } = filter;
  if (updatedSince !== undefined)
    query.where('updated_hour', '>=', hourOf(updatedSince)).where('updated_on', '>=', updatedSince);
  if (filter.before !== undefined) query.where('id', '<', filter.before);
  const { visibleTo, text } = filter;
  if (visibleTo)
    query.where((either) =>
      either.where('agent_id', visibleTo.agentId).orWhereIn('team_id', [...visibleTo.teamIds]),
    );
  if (text !== undefined) {
    const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query.whereRaw(
      "lower(name || ' ' || coalesce(description, '') || ' ' || coalesce(route_address, '')) like ? escape '\\'",
      [pattern],
    );
  }
  return query.orderBy('id', 'desc').limit(filter.limit);
}

/** Does the team own an active chat? */
export async function hasActiveChats(tx: Tx, spaceId: string, teamId: string): Promise<boolean> {
  const row = await sql(tx)
    .db('chat')
    .select('id')
    .where({ space_id: spaceId, team_id: teamId })
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .first();
  return row !== undefined;
}

export function toChat(row: ChatRow): Chat {
  return {
    spaceId: row.space_id,
    id: row.id,
    name: row.name,
    description: row.description ?? undefined,
    teamId: row.team_id,
    originalTeamId: row.original_team_id,
    agentId: row.agent_id ?? undefined,
    customerId: row.customer_id,
    channelId: row.channel_id,
    status: row.status,
    route: routeOf(row),
    context: JSON.parse(row.context),
    labels: JSON.parse(row.labels),
    lastEventId: row.last_event_id,
    lastMessage: fromColumn<LastMessage>(row.last_message),
    lastInboundOn: row.last_inbound_on ?? undefined,
    control: fromColumn<NonNullable<Chat['control']>>(row.control),
    closedOn: row.closed_on ?? undefined,
    closeReason: row.close_reason ?? undefined,
    deletedOn: row.deleted_on ?? undefined,
    ...toMade(row),
  };
}

function routeOf(row: ChatRow): Chat['route'] {
  const { route_account_id: accountId, route_own: own, route_address: address, route_thread: thread } = row;
  if (accountId === null || own === null || address === null) return undefined;
  return { accountId, own, address, ...(thread === null ? {} : { thread }) };
}

function toRow(chat: Chat) {
  return {
    id: chat.id,
    space_id: chat.spaceId,
    name: chat.name,
    description: chat.description ?? null,
    team_id: chat.teamId,
    original_team_id: chat.originalTeamId,
    agent_id: chat.agentId ?? null,
    customer_id: chat.customerId,
    channel_id: chat.channelId,
    status: chat.status,
    route_account_id: chat.route?.accountId ?? null,
    route_own: chat.route?.own ?? null,
    route_address: chat.route?.address ?? null,
    route_thread: chat.route?.thread ?? null,
    context: JSON.stringify(chat.context),
    labels: JSON.stringify(chat.labels),
    last_event_id: chat.lastEventId,
    last_message: toColumn(chat.lastMessage),
    last_inbound_on: chat.lastInboundOn ?? null,
    updated_hour: hourOf(chat.updatedOn),
    inbound_hour: hourOf(chat.lastInboundOn) ?? null,
    control: toColumn(chat.control),
    closed_on: chat.closedOn ?? null,
    close_reason: chat.closeReason ?? null,
    deleted_on: chat.deletedOn ?? null,
    ...madeRow(chat),
  };
}
