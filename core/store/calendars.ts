import type { Instant } from '../model/instant';
import type { TeamKey } from './queues';
import { held, sql, type Tx } from './tx';

/** A team's feed of holidays, and how fetching it went. What it said is in the team. */
export interface TeamCalendar extends TeamKey {
  readonly url: string;
  /** Of the team when the feed was read: times without a zone are in it. */
  readonly timeZone: string;
  readonly fetchedOn: Instant;
  /** When it is fetched next. */
  readonly dueOn: Instant;
  readonly failures: number;
  readonly failingSince?: Instant | undefined;
  /** Why it could not be fetched the last time. */
  readonly problem?: string | undefined;
  /** Grows by one with every event about it. */
  readonly revision: number;
}

interface CalendarRow {
  space_id: string;
  team_id: string;
  url: string;
  time_zone: string;
  fetched_on: number;
  due_on: number;
  failures: number;
  failing_since: number | null;
  problem: string | null;
  revision: number;
}

export async function putCalendar(tx: Tx, calendar: TeamCalendar): Promise<void> {
  await sql(tx)
    .db('team_calendar')
    .insert(toRow(calendar))
    .onConflict(['space_id', 'team_id'])
    .merge(['url', 'time_zone', 'fetched_on', 'due_on', 'failures', 'failing_since', 'problem', 'revision']);
}

export async function deleteCalendar(tx: Tx, { spaceId, teamId }: TeamKey): Promise<void> {
  await sql(tx).db('team_calendar').where({ space_id: spaceId, team_id: teamId }).delete();
}

export async function findCalendar(tx: Tx, { spaceId, teamId }: TeamKey): Promise<TeamCalendar | undefined> {
  const query = sql(tx).db('team_calendar').where({ space_id: spaceId, team_id: teamId }).first();
  const row: CalendarRow | undefined = await query;
  return row && toCalendar(row);
}

/** The same, held until the transaction ends. */
export async function lockCalendar(tx: Tx, { spaceId, teamId }: TeamKey): Promise<TeamCalendar | undefined> {
  const query = sql(tx).db('team_calendar').where({ space_id: spaceId, team_id: teamId }).first();
  const row: CalendarRow | undefined = await held(tx, query);
  return row && toCalendar(row);
}

/** The feeds of any space that are to be fetched by now, the longest due first. */
export async function dueCalendars(tx: Tx, now: Instant, limit: number): Promise<TeamCalendar[]> {
  const rows: CalendarRow[] = await sql(tx)
    .db('team_calendar')
    .where('due_on', '<=', now)
    .orderBy('due_on')
    .limit(limit);
  return rows.map(toCalendar);
}

function toRow(calendar: TeamCalendar): CalendarRow {
  return {
    space_id: calendar.spaceId,
    team_id: calendar.teamId,
    url: calendar.url,
    time_zone: calendar.timeZone,
    fetched_on: calendar.fetchedOn,
    due_on: calendar.dueOn,
    failures: calendar.failures,
    failing_since: calendar.failingSince ?? null,
    problem: calendar.problem ?? null,
    revision: calendar.revision,
  };
}

function toCalendar(row: CalendarRow): TeamCalendar {
  return {
    spaceId: row.space_id,
    teamId: row.team_id,
    url: row.url,
    timeZone: row.time_zone,
    fetchedOn: row.fetched_on,
    dueOn: row.due_on,
    failures: row.failures,
    failingSince: row.failing_since ?? undefined,
    problem: row.problem ?? undefined,
    revision: row.revision,
  };
}
