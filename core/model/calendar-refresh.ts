import type { Instant } from './instant';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long what was fetched is good for. */
export const FRESH_MS = 6 * HOUR_MS;

const AFTER_FAILURES_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS];

/** When a feed is fetched again after so many failures in a row. */
export function nextFetch(failures: number, at: Instant): Instant {
  return at + (failures === 0 ? FRESH_MS : (AFTER_FAILURES_MS[failures - 1] ?? FRESH_MS));
}
