import type { Verdict } from '../goals';
import type { Figures } from '../rounds';

/** A line of a section that is not a row of the table. */
export interface Fact {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** What one part of the benchmark found on one database. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figures[];
  readonly facts: readonly Fact[];
  readonly verdicts: readonly Verdict[];
}
