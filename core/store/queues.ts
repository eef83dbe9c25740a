import type { AutoAssign } from '../model/assignment-rules';
import type { Chat } from '../model/chat';
import { type ChatRow, lockChats, toChat } from './chats';
import type { Write } from './dialect';
import { checked, kept, listed } from './kept';
import { together } from './together';
import { held, sql, type Tx } from './tx';

/** A team of a space. */
export interface TeamKey {
  readonly spaceId: string;
  readonly teamId: string;
}

const queueOf = kept<{ last_served: string | null }>(
  'team_queue',
  { last_served: true },
  'space_id = ? and team_id = ?',
);

/** A queue that is held. */
export interface Queue {
  /** Whose turn it was last. */
  readonly lastServed: string | undefined;
  /** The oldest of its chats that nobody has and that are not on offer. */
  readonly oldest: readonly QueuedChat[];
}

/** Holds the team's queue until the transaction ends, and looks at a page of it: of several nodes, one hands out at a time. Undefined where it never had one. */
export async function holdQueue(tx: Tx, key: TeamKey, page: QueuePage): Promise<Queue | undefined> {
  // Asked in this order: what waits is looked at when the queue is held.
  const [[queue], oldest] = await together([
    queueOf.held(tx, [key.spaceId, key.teamId]),
    queuedChats(tx, key, page),
  ]);
  return queue && { lastServed: queue.last_served ?? undefined, oldest };
}

/** Makes the queue of a team that has none, unless somebody else does just now. */
export async function makeQueue(tx: Tx, { spaceId, teamId }: TeamKey): Promise<void> {
  const { db, dialect } = sql(tx);
  const text = 'insert into team_queue (space_id, team_id) values (?, ?) on conflict do nothing';
  await dialect.query(db, text, [spaceId, teamId]);
}

/** The queue's next turn is behind this agent's, as a part of a larger write. */
export function changedQueue({ spaceId, teamId }: TeamKey, lastServed: string | undefined): Write {
  const row = { space_id: spaceId, team_id: teamId, last_served: lastServed ?? null };
  return { update: 'team_queue', keys: ['space_id', 'team_id'], rows: [row] };
}

export async function deleteQueue(tx: Tx, { spaceId, teamId }: TeamKey): Promise<void> {
  await sql(tx).db('team_queue').where({ space_id: spaceId, team_id: teamId }).delete();
}

/** So many open chats of one team and channel are in an agent's hands, or offered to them. */
export interface Hand {
  readonly agentId: string;
  readonly teamId: string;
  readonly channelId: string;
  readonly chats: number;
}

/** What these agents have to do. */
export async function handsOf(tx: Tx, spaceId: string, agentIds: readonly string[]): Promise<Hand[]> {
  const { db, dialect } = sql(tx);
  const { among, lookUp, values } = dialect;
  const ids = listed(agentIds);
  const had = lookUp({
    ...{ each: values('text'), table: 'chat', columns: ['agent_id', 'team_id', 'channel_id'] },
    where: `chat.agent_id = each.value and ${checked('chat.space_id')} and chat.agent_id is not null
      and chat.closed_on is null and chat.deleted_on is null`,
  });
  const offered = lookUp({
    each: `select o.chat_id as value, o.agent_id, o.team_id from chat_offer o
      where o.space_id = ? and ${among('o.agent_id', values('text'))}`,
    ...{ along: ['agent_id', 'team_id'], table: 'chat', columns: ['channel_id'] },
    where: `chat.id = each.value and chat.team_id is not distinct from each.team_id
      and chat.agent_id is null and chat.closed_on is null and chat.deleted_on is null`,
  });
  const rows = await dialect.query<HandRow>(
    db,
    `select agent_id, team_id, channel_id, count(*) as chats from (${had} union all ${offered}) as hands
     group by agent_id, team_id, channel_id`,
    [ids, spaceId, spaceId, ids],
  );
  return rows.map((row) => ({
    ...{ agentId: row.agent_id, teamId: row.team_id, channelId: row.channel_id },
    chats: Number(row.chats),
  }));
}

interface HandRow {
  agent_id: string;
  team_id: string;
  channel_id: string;
  chats: number | string;
}

/** A chat in a queue, with whom it was offered to in vain. */
export interface QueuedChat {
  readonly id: string;
  readonly customerId: string;
  readonly channelId: string;
  readonly tried: readonly string[];
  /** Something of an offer is kept beside it. */
  readonly wasOffered: boolean;
}

/** So many chats of a queue, behind one of them or from the oldest. */
export interface QueuePage {
  readonly after?: string | undefined;
  readonly limit: number;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

async function queuedChats(
  tx: Tx,
  { spaceId, teamId }: TeamKey,
  { after = BEFORE_ALL, limit }: QueuePage,
): Promise<QueuedChat[]> {
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<QueuedRow>(
    db,
    // Ids grow with time.
    `select c.id, c.customer_id, c.channel_id, o.tried from chat c
     left join chat_offer o on o.chat_id = c.id and o.team_id = c.team_id
     where c.space_id = ? and c.team_id = ? and c.agent_id is null and c.closed_on is null
       and c.deleted_on is null and o.agent_id is null and c.id > ?
     order by c.id limit ?`,
    [spaceId, teamId, after, limit],
  );
  return rows.map((row) => ({
    ...{ id: row.id, customerId: row.customer_id, channelId: row.channel_id },
    tried: row.tried === null ? [] : JSON.parse(row.tried),
    wasOffered: row.tried !== null,
  }));
}

interface QueuedRow {
  readonly id: string;
  readonly customer_id: string;
  readonly channel_id: string;
  readonly tried: string | null;
}

/** What whoever decides from outside wants to know of a waiting chat. */
export type QueuedDetail = Pick<Chat, 'name' | 'customerId' | 'labels' | 'context' | 'createdOn'>;

export async function queuedDetails(
  tx: Tx,
  spaceId: string,
  ids: readonly string[],
): Promise<Map<string, QueuedDetail>> {
  const rows: ChatRow[] = await sql(tx)
    .db('chat')
    .where({ space_id: spaceId })
    .whereIn('id', [...ids]);
  return new Map(
    rows
      .map(toChat)
      .map(({ id, name, customerId, labels, context, createdOn }) => [
        id,
        { name, customerId, labels, context, createdOn },
      ]),
  );
}

/** Those of these chats that still wait in the team's queue, held until the transaction ends. */
export async function holdQueued(
  tx: Tx,
  { spaceId, teamId }: TeamKey,
  ids: readonly string[],
): Promise<Map<string, Chat>> {
  const chats = await lockChats(tx, spaceId, ids);
  return new Map(chats.filter((chat) => isQueued(chat, teamId)).map((chat) => [chat.id, chat]));
}

function isQueued(chat: Chat, teamId: string): boolean {
  const { agentId, closedOn, deletedOn } = chat;
  return chat.teamId === teamId && (agentId ?? closedOn ?? deletedOn) === undefined;
}

/** Who had the last chat of each of these customers, where somebody had. */
export async function lastAgents(
  tx: Tx,
  spaceId: string,
  customerIds: readonly string[],
): Promise<Map<string, string>> {
  const { db } = sql(tx);
  const ranked = db('chat')
    .select('customer_id', 'agent_id')
    .rowNumber('place', (over) => over.partitionBy('customer_id').orderBy('id', 'desc'))
    .where({ space_id: spaceId })
    .whereIn('customer_id', [...customerIds])
    .whereNotNull('agent_id')
    .as('ranked');
  const rows: { customer_id: string; agent_id: string }[] = await db.from(ranked).where('place', 1);
  return new Map(rows.map((row) => [row.customer_id, row.agent_id]));
}

/** Every team that hands out its chats by itself, and how. */
export async function assigningTeams(tx: Tx): Promise<(TeamKey & { readonly rules: AutoAssign })[]> {
  const rows: { space_id: string; id: string; auto_assign: string }[] = await sql(tx)
    .db('team')
    .select('space_id', 'id', 'auto_assign')
    .whereNotNull('auto_assign');
  return rows.map((row) => ({
    ...{ spaceId: row.space_id, teamId: row.id, rules: JSON.parse(row.auto_assign) },
  }));
}

/** Those of them in whose queue a chat waits that is not on offer. */
export async function teamsWithQueue(tx: Tx): Promise<TeamKey[]> {
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<{ space_id: string; id: string }>(
    db,
    // Each team's queue is looked at up to its first chat: that is what the offset is for.
    `select t.space_id, t.id from team t where t.auto_assign is not null and exists (
       select 1 from chat c left join chat_offer o on o.chat_id = c.id and o.team_id = c.team_id
       where c.space_id = t.space_id and c.team_id = t.id and c.agent_id is null and c.closed_on is null
         and c.deleted_on is null and o.agent_id is null
       order by c.id limit 1 offset 0)`,
    [],
  );
  return rows.map((row) => ({ spaceId: row.space_id, teamId: row.id }));
}

/** The agents who are away or offline and have open chats of this team. */
export async function absentAgents(tx: Tx, { spaceId, teamId }: TeamKey): Promise<string[]> {
  const { db } = sql(tx);
  const rows: { agent_id: string }[] = await db('presence as p')
    .join('agent as a', (on) => on.on('a.space_id', 'p.space_id').andOn('a.id', 'p.agent_id'))
    .select('p.agent_id')
    .where({ 'p.space_id': spaceId, 'a.is_program': false })
    .whereIn('p.status', ['away', 'offline'])
    .whereExists(
      db('chat as c')
        .select(db.raw('1'))
        .whereRaw('c.space_id = p.space_id and c.agent_id = p.agent_id')
        .where({ 'c.team_id': teamId })
        .whereNull('c.closed_on')
        .whereNull('c.deleted_on'),
    )
    .orderBy('p.agent_id');
  return rows.map((row) => row.agent_id);
}

/** The open chats of an agent in a team, held until the transaction ends. */
export async function holdHand(
  tx: Tx,
  { spaceId, teamId, agentId }: TeamKey & { readonly agentId: string },
): Promise<Chat[]> {
  const query = sql(tx)
    .db('chat')
    .where({ space_id: spaceId, team_id: teamId, agent_id: agentId })
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .orderBy('id');
  const rows: ChatRow[] = await held(tx, query);
  return rows.map(toChat);
}

/** Who has these chats, or had them when they ended. */
export async function agentsOfClosed(
  tx: Tx,
  chatIds: readonly string[],
): Promise<{ readonly spaceId: string; readonly agentId: string }[]> {
  const rows: { space_id: string; agent_id: string }[] = await sql(tx)
    .db('chat')
    .select('space_id', 'agent_id')
    .whereIn('id', [...chatIds])
    .whereNotNull('agent_id');
  return rows.map((row) => ({ spaceId: row.space_id, agentId: row.agent_id }));
}
