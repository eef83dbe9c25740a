import type { Instant } from './instant';

/** What calendar and clock on a wall show. */
export interface LocalTime {
  /** `2026-03-29` */
  readonly date: string;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Since midnight, by that clock. */
  readonly minutes: number;
}

/** What a wall clock in a time zone shows at a moment. */
export function localTime(at: Instant, timeZone: string): LocalTime {
  const shown = new Date(at + offsetAt(at, timeZone));
  return {
    date: shown.toISOString().slice(0, 10),
    weekday: shown.getUTCDay(),
    minutes: shown.getUTCHours() * 60 + shown.getUTCMinutes(),
  };
}

/**
 * The moments at which a wall clock shows this: two when it is set back over it. A time that the clock is set past is
 * the moment at which that happens.
 */
export function instantsOf(
  { date, minutes }: Pick<LocalTime, 'date' | 'minutes'>,
  timeZone: string,
): Instant[] {
  const wall = Date.parse(`${date}T00:00:00Z`) + minutes * MINUTE_MS;
  const offsets = new Set([offsetAt(wall - DAY_MS, timeZone), offsetAt(wall + DAY_MS, timeZone)]);
  const moments = [...offsets].map((offset) => wall - offset);
  const exact = moments.filter((at) => at + offsetAt(at, timeZone) === wall);
  return exact.length > 0
    ? exact.sort((a, b) => a - b)
    : [leapBetween(Math.min(...moments), Math.max(...moments), timeZone)];
}

/** The date so many days later. */
export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether this is the name of a time zone, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    // That is how Intl says that it knows no such zone.
    return false;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

// By halves: the offset before the leap is smaller than the one after it.
function leapBetween(from: Instant, to: Instant, timeZone: string): Instant {
  const before = offsetAt(from, timeZone);
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / (2 * MINUTE_MS)) * MINUTE_MS;
    if (offsetAt(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

const MOST_FORMATS = 1_000;
const formats = new Map<string, Intl.DateTimeFormat>();

// Making a format costs more than using it a thousand times; there are some 400 zones.
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    },
  });
  // A zone may be written in many ways; whoever tries them all must not fill the memory.
  if (formats.size >= MOST_FORMATS) formats.clear();
  formats.set(timeZone, made);
  return made;
}

/** How far the clock in a zone is ahead of UTC. */
function offsetAt(at: Instant, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - (at - (((at % 1000) + 1000) % 1000));
}
