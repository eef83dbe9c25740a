import type { Instant } from '../model/instant';

const HOUR_MS = 3_600_000;

/** The hour of a time, since 1970: for indexes on what changes with every message. */
export function hourOf(at: Instant): number;
export function hourOf(at: Instant | undefined): number | undefined;
export function hourOf(at: Instant | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at / HOUR_MS);
}
