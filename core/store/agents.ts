import { type Columns, kept } from './kept';
import { MADE_COLUMNS, type Made, type MadeRow, madeRow, toMade } from './made';
import { sql, type Tx } from './tx';

/** Someone who answers. The id is also the id of a profile. */
export interface Agent extends Made {
  readonly spaceId: string;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Chats at once. */
  readonly capacity: number;
  /** It is there at any time, and writes only in the chats that it has. */
  readonly isProgram: boolean;
  /** What stands below what they write, where the channel has such a thing; absent: what the team has. */
  readonly signature?: string | undefined;
}

interface AgentRow extends MadeRow {
  space_id: string;
  id: string;
  name: string;
  email: string;
  capacity: number;
  is_program: boolean | number;
  signature: string | null;
}

const COLUMNS: Columns<AgentRow> = {
  ...{ space_id: true, id: true, name: true, email: true, capacity: true, is_program: true },
  signature: true,
  ...MADE_COLUMNS,
};
const agentById = kept<AgentRow>('agent', COLUMNS, 'space_id = ? and id = ?');
const agentsOfTeam = kept<AgentRow>(
  'agent',
  COLUMNS,
  ({ among }) =>
    `agent.space_id = ? and ${among(
      'agent.id',
      'select m.agent_id from team_member m where m.space_id = ? and m.team_id = ?',
    )} order by agent.id`,
);

/** Says whether it is new; an existing one is left as it is. */
export async function insertAgent(tx: Tx, agent: Agent): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const [isNew] = await dialect.insert(db, { table: 'agent', rows: [toRow(agent)], skipConflicts: true });
  return isNew === true;
}

export async function findAgent(tx: Tx, spaceId: string, id: string): Promise<Agent | undefined> {
  const row = await agentById.first(tx, [spaceId, id]);
  return row && toAgent(row);
}

export async function lockAgent(tx: Tx, spaceId: string, id: string): Promise<Agent | undefined> {
  const [row] = await agentById.held(tx, [spaceId, id]);
  return row && toAgent(row);
}

/** The members of a team, in the order of their ids, held until the transaction ends: whoever counts an agent's chats to give them another one holds the agent. */
export async function holdMembers(tx: Tx, spaceId: string, teamId: string): Promise<Agent[]> {
  const rows = await agentsOfTeam.held(tx, [spaceId, spaceId, teamId]);
  return rows.map(toAgent);
}

/** Those of these agents that exist. */
export async function findAgents(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Agent[]> {
  const rows: AgentRow[] = await sql(tx)
    .db('agent')
    .where({ space_id: spaceId })
    .whereIn('id', [...ids]);
  return rows.map(toAgent);
}

export async function listAgents(tx: Tx, spaceId: string): Promise<Agent[]> {
  const rows: AgentRow[] = await sql(tx).db('agent').where({ space_id: spaceId }).orderBy('id');
  return rows.map(toAgent);
}

/** Those of the given ids that are agents of the space. */
export async function knownAgents(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Set<string>> {
  const rows: { id: string }[] = await sql(tx)
    .db('agent')
    .select('id')
    .where({ space_id: spaceId })
    .whereIn('id', [...ids]);
  return new Set(rows.map((row) => row.id));
}

export async function updateAgent(tx: Tx, agent: Agent): Promise<void> {
  await sql(tx).db('agent').where({ space_id: agent.spaceId, id: agent.id }).update(toRow(agent));
}

export async function deleteAgent(tx: Tx, spaceId: string, id: string): Promise<void> {
  await sql(tx).db('team_member').where({ space_id: spaceId, agent_id: id }).delete();
  await sql(tx).db('agent').where({ space_id: spaceId, id }).delete();
}

function toRow(agent: Agent) {
  return {
    space_id: agent.spaceId,
    id: agent.id,
    name: agent.name,
    email: agent.email,
    capacity: agent.capacity,
    is_program: agent.isProgram,
    signature: agent.signature ?? null,
    ...madeRow(agent),
  };
}

function toAgent(row: AgentRow): Agent {
  return {
    spaceId: row.space_id,
    id: row.id,
    name: row.name,
    email: row.email,
    capacity: row.capacity,
    isProgram: Boolean(row.is_program),
    ...(row.signature === null ? {} : { signature: row.signature }),
    ...toMade(row),
  };
}
