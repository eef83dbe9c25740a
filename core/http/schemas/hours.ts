import { z } from 'zod';
import { isTimeZone } from '../../model/local-time';
import { text } from './common';

const DAYS = /^(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Weekend|Monday to Friday)$/;
const FROM = /^([01]\d|2[0-3]):[0-5]\d$/;
const TO = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

const slot = { from: z.string().regex(FROM, 'expected HH:mm'), to: z.string().regex(TO, 'expected HH:mm') };
// HH:mm sorts as it counts.
const begins = ({ from, to }: { readonly from: string; readonly to: string }) => from < to;
const endsFirst = { path: ['to'], error: 'it must be after from; hours over midnight are two slots' };
const date = z.iso.date('expected a date such as 2026-12-25');

export const workingHours = z
  .array(
    z
      .object({ days: z.string().regex(DAYS, 'expected a day, Weekend, or Monday to Friday'), ...slot })
      .refine(begins, endsFirst),
  )
  .max(100);

export const timeZone = text(100).refine(isTimeZone, 'expected a time zone such as Europe/Berlin');

export const holidays = z
  .array(
    z.union([date, z.object({ date, name: text(200).optional() })], {
      error: 'expected a date such as 2026-12-25',
    }),
  )
  .max(1000);

export const exceptions = z
  .array(z.object({ date, slots: z.array(z.object(slot).refine(begins, endsFirst)).max(20) }))
  .max(1000)
  .meta({ description: 'Days with hours of their own; without slots nobody works then.' });

export const holidayCalendarUrl = text(2048).meta({
  description:
    'An iCalendar feed, fetched every few hours: nobody works on its days and at its times. https.',
  example: 'https://example.com/holidays.ics',
});

export const teamCalendar = z
  .object({
    url: z.string(),
    state: z.enum(['ok', 'failing']).meta({ description: '`failing`: what it said before still counts.' }),
    problem: z.string().optional(),
    failingSince: z.string().optional(),
    fetchedOn: z.string().meta({ description: 'When that worked last.' }),
    nextFetchOn: z.string(),
    days: z.array(z.string()).meta({ description: "Whole days, of the team's own time." }),
    periods: z.array(z.object({ from: z.string(), until: z.string() })),
  })
  .meta({ id: 'TeamCalendar' });

export const openness = z
  .object({
    isOpen: z.boolean(),
    at: z.string(),
    timeZone: z.string(),
    changesOn: z.string().optional().meta({ description: 'When that changes, within a year.' }),
  })
  .meta({ id: 'TeamOpenness' });
