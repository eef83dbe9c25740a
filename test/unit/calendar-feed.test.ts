import { type Reading, readFeed } from '../../core/calendars/read-feed';

const IN_2026: Reading = {
  from: Date.parse('2026-01-01T00:00:00Z'),
  until: Date.parse('2028-01-01T00:00:00Z'),
  timeZone: 'Europe/Berlin',
};

const named = (lines: readonly string[], n: number) =>
  lines.some((line) => line.startsWith('UID:')) ? lines : [`UID:${n}`, ...lines];
const feed = (...events: readonly (readonly string[])[]) =>
  [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//shop//EN'],
    ...events.flatMap((lines, n) => ['BEGIN:VEVENT', ...named(lines, n), 'END:VEVENT']),
    'END:VCALENDAR',
  ].join('\r\n');
const read = (...events: readonly (readonly string[])[]) => readFeed(feed(...events), IN_2026);
const times = (...events: readonly (readonly string[])[]) =>
  read(...events).periods.map(({ from, until }) => [
    new Date(from).toISOString().slice(0, 16),
    new Date(until).toISOString().slice(0, 16),
  ]);

describe('a feed of holidays', () => {
  test('has whole days, one or several, the last one not included', () => {
    expect(
      read(
        ['DTSTART;VALUE=DATE:20261003'],
        ['DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227', 'TRANSP:TRANSPARENT'],
      ),
    ).toEqual({ days: ['2026-10-03', '2026-12-24', '2026-12-25', '2026-12-26'], periods: [] });
  });

  test('repeats days as its rules say, but for those that are called off or moved', () => {
    const yearly = ['DTSTART;VALUE=DATE:20200501', 'RRULE:FREQ=YEARLY'];
    // The fourth Thursday of November, as Thanksgiving is.
    const fourth = ['DTSTART;VALUE=DATE:20191128', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH'];
    const without = [
      'DTSTART;VALUE=DATE:20260601',
      'RRULE:FREQ=MONTHLY;COUNT=3',
      'EXDATE;VALUE=DATE:20260701',
    ];

    expect(read(yearly).days).toEqual(['2026-05-01', '2027-05-01']);
    expect(read(fourth).days).toEqual(['2026-11-26', '2027-11-25']);
    expect(read(without).days).toEqual(['2026-06-01', '2026-08-01']);
    expect(
      read(
        ['UID:x', 'DTSTART;VALUE=DATE:20260901', 'RRULE:FREQ=WEEKLY;COUNT=3'],
        ['UID:x', 'RECURRENCE-ID;VALUE=DATE:20260908', 'DTSTART;VALUE=DATE:20260909'],
        ['UID:x', 'RECURRENCE-ID;VALUE=DATE:20260915', 'DTSTART;VALUE=DATE:20260915', 'STATUS:CANCELLED'],
      ).days,
    ).toEqual(['2026-09-01', '2026-09-09']);
  });

  test('has times in UTC, in a zone by its name, and in the team’s where it names none', () => {
    expect(
      times(
        ['DTSTART:20260115T090000Z', 'DURATION:PT90M'],
        ['DTSTART;TZID=America/New_York:20260116T090000', 'DTEND;TZID=America/New_York:20260116T100000'],
        ['DTSTART:20260117T090000', 'DTEND:20260117T100000'],
        ['DTSTART;TZID=Nowhere:20260118T090000', 'DTEND;TZID=Nowhere:20260118T100000'],
      ),
    ).toEqual([
      ['2026-01-15T09:00', '2026-01-15T10:30'],
      ['2026-01-16T14:00', '2026-01-16T15:00'],
      ['2026-01-17T08:00', '2026-01-17T09:00'],
      ['2026-01-18T08:00', '2026-01-18T09:00'],
    ]);
  });

  test('keeps the time of its clock when that is changed', () => {
    const weekly = [
      ...['DTSTART;TZID=Europe/Berlin:20260322T100000', 'DTEND;TZID=Europe/Berlin:20260322T110000'],
      'RRULE:FREQ=WEEKLY;COUNT=2',
    ];

    expect(times(weekly)).toEqual([
      ['2026-03-22T09:00', '2026-03-22T10:00'],
      ['2026-03-29T08:00', '2026-03-29T09:00'],
    ]);
  });

  test('may define a zone of its own, under a name that nobody else knows', () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Our Office', 'BEGIN:STANDARD', 'DTSTART:19700101T000000'],
      ...['TZOFFSETFROM:+0500', 'TZOFFSETTO:+0500', 'END:STANDARD', 'END:VTIMEZONE'],
    ].join('\r\n');
    const event = ['DTSTART;TZID=Our Office:20260115T090000', 'DTEND;TZID=Our Office:20260115T100000'];
    const text = feed(event).replace('BEGIN:VEVENT', `${zone}\r\nBEGIN:VEVENT`);

    expect(readFeed(text, IN_2026).periods).toEqual([
      { from: Date.parse('2026-01-15T04:00:00Z'), until: Date.parse('2026-01-15T05:00:00Z') },
    ]);
  });

  test('leaves out what is cancelled, long over, far ahead, or ends before it begins', () => {
    expect(
      read(
        ['DTSTART;VALUE=DATE:20260301', 'STATUS:CANCELLED'],
        ['DTSTART;VALUE=DATE:20200301'],
        ['DTSTART;VALUE=DATE:20990301'],
        ['DTSTART:20260301T100000Z', 'DTEND:20260301T090000Z'],
      ),
    ).toEqual({ days: [], periods: [] });
  });

  test('is refused in words where it is none, or says too much', () => {
    const hourly = ['DTSTART:20260101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=HOURLY'];

    expect(() => readFeed('<html>Please log in</html>', IN_2026)).toThrow('is no iCalendar feed');
    expect(() => readFeed('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nwhat', IN_2026)).toThrow(
      'is not valid iCalendar',
    );
    expect(() => read(hourly)).toThrow('has more than 2000 days and times within two years');
  });
});
