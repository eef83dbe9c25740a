import type { AutoAssign, AutoComplete } from '../model/assignment-rules';
import type { Calendar } from '../model/calendar';
import type { Instant } from '../model/instant';
import { fromColumn, toColumn } from './json-column';
import { type Columns, kept, keptList } from './kept';
import { MADE_COLUMNS, type Made, type MadeRow, madeRow, toMade } from './made';
import { together } from './together';
import { sql, type Tx } from './tx';

/** Who answers together. Its channel accounts name it. */
export interface Team extends Made {
  readonly spaceId: string;
  readonly id: string;
  readonly name: string;
  /** Ids of agents. */
  readonly members: readonly string[];
  /** Those of them who lead it: all of its chats are theirs to read, answer, transfer and close. */
  readonly leads: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly appMessaging?: Readonly<Record<string, unknown>> | undefined;
  /** Absent: chats wait until somebody takes them. */
  readonly autoAssign?: AutoAssign | undefined;
  readonly autoComplete?: AutoComplete | undefined;
  /** What its feed of holidays said when it was last read; `calendars.ts` knows how that went. */
  readonly calendar?: Calendar | undefined;
}

interface TeamRow extends MadeRow {
  space_id: string;
  id: string;
  name: string;
  settings: string | null;
  app_messaging: string | null;
  auto_assign: string | null;
  auto_complete: string | null;
  calendar: string | null;
}

const COLUMNS: Columns<TeamRow> = {
  ...{ space_id: true, id: true, name: true, settings: true, app_messaging: true },
  ...{ auto_assign: true, auto_complete: true, calendar: true },
  ...MADE_COLUMNS,
};
const teamById = kept<TeamRow>('team', COLUMNS, 'space_id = ? and id = ?');
const teamsWithAgent = kept<Pick<MemberRow, 'team_id'>>(
  'team_member',
  { team_id: true },
  'space_id = ? and agent_id = ?',
);
const membersOfTeams = keptList<MemberRow>(
  'team_member',
  { team_id: true, agent_id: true, is_lead: true },
  { of: 'space_id', column: 'team_id', type: 'text', order: 'team_member.agent_id' },
);

/** Says whether it is new; an existing one is left as it is. */
export async function insertTeam(tx: Tx, team: Team): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const [isNew] = await dialect.insert(db, { table: 'team', rows: [toRow(team)], skipConflicts: true });
  if (isNew) await insertMembers(tx, team);
  return isNew === true;
}

export async function findTeam(tx: Tx, spaceId: string, id: string): Promise<Team | undefined> {
  const [rows, members] = await together([teamById.all(tx, [spaceId, id]), membersOf(tx, spaceId, [id])]);
  return rows.map((row) => toTeam(row, members.get(id) ?? NOBODY))[0];
}

export async function lockTeam(tx: Tx, spaceId: string, id: string): Promise<Team | undefined> {
  // Asked in this order: the members are those that it has when it is held.
  const [rows, members] = await together([teamById.held(tx, [spaceId, id]), membersOf(tx, spaceId, [id])]);
  return rows.map((row) => toTeam(row, members.get(id) ?? NOBODY))[0];
}

/** What a customer sees of a team. */
export async function findFace(
  tx: Tx,
  spaceId: string,
  id: string,
): Promise<Pick<Team, 'name' | 'appMessaging'> | undefined> {
  const row = await teamById.first(tx, [spaceId, id]);
  return row && { name: row.name, appMessaging: fromColumn(row.app_messaging) };
}

export async function listTeams(tx: Tx, spaceId: string): Promise<Team[]> {
  const rows: TeamRow[] = await sql(tx).db('team').where({ space_id: spaceId }).orderBy('id');
  const members = await membersOf(
    tx,
    spaceId,
    rows.map((row) => row.id),
  );
  return rows.map((row) => toTeam(row, members.get(row.id) ?? NOBODY));
}

/** The teams of all spaces that changed since then, without their members. */
export async function teamsChangedSince(tx: Tx, since: Instant): Promise<Team[]> {
  const rows: TeamRow[] = await sql(tx).db('team').where('updated_on', '>=', since);
  return rows.map((row) => toTeam(row, { members: [], leads: [] }));
}

export async function updateTeam(tx: Tx, team: Team): Promise<void> {
  await sql(tx).db('team').where({ space_id: team.spaceId, id: team.id }).update(toRow(team));
  await deleteMembers(tx, team.spaceId, team.id);
  await insertMembers(tx, team);
}

export async function deleteTeam(tx: Tx, spaceId: string, id: string): Promise<void> {
  await deleteMembers(tx, spaceId, id);
  await sql(tx).db('team').where({ space_id: spaceId, id }).delete();
}

/** The teams that an agent is a member of. */
export async function teamsOfAgent(tx: Tx, spaceId: string, agentId: string): Promise<string[]> {
  const rows = await teamsWithAgent.all(tx, [spaceId, agentId]);
  return rows.map((row) => row.team_id);
}

/** The teams that an agent is a member of, and those of them that they lead. */
export async function membershipsOf(
  tx: Tx,
  spaceId: string,
  agentId: string,
): Promise<{ readonly teamIds: readonly string[]; readonly leads: readonly string[] }> {
  const rows: MemberRow[] = await sql(tx).db('team_member').where({ space_id: spaceId, agent_id: agentId });
  return { teamIds: rows.map((row) => row.team_id), leads: rows.filter(isLead).map((row) => row.team_id) };
}

type Members = Pick<Team, 'members' | 'leads'>;

const NOBODY: Members = { members: [], leads: [] };

interface MemberRow {
  team_id: string;
  agent_id: string;
  is_lead: boolean | number;
}

async function membersOf(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Map<string, Members>> {
  const rows = await membersOfTeams.all(tx, spaceId, ids);
  const byTeam = new Map<string, MemberRow[]>(ids.map((id) => [id, []]));
  for (const row of rows) byTeam.get(row.team_id)?.push(row);
  return new Map(
    [...byTeam].map(([id, all]) => [
      id,
      { members: all.map((row) => row.agent_id), leads: all.filter(isLead).map((row) => row.agent_id) },
    ]),
  );
}

function isLead({ is_lead }: MemberRow): boolean {
  return Boolean(is_lead);
}

async function insertMembers(tx: Tx, team: Team): Promise<void> {
  const { db, dialect } = sql(tx);
  const rows = team.members.map((agentId) => ({
    space_id: team.spaceId,
    team_id: team.id,
    agent_id: agentId,
    is_lead: team.leads.includes(agentId),
  }));
  await dialect.insert(db, { table: 'team_member', rows });
}

async function deleteMembers(tx: Tx, spaceId: string, id: string): Promise<void> {
  await sql(tx).db('team_member').where({ space_id: spaceId, team_id: id }).delete();
}

function toRow(team: Team) {
  return {
    space_id: team.spaceId,
    id: team.id,
    name: team.name,
    settings: toColumn(team.settings),
    app_messaging: toColumn(team.appMessaging),
    auto_assign: toColumn(team.autoAssign),
    auto_complete: toColumn(team.autoComplete),
    calendar: toColumn(team.calendar),
    ...madeRow(team),
  };
}

function toTeam(row: TeamRow, { members, leads }: Members): Team {
  return {
    spaceId: row.space_id,
    id: row.id,
    name: row.name,
    ...{ members, leads },
    settings: fromColumn(row.settings),
    appMessaging: fromColumn(row.app_messaging),
    autoAssign: fromColumn(row.auto_assign),
    autoComplete: fromColumn(row.auto_complete),
    calendar: fromColumn(row.calendar),
    ...toMade(row),
  };
}
