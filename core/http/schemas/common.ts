import { z } from 'zod';
import 'zod-openapi';
import { isPlainText } from '../../model/plain-text';

/** Text that every database keeps as it is. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1, 'it must not be empty')
    .max(maxLength, `it must have at most ${maxLength} characters`)
    .refine(isPlainText, 'it must be well-formed Unicode without NUL characters');
}

/** The same, and may be empty. */
export function freeText(maxLength: number) {
  return z
    .string()
    .max(maxLength, `it must have at most ${maxLength} characters`)
    .refine(isPlainText, 'it must be well-formed Unicode without NUL characters');
}

/** An id that a client may choose. */
export const id = text(200);

/** Any JSON, kept as it is. */
export const json = z.unknown();

export const jsonObject = z.record(z.string(), z.unknown());

export const timestamp = z.iso.datetime({
  offset: true,
  error: 'expected a time such as 2026-01-31T12:00:00Z',
});

/** `true` or `false` in a query. */
export const queryFlag = z
  .enum(['true', 'false'], { error: 'expected true or false' })
  .transform((value) => value === 'true')
  .optional();

/** A whole number in a query. */
export function queryNumber(least: number, most: number) {
  return z.coerce
    .number({ error: 'expected a number' })
    .int('expected a whole number')
    .min(least, `expected at least ${least}`)
    .max(most, `expected at most ${most}`);
}

export const limit = queryNumber(1, 1000).optional().meta({ description: 'At most so many (1 to 1000).' });

export const cursor = z
  .string()
  .max(1000)
  .optional()
  .meta({ description: 'Where to go on: from the `Link` header of the page before.' });

export const apiSpaceId = z.string().meta({ description: 'The API space (tenant).' });

/** Identity and history, as every answer carries them. */
export const made = {
  _createdOn: z.string(),
  _createdBy: z.string(),
  _updatedOn: z.string(),
  _updatedBy: z.string(),
};

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    instance: z.string(),
    requestId: z.string(),
    validationFailures: z.array(z.object({ paramName: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457. `type` leads to a page that says what to do.' });
