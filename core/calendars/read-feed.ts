import ICAL from 'ical.js';
import type { Calendar, Period } from '../model/calendar';
import { type Instant, iso } from '../model/instant';
import { instantsOf, isTimeZone, plusDays } from '../model/local-time';

/** What of a feed is wanted. */
export interface Reading {
  readonly from: Instant;
  readonly until: Instant;
  /** Of the team: for times without a zone. */
  readonly timeZone: string;
}

const MOST_OCCURRENCES = 2_000;
const MOST_DAYS_EACH = 400;
const DAY_MS = 86_400_000;

/** Says when the events of an iCalendar feed are (RFC 5545). Throws with a sentence for what is no such feed. */
export function readFeed(text: string, reading: Reading): Calendar {
  const { timeZone } = reading;
  const days = new Set<string>();
  const periods: Period[] = [];
  for (const { start, end } of occurrencesIn(text, reading)) {
    if (start.time.isDate) for (const day of daysBetween(dateOf(start.time), dateOf(end.time))) days.add(day);
    else periods.push({ from: instantOf(start, timeZone), until: instantOf(end, timeZone) });
    if (days.size + periods.length > MOST_OCCURRENCES)
      throw new Error(`has more than ${MOST_OCCURRENCES} days and times within two years`);
  }
  const [first, last] = [iso(reading.from - DAY_MS).slice(0, 10), iso(reading.until + DAY_MS).slice(0, 10)];
  return {
    days: inOrder([...days].filter((day) => first <= day && day <= last)),
    periods: periods
      .filter(({ from, until }) => from < until && until > reading.from && from < reading.until)
      .sort((a, b) => a.from - b.from),
  };
}

/** A time, and the name of its zone as the feed writes it. */
interface Moment {
  readonly time: ICAL.Time;
  readonly zone: string | undefined;
}

interface Occurrence {
  readonly start: Moment;
  readonly end: Moment;
}

function* occurrencesIn(text: string, reading: Reading): Generator<Occurrence> {
  for (const event of eventsIn(text)) {
    if (event.isRecurring()) yield* repetitionsOf(event, reading);
    else if (!isCancelled(event)) yield occurrenceOf(event, event);
  }
}

function* repetitionsOf(event: ICAL.Event, { from, until, timeZone }: Reading): Generator<Occurrence> {
  const zone = zoneOf(event, 'dtstart');
  const iterator = event.iterator();
  for (let time = iterator.next(); time; time = iterator.next()) {
    if (instantOf({ time, zone }, timeZone) > until + DAY_MS) return;
    const { item, ...times } = event.getOccurrenceDetails(time);
    const occurrence = occurrenceOf(item, times);
    if (instantOf(occurrence.end, timeZone) >= from - DAY_MS && !isCancelled(item)) yield occurrence;
  }
}

function occurrenceOf(
  event: ICAL.Event,
  { startDate, endDate }: { readonly startDate: ICAL.Time; readonly endDate: ICAL.Time },
): Occurrence {
  const zone = zoneOf(event, 'dtstart');
  return { start: { time: startDate, zone }, end: { time: endDate, zone: zoneOf(event, 'dtend') ?? zone } };
}

// An occurrence that was moved or called off belongs to the event that repeats; without it, it stands alone.
function eventsIn(text: string): ICAL.Event[] {
  const all = calendarsIn(text)
    .flatMap((calendar) => calendar.getAllSubcomponents('vevent'))
    .map((component) => new ICAL.Event(component));
  const masters = new Map(
    all.filter((event) => !event.isRecurrenceException()).map((event) => [event.uid, event]),
  );
  const alone = all.filter((event) => {
    if (!event.isRecurrenceException()) return masters.get(event.uid) !== event;
    const master = masters.get(event.uid);
    if (!master?.isRecurring()) return true;
    master.relateException(event);
    return false;
  });
  return [...masters.values(), ...alone];
}

function calendarsIn(text: string): ICAL.Component[] {
  if (!/^\s*BEGIN:VCALENDAR\s*$/im.test(text)) throw new Error('is no iCalendar feed');
  let parsed: unknown;
  try {
    parsed = ICAL.parse(text);
  } catch (cause) {
    throw new Error('is not valid iCalendar', { cause });
  }
  // One calendar is a component, several are a list of them.
  const list = Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed : [parsed];
  return list.map((one) => new ICAL.Component(one));
}

function isCancelled({ component }: ICAL.Event): boolean {
  return String(component.getFirstPropertyValue('status') ?? '').toUpperCase() === 'CANCELLED';
}

function dateOf(time: ICAL.Time): string {
  const [year, month, day] = [time.year, time.month, time.day].map(String);
  return `${year?.padStart(4, '0')}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
}

function daysBetween(first: string, until: string): string[] {
  const days = [first];
  for (let day = plusDays(first, 1); day < until && days.length < MOST_DAYS_EACH; day = plusDays(day, 1))
    days.push(day);
  return days;
}

// A zone that everybody knows by its name is taken from here, not from what the feed believes about it; a zone of the
// feed's own from the feed; and what has none is meant in the team's.
function instantOf({ time, zone }: Moment, timeZone: string): Instant {
  if (time.zone === ICAL.Timezone.utcTimezone) return time.toUnixTime() * 1000;
  const isKnown = zone !== undefined && isTimeZone(zone);
  if (!isKnown && zone !== undefined && time.zone?.tzid === zone) return time.toUnixTime() * 1000;
  const minutes = time.isDate ? 0 : time.hour * 60 + time.minute;
  const [at = 0] = instantsOf({ date: dateOf(time), minutes }, isKnown ? zone : timeZone);
  return at + (time.isDate ? 0 : time.second * 1000);
}

function zoneOf({ component }: ICAL.Event, name: 'dtstart' | 'dtend'): string | undefined {
  const zone = component.getFirstProperty(name)?.getParameter('tzid');
  return typeof zone === 'string' ? zone : undefined;
}

function inOrder(days: readonly string[]): string[] {
  return days.toSorted((a, b) => (a < b ? -1 : 1));
}
