import type { Knex } from 'knex';
import type { AutoAssign } from '../model/assignment-rules';
import type { Chat } from '../model/chat';
import { type Agent, agentsHeld } from './agents';
import { type ChatRow, toChat } from './chats';
import { together } from './together';
import { held, sql, type Tx } from './tx';

/** A team of a space. */
export interface TeamKey {
  readonly spaceId: string;
  readonly teamId: string;
}

/** Holds the team's queue until the transaction ends, and says whose turn it was last: of several nodes, one hands out at a time. */
export async function holdQueue(tx: Tx, { spaceId, teamId }: TeamKey): Promise<string | undefined> {
  const { db } = sql(tx);
  const key = { space_id: spaceId, team_id: teamId };
  const hold = async (): Promise<{ last_served: string | null } | undefined> =>
    held(tx, db('team_queue').where(key).first());
  const known = await hold();
  if (known) return known.last_served ?? undefined;
  await db('team_queue').insert(key).onConflict(['space_id', 'team_id']).ignore();
  return (await hold())?.last_served ?? undefined;
}

export async function setLastServed(
  tx: Tx,
  { spaceId, teamId }: TeamKey,
  agentId: string | undefined,
): Promise<void> {
  await sql(tx)
    .db('team_queue')
    .where({ space_id: spaceId, team_id: teamId })
    .update({ last_served: agentId ?? null });
}

export async function deleteQueue(tx: Tx, { spaceId, teamId }: TeamKey): Promise<void> {
  await sql(tx).db('team_queue').where({ space_id: spaceId, team_id: teamId }).delete();
}

/** The members of a team, held in one order: whoever counts an agent's chats to give them another one holds the agent. */
export async function holdMembers(tx: Tx, { spaceId, teamId }: TeamKey): Promise<Agent[]> {
  const members = sql(tx).db('team_member').select('agent_id').where({ space_id: spaceId, team_id: teamId });
  return agentsHeld(tx, spaceId, members);
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
  const { db } = sql(tx);
  const had = db('chat')
    .select('agent_id', 'team_id', 'channel_id')
    .count({ chats: '*' })
    .where({ space_id: spaceId })
    .whereIn('agent_id', [...agentIds])
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .groupBy('agent_id', 'team_id', 'channel_id');
  const offered = db('chat_offer as o')
    .join('chat as c', 'c.id', 'o.chat_id')
    .select('o.agent_id', 'o.team_id', 'c.channel_id')
    .count({ chats: '*' })
    .where({ 'o.space_id': spaceId })
    .whereIn('o.agent_id', [...agentIds])
    .whereNull('c.agent_id')
    .whereNull('c.closed_on')
    .whereNull('c.deleted_on')
    .whereRaw('c.team_id = o.team_id')
    .groupBy('o.agent_id', 'o.team_id', 'c.channel_id');
  // A query of Knex runs whenever it is waited for.
  const once = async (query: Knex.QueryBuilder): Promise<HandRow[]> => query;
  const rows = (await together([once(had), once(offered)])).flat();
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
}

/** The oldest chats of a team that nobody has and that are not on offer. */
export async function queuedChats(
  tx: Tx,
  { spaceId, teamId }: TeamKey,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<QueuedChat[]> {
  const query = sql(tx)
    .db('chat as c')
    .leftJoin('chat_offer as o', (on) => on.on('o.chat_id', 'c.id').andOn('o.team_id', 'c.team_id'))
    .select('c.id', 'c.customer_id', 'c.channel_id', 'o.tried')
    .where({ 'c.space_id': spaceId, 'c.team_id': teamId })
    .whereNull('c.agent_id')
    .whereNull('c.closed_on')
    .whereNull('c.deleted_on')
    .whereNull('o.agent_id')
    .orderBy('c.id') // ids grow with time
    .limit(page.limit);
  if (page.after !== undefined) query.where('c.id', '>', page.after);
  const rows: { id: string; customer_id: string; channel_id: string; tried: string | null }[] = await query;
  return rows.map((row) => ({
    ...{ id: row.id, customerId: row.customer_id, channelId: row.channel_id },
    tried: row.tried === null ? [] : JSON.parse(row.tried),
  }));
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
  const query = sql(tx)
    .db('chat')
    .where({ space_id: spaceId, team_id: teamId })
    .whereIn('id', [...ids])
    .whereNull('agent_id')
    .whereNull('closed_on')
    .whereNull('deleted_on')
    .orderBy('id');
  const rows: ChatRow[] = await held(tx, query);
  return new Map(rows.map((row) => [row.id, toChat(row)]));
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
  const { db } = sql(tx);
  const rows: { space_id: string; id: string }[] = await db('team as t')
    .select('t.space_id', 't.id')
    .whereNotNull('t.auto_assign')
    .whereExists(
      db('chat as c')
        .leftJoin('chat_offer as o', (on) => on.on('o.chat_id', 'c.id').andOn('o.team_id', 'c.team_id'))
        .select(db.raw('1'))
        .whereRaw('c.space_id = t.space_id and c.team_id = t.id')
        .whereNull('c.agent_id')
        .whereNull('c.closed_on')
        .whereNull('c.deleted_on')
        .whereNull('o.agent_id'),
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
