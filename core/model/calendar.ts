import type { Instant } from './instant';

/** When a team does not work, as a calendar says it. */
export interface Calendar {
  /** Whole days of the team's own time, as `2026-12-25`. */
  readonly days: readonly string[];
  /** Times of day: from the first moment until before the last one. */
  readonly periods: readonly Period[];
}

export interface Period {
  readonly from: Instant;
  readonly until: Instant;
}
