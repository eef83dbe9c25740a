import type { Egress } from '../egress/egress';
import { teamCalendarChanged } from '../events/team-facts';
import type { Log } from '../log';
import type { Calendar } from '../model/calendar';
import { nextFetch } from '../model/calendar-refresh';
import type { Instant } from '../model/instant';
import type { Lease, LeaseGroup, Leases } from '../nodes/lease';
import { dueCalendars, lockCalendar, putCalendar, type TeamCalendar } from '../store/calendars';
import { appendEvents } from '../store/events';
import { changedNow } from '../store/made';
import type { Store } from '../store/store';
import { lockTeam, updateTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { FeedProblem } from './feed-problem';
import { takeIn } from './take-in';

const EVERY_MS = 1_000;
const AT_ONCE = 4;
const REFRESH = 'refresh';

/** What fetching calendars needs of the gateway. */
export interface CalendarsContext {
  readonly store: Store;
  readonly egress: Egress;
  readonly log: Log;
  readonly now: () => Instant;
}

/** Fetches the calendars of all teams again, each when it is due; one node does so. What it last read stays while a feed fails. */
export class Calendars {
  private readonly context: CalendarsContext;
  private readonly leases: LeaseGroup;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(context: CalendarsContext, leases: Leases) {
    this.context = context;
    this.leases = leases.group('calendars');
  }

  start(): void {
    this.leases.want(new Set([REFRESH]));
    this.timer = setInterval(() => {
      this.round ??= this.refresh()
        .catch((error: unknown) => this.context.log.warn({ error }, 'calendars not fetched'))
        .finally(() => {
          this.round = undefined;
        });
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.leases.want(new Set());
    await this.round;
  }

  private async refresh(): Promise<void> {
    const lease = this.leases.holds(REFRESH);
    if (!lease?.isHeld()) return;
    const { store, now } = this.context;
    const due = await store.read((tx) => dueCalendars(tx, now(), AT_ONCE));
    await Promise.all(due.map((calendar) => this.fetch(calendar, lease)));
  }

  private async fetch(calendar: TeamCalendar, lease: Lease): Promise<void> {
    const { store, egress, now } = this.context;
    const found = await takeIn(egress, calendar, { now: now(), signal: lease.signal }).catch(
      (error: unknown) => {
        if (error instanceof FeedProblem) return error;
        throw error;
      },
    );
    if (lease.isHeld()) await store.transaction((tx) => this.note(tx, { calendar, lease, found }));
  }

  private async note(
    tx: Tx,
    {
      calendar,
      lease,
      found,
    }: { readonly calendar: TeamCalendar; readonly lease: Lease; readonly found: Calendar | FeedProblem },
  ): Promise<void> {
    const { now } = this.context;
    await lease.fence(tx);
    const team = await lockTeam(tx, calendar.spaceId, calendar.teamId);
    const held = team && (await lockCalendar(tx, calendar));
    // Somebody set up another one meanwhile.
    if (!team || held?.url !== calendar.url || held.timeZone !== calendar.timeZone) return;
    const act = { by: 'gateway', at: now() };
    const after = found instanceof FeedProblem ? failed(held, found.message, act.at) : fetched(held, act.at);
    const isNew = !(found instanceof FeedProblem) && JSON.stringify(found) !== JSON.stringify(team.calendar);
    const isNews = isNew || after.problem !== held.problem;
    const known = { ...after, revision: held.revision + (isNews ? 1 : 0) };
    await putCalendar(tx, known);
    // Whoever keeps teams in memory sees by its revision that this one changed.
    if (isNew) await updateTeam(tx, { ...team, calendar: found, ...changedNow(team, act) });
    if (!isNews) return;
    await appendEvents(tx, [teamCalendarChanged(known, act)]);
  }
}

function fetched(calendar: TeamCalendar, at: Instant): TeamCalendar {
  const none = { failingSince: undefined, problem: undefined };
  return { ...calendar, ...none, failures: 0, fetchedOn: at, dueOn: nextFetch(0, at) };
}

function failed(calendar: TeamCalendar, problem: string, at: Instant): TeamCalendar {
  const failures = calendar.failures + 1;
  const { failingSince = at } = calendar;
  return { ...calendar, failures, failingSince, problem, dueOn: nextFetch(failures, at) };
}
