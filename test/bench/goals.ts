import type { Spread } from './statistics';

/** A figure that there is a goal for. */
export interface Verdict {
  readonly what: string;
  readonly value: number;
  readonly spread?: Spread;
  readonly goal: { readonly atLeast: number } | { readonly below: number };
  readonly unit?: string;
}

/** A ratio that is to be at least so much. */
export function atLeast(what: string, spread: Spread, goal: number): Verdict {
  return { what, value: spread.median, spread, goal: { atLeast: goal } };
}

/** A figure that is to stay below a limit. */
export function below(
  what: string,
  value: number,
  limit: { readonly goal: number; readonly unit: string },
): Verdict {
  return { what, value, goal: { below: limit.goal }, unit: limit.unit };
}

export function isMet({ value, goal }: Verdict): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value < goal.below;
}
