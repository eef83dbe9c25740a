import { FeedProblem } from '../calendars/feed-problem';
import { type Feed, takeIn } from '../calendars/take-in';
import type { Calendar } from '../model/calendar';
import { nextFetch } from '../model/calendar-refresh';
import { hoursOf } from '../model/hours';
import type { Instant } from '../model/instant';
import { invalid, notFound } from '../model/problem';
import { deleteCalendar, findCalendar, putCalendar, type TeamCalendar } from '../store/calendars';
import { findTeam, type Team } from '../store/teams';
import type { Tx } from '../store/tx';
import type { Caller } from './caller';
import type { Context } from './context';

/** What a team's feed of holidays says, and how fetching it went. */
export interface CalendarState {
  readonly state: TeamCalendar;
  readonly closures: Calendar;
}

/** A 404 for a team that takes its holidays from nowhere. */
export async function getCalendar(caller: Caller, teamId: string): Promise<CalendarState> {
  const key = { spaceId: caller.spaceId, teamId };
  return caller.read(async (tx) => {
    const team = await findTeam(tx, key.spaceId, teamId);
    if (!team) throw notFound('team', teamId);
    const state = await findCalendar(tx, key);
    if (!state) throw notFound('calendar of the team', teamId);
    return { state, closures: team.calendar ?? { days: [], periods: [] } };
  });
}

/** What a change of settings does to the team's calendar, in the transaction that changes them; gives what the team has then. */
export type FollowFeed = (tx: Tx, team: Team) => Promise<Team['calendar']>;

/** Fetches the feed that new settings name, before anything is held; a 400 that names the field where that fails. */
export async function followFeed(
  context: Pick<Context, 'egress' | 'now'>,
  caller: Caller,
  teamId: string,
  settings: Team['settings'] | null | undefined,
): Promise<FollowFeed> {
  if (settings === undefined) return asItIs;
  const feed = feedOf(settings ?? {});
  if (!feed) return forget;
  const before = await caller.read((tx) => findCalendar(tx, { spaceId: caller.spaceId, teamId }));
  if (before?.url === feed.url && before.timeZone === feed.timeZone) return asItIs;
  const now = context.now();
  const closures = await taken(context, feed, now);
  const times = { fetchedOn: now, dueOn: nextFetch(0, now), failures: 0, revision: before?.revision ?? 0 };
  return async (tx, { spaceId }) => {
    await putCalendar(tx, { spaceId, teamId, ...feed, ...times });
    return closures;
  };
}

const asItIs: FollowFeed = async (_tx, { calendar }) => calendar;

const forget: FollowFeed = async (tx, { spaceId, id: teamId, calendar }) => {
  if (calendar) await deleteCalendar(tx, { spaceId, teamId });
  return undefined;
};

function feedOf(settings: NonNullable<Team['settings']>): Feed | undefined {
  const { holidayCalendarUrl: url } = settings;
  return typeof url === 'string' ? { url, timeZone: hoursOf(settings).timeZone } : undefined;
}

async function taken({ egress }: Pick<Context, 'egress'>, feed: Feed, now: Instant): Promise<Calendar> {
  try {
    return await takeIn(egress, feed, { now });
  } catch (error) {
    if (error instanceof FeedProblem) throw invalid('holidayCalendarUrl', error.message);
    throw error;
  }
}
