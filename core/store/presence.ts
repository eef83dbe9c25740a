import type { Instant } from '../model/instant';
import type { Presence, PresenceStatus } from '../model/presence';
import type { Write } from './dialect';
import { type Columns, kept, keptList } from './kept';
import { sql, type Tx } from './tx';

interface PresenceRow {
  space_id: string;
  agent_id: string;
  status: PresenceStatus;
  chosen: PresenceStatus | null;
  since: number;
  lost_on: number | null;
  revision: number;
}

const COLUMNS: Columns<PresenceRow> = {
  ...{ space_id: true, agent_id: true, status: true, chosen: true, since: true, lost_on: true },
  revision: true,
};
const presenceOfAgents = keptList<PresenceRow>('presence', COLUMNS, {
  ...{ of: 'space_id', column: 'agent_id', type: 'text', order: 'presence.agent_id' },
});
const connectionOf = kept<{ id: string }>(
  'agent_connection',
  { id: true },
  'space_id = ? and agent_id = ? and live_until > ? limit 1',
);

/** What is known of these agents of a space, by their ids. */
export async function presenceOf(
  tx: Tx,
  spaceId: string,
  agentIds: readonly string[],
): Promise<Map<string, Presence>> {
  const rows = await presenceOfAgents.all(tx, spaceId, agentIds);
  return new Map(rows.map((row) => [row.agent_id, toPresence(row)]));
}

/** The presence of an agent who is held, as a part of a larger write; `isNew` where nothing was known of them. */
export function writtenPresence(presence: Presence, { isNew }: { readonly isNew: boolean }): Write {
  const row = {
    space_id: presence.spaceId,
    agent_id: presence.agentId,
    status: presence.status,
    chosen: presence.chosen ?? null,
    since: presence.since,
    lost_on: presence.lostOn ?? null,
    revision: presence.revision,
  };
  if (isNew) return { insert: 'presence', rows: [row] };
  return { update: 'presence', keys: ['space_id', 'agent_id'], rows: [row] };
}

export async function deletePresence(tx: Tx, spaceId: string, agentId: string): Promise<void> {
  for (const table of ['presence', 'agent_connection'])
    await sql(tx).db(table).where({ space_id: spaceId, agent_id: agentId }).delete();
}

/** Agents of any space whose connection was lost before then. */
export async function lostBefore(tx: Tx, before: Instant, limit: number): Promise<Presence[]> {
  const rows: PresenceRow[] = await sql(tx)
    .db('presence')
    .where('lost_on', '<=', before)
    .orderBy('lost_on')
    .limit(limit);
  return rows.map(toPresence);
}

/** An open page of an agent. */
export interface AgentConnection {
  readonly id: string;
  readonly spaceId: string;
  readonly agentId: string;
}

/** The page is open at least until then. */
export async function putConnection(
  tx: Tx,
  { id, spaceId, agentId }: AgentConnection,
  liveUntil: Instant,
): Promise<void> {
  await sql(tx)
    .db('agent_connection')
    .insert({ id, space_id: spaceId, agent_id: agentId, live_until: liveUntil })
    .onConflict('id')
    .merge(['live_until']);
}

export async function deleteConnection(tx: Tx, id: string): Promise<void> {
  await sql(tx).db('agent_connection').where({ id }).delete();
}

/** The pages that their node has not spoken of for too long. */
export async function deadConnections(tx: Tx, now: Instant, limit: number): Promise<AgentConnection[]> {
  const rows: { id: string; space_id: string; agent_id: string }[] = await sql(tx)
    .db('agent_connection')
    .where('live_until', '<=', now)
    .orderBy('live_until')
    .limit(limit);
  return rows.map((row) => ({ id: row.id, spaceId: row.space_id, agentId: row.agent_id }));
}

/** Whether an agent has an open page. */
export async function isConnected(tx: Tx, spaceId: string, agentId: string, now: Instant): Promise<boolean> {
  return (await connectionOf.first(tx, [spaceId, agentId, now])) !== undefined;
}

/** Those of a space who have an open page. */
export async function connectedAgents(tx: Tx, spaceId: string, now: Instant): Promise<Set<string>> {
  const rows: { agent_id: string }[] = await sql(tx)
    .db('agent_connection')
    .distinct('agent_id')
    .where({ space_id: spaceId })
    .where('live_until', '>', now);
  return new Set(rows.map((row) => row.agent_id));
}

/** Customers of a space who had a session, and until when the open ones are surely connected. */
export async function customersOnline(
  tx: Tx,
  spaceId: string,
  ids: readonly string[] | undefined,
): Promise<{ readonly profileId: string; readonly onlineUntil: Instant }[]> {
  const { db } = sql(tx);
  const query = db('client_session')
    .select('profile_id', db.raw('max(case when ended_on is null then online_until else 0 end) as until'))
    .where({ space_id: spaceId, is_agent: false })
    .groupBy('profile_id')
    .orderBy('profile_id')
    .limit(1000);
  if (ids) query.whereIn('profile_id', [...ids]);
  const rows = (await query) as unknown as { profile_id: string; until: number }[];
  return rows.map((row) => ({ profileId: row.profile_id, onlineUntil: row.until }));
}

function toPresence(row: PresenceRow): Presence {
  return {
    spaceId: row.space_id,
    agentId: row.agent_id,
    status: row.status,
    chosen: row.chosen ?? undefined,
    since: row.since,
    lostOn: row.lost_on ?? undefined,
    revision: row.revision,
  };
}
