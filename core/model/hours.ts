import type { Calendar } from './calendar';
import type { Instant } from './instant';
import { instantsOf, isTimeZone, type LocalTime, localTime, plusDays } from './local-time';

/** When a team works, in its own time zone. */
export interface Hours {
  readonly timeZone: string;
  /** Absent: at any time. */
  readonly weekly?: readonly (Slot & { readonly days: string })[] | undefined;
  /** Days without work, as `2026-12-25`. */
  readonly holidays: ReadonlySet<string>;
  /** Times without work. */
  readonly pauses: Calendar['periods'];
  /** Days with hours of their own; these count before holidays, pauses and the week. */
  readonly exceptions: ReadonlyMap<string, readonly Slot[]>;
}

/** From one `HH:mm` to another one, which is not part of it; `24:00` is the end of the day. */
export interface Slot {
  readonly from: string;
  readonly to: string;
}

const WEEK = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Weekend: ['Saturday', 'Sunday'],
  'Monday to Friday': ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
};
const WHOLE_DAY: Slot = { from: '00:00', to: '24:00' };
/** How far ahead a change is looked for: a year and a few days. */
const MOST_DAYS = 370;

/** Whether the team works at this moment. */
export function isOpenAt(hours: Hours, at: Instant): boolean {
  const local = localTime(at, hours.timeZone);
  const isPause = hours.pauses.some(({ from, until }) => from <= at && at < until);
  if (isPause && !hours.exceptions.has(local.date)) return false;
  return slotsOf(hours, local).some(
    ({ from, to }) => minutesOf(from) <= local.minutes && local.minutes < minutesOf(to),
  );
}

/** When that changes next; undefined where it does not within a year. */
export function nextChange(hours: Hours, at: Instant): Instant | undefined {
  const isOpen = isOpenAt(hours, at);
  let { date } = localTime(at, hours.timeZone);
  for (let day = 0; day < MOST_DAYS; day += 1) {
    const found = edgesOf(hours, date).find((edge) => edge > at && isOpenAt(hours, edge) !== isOpen);
    if (found !== undefined) return found;
    date = plusDays(date, 1);
  }
  return undefined;
}

// Midnight counts too: a slot that ends at 24:00 may go on the next day.
function edgesOf(hours: Hours, date: string): Instant[] {
  const [begin = 0, end = 0] = [date, plusDays(date, 1)].flatMap((day) =>
    instantsOf({ date: day, minutes: 0 }, hours.timeZone).slice(0, 1),
  );
  const ofPauses = hours.pauses
    .flatMap(({ from, until }) => [from, until])
    .filter((at) => begin <= at && at < end);
  const slots = slotsOf(hours, { date, weekday: weekdayOf(date) });
  const minutes = [0, ...slots.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
  const ofClock = minutes.flatMap((at) => instantsOf({ date, minutes: at }, hours.timeZone));
  return [...ofClock, ...ofPauses].sort((a, b) => a - b);
}

function slotsOf(
  { weekly, holidays, exceptions }: Hours,
  { date, weekday }: Pick<LocalTime, 'date' | 'weekday'>,
): readonly Slot[] {
  const exception = exceptions.get(date);
  if (exception) return exception;
  if (holidays.has(date)) return [];
  if (!weekly) return [WHOLE_DAY];
  const name = WEEK[weekday] ?? '';
  return weekly.filter(({ days }) => days === name || GROUPS[days]?.includes(name));
}

function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

function minutesOf(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':');
  return Number(hour) * 60 + Number(minute);
}

type Settings = Readonly<Record<string, unknown>>;

/** The hours in a team's settings, which were checked when they were set, and in its calendar; in UTC where no zone is given. */
export function hoursOf(settings: Settings = {}, calendar?: Calendar): Hours {
  const { timeZone, workingHours, holidays, exceptions } = settings;
  const weekly = listOf(workingHours).filter(isDaySlot);
  return {
    timeZone: typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : 'UTC',
    weekly: weekly.length > 0 ? weekly : undefined,
    holidays: new Set([...listOf(holidays).flatMap((one) => dateOf(one) ?? []), ...(calendar?.days ?? [])]),
    pauses: calendar?.periods ?? [],
    exceptions: new Map(
      listOf(exceptions).flatMap((one): [string, Slot[]][] => {
        const date = dateOf(one);
        return date === undefined ? [] : [[date, listOf(fieldOf(one, 'slots')).filter(isSlot)]];
      }),
    ),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function dateOf(value: unknown): string | undefined {
  const date = typeof value === 'string' ? value : fieldOf(value, 'date');
  return typeof date === 'string' ? date : undefined;
}

function isSlot(value: unknown): value is Slot {
  return typeof fieldOf(value, 'from') === 'string' && typeof fieldOf(value, 'to') === 'string';
}

function isDaySlot(value: unknown): value is Slot & { readonly days: string } {
  return isSlot(value) && typeof fieldOf(value, 'days') === 'string';
}
