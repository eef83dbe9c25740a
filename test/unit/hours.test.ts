import fc from 'fast-check';
import { type Hours, hoursOf, isOpenAt, nextChange } from '../../core/model/hours';
import { instantsOf, localTime } from '../../core/model/local-time';

const at = (text: string) => Date.parse(text);
const BERLIN = { timeZone: 'Europe/Berlin' };
const office = { days: 'Monday to Friday', from: '09:00', to: '17:00' };
const open = (settings: Parameters<typeof hoursOf>[0], text: string) => isOpenAt(hoursOf(settings), at(text));
const next = (settings: Parameters<typeof hoursOf>[0], text: string) => {
  const found = nextChange(hoursOf(settings), at(text));
  return found === undefined ? undefined : new Date(found).toISOString();
};

describe('the hours of a team', () => {
  test('are at any time, where nothing is said', () => {
    expect(open(undefined, '2026-01-04T03:00:00Z')).toBe(true);
    expect(next({}, '2026-01-04T03:00:00Z')).toBeUndefined();
  });

  test('begin with their first minute and are over with their last', () => {
    const hours = { ...BERLIN, workingHours: [office] };

    expect(
      ['07:59:59', '08:00:00', '15:59:59', '16:00:00'].map((time) => open(hours, `2026-01-05T${time}Z`)),
    ).toEqual([false, true, true, false]);
    expect(open(hours, '2026-01-04T10:00:00Z')).toBe(false);
  });

  test('pause on the days and at the times of a calendar, but for days with hours of their own', () => {
    const hours = (exceptions: readonly unknown[]) =>
      hoursOf(
        { ...BERLIN, workingHours: [office], exceptions },
        {
          days: ['2026-01-06'],
          periods: [{ from: at('2026-01-05T10:00:00Z'), until: at('2026-01-05T12:00:00Z') }],
        },
      );
    const openAt = (of: Hours) =>
      ['05T09:59', '05T10:00', '05T11:59', '05T12:00', '06T10:00'].map((time) =>
        isOpenAt(of, at(`2026-01-${time}:00Z`)),
      );

    expect(openAt(hours([]))).toEqual([true, false, false, true, false]);
    expect(nextChange(hours([]), at('2026-01-05T09:00:00Z'))).toBe(at('2026-01-05T10:00:00Z'));
    expect(nextChange(hours([]), at('2026-01-05T10:00:00Z'))).toBe(at('2026-01-05T12:00:00Z'));
    const open = [{ from: '09:00', to: '17:00' }];
    const own = ['2026-01-05', '2026-01-06'].map((date) => ({ date, slots: open }));
    expect(openAt(hours(own))).toEqual([true, true, true, true, true]);
  });

  test('of a day may be several, and may last until midnight and beyond', () => {
    const workingHours = [
      { days: 'Friday', from: '22:00', to: '24:00' },
      { days: 'Weekend', from: '00:00', to: '02:00' },
      { days: 'Weekend', from: '12:00', to: '13:00' },
    ];

    expect(next({ workingHours }, '2026-01-09T22:30:00Z')).toBe('2026-01-10T02:00:00.000Z');
    expect(next({ workingHours }, '2026-01-10T02:00:00Z')).toBe('2026-01-10T12:00:00.000Z');
    expect(next({ workingHours }, '2026-01-11T13:00:00Z')).toBe('2026-01-16T22:00:00.000Z');
  });

  test('are none on a holiday, and their own on an exception', () => {
    const hours = {
      ...{ ...BERLIN, workingHours: [office], holidays: ['2026-12-25', { date: '2026-12-24', name: 'Eve' }] },
      exceptions: [
        { date: '2026-12-24', slots: [{ from: '09:00', to: '12:00' }] },
        { date: '2026-12-28', slots: [] },
      ],
    };

    expect(open(hours, '2026-12-24T10:00:00Z')).toBe(true);
    expect(open(hours, '2026-12-24T12:00:00Z')).toBe(false);
    expect(open(hours, '2026-12-25T10:00:00Z')).toBe(false);
    expect(next(hours, '2026-12-24T11:00:00Z')).toBe('2026-12-29T08:00:00.000Z');
  });

  test('are by the wall clock on both sides of summer', () => {
    const hours = { ...BERLIN, workingHours: [{ ...office, days: 'Weekend' }] };

    // 2026-03-29 02:00 is 03:00 there, and 2026-10-25 03:00 is 02:00.
    expect(next(hours, '2026-03-28T16:00:00Z')).toBe('2026-03-29T07:00:00.000Z');
    expect(next(hours, '2026-10-24T15:00:00Z')).toBe('2026-10-25T08:00:00.000Z');
  });

  test('that begin in the hour that is left out begin with the leap', () => {
    const hours = { ...BERLIN, workingHours: [{ days: 'Sunday', from: '02:30', to: '04:00' }] };

    expect(open(hours, '2026-03-29T00:59:59Z')).toBe(false);
    expect(next(hours, '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(open(hours, '2026-03-29T01:00:00Z')).toBe(true);
    expect(next(hours, '2026-03-29T01:00:00Z')).toBe('2026-03-29T02:00:00.000Z');
  });

  test('in the hour that comes twice are twice', () => {
    const hours = { ...BERLIN, workingHours: [{ days: 'Sunday', from: '02:15', to: '02:45' }] };
    const changes: (string | undefined)[] = ['2026-10-25T00:00:00Z'];
    for (let n = 0; n < 4; n += 1) changes.push(next(hours, changes.at(-1) ?? ''));

    expect(changes.slice(1)).toEqual([
      ...['2026-10-25T00:15:00.000Z', '2026-10-25T00:45:00.000Z'],
      ...['2026-10-25T01:15:00.000Z', '2026-10-25T01:45:00.000Z'],
    ]);
  });

  test('of a zone that nobody knows any more are in UTC', () => {
    expect(hoursOf({ timeZone: 'Mars/Olympus' }).timeZone).toBe('UTC');
  });
});

describe('whatever the zone and the moment', () => {
  const zone = fc.constantFrom(
    ...[
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
    ],
    ...['Africa/Casablanca', 'Pacific/Apia', 'Asia/Tehran'],
  );
  const moment = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) });
  const minute = fc.integer({ min: 0, max: 1439 });
  const shown = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const slots = fc.array(
    fc
      .tuple(
        fc.constantFrom('Monday', 'Wednesday', 'Saturday', 'Weekend', 'Monday to Friday'),
        minute,
        minute,
      )
      .filter(([, from, to]) => from < to)
      .map(([days, from, to]) => ({ days, from: shown(from), to: shown(to) })),
    { minLength: 1, maxLength: 4 },
  );

  test('a wall clock shows what it showed when its time is made a moment again', () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, when) => {
        const whole = when - (((when % 60_000) + 60_000) % 60_000);
        expect(instantsOf(localTime(whole, timeZone), timeZone)).toContain(whole);
      }),
    );
  });

  test('between now and the next change nothing changes, and with it something does', () => {
    fc.assert(
      fc.property(
        zone,
        moment,
        slots,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (timeZone, when, weekly, share) => {
          const hours: Hours = { timeZone, weekly, pauses: [], holidays: new Set(), exceptions: new Map() };
          const change = nextChange(hours, when);
          if (change === undefined) throw new Error('every week has hours and none');
          const between = Math.min(change - 1, when + Math.floor((change - when) * share));
          expect(change).toBeGreaterThan(when);
          expect(isOpenAt(hours, between)).toBe(isOpenAt(hours, when));
          expect(isOpenAt(hours, change)).toBe(!isOpenAt(hours, when));
        },
      ),
      { numRuns: 300 },
    );
  });
});
