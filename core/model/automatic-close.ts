import type { AutoComplete } from './assignment-rules';
import type { Instant } from './instant';

/** What is due in a chat that nothing happens in. */
export type QuietStep = 'close' | 'warn' | 'nothing';

const MINUTE_MS = 60_000;

/** Says what is due: the close after the time of the rule, and the warning, once, so long before it. */
export function quietStep(
  rule: AutoComplete,
  quiet: { readonly since: Instant; readonly isWarned: boolean; readonly at: Instant },
): QuietStep {
  const forMs = quiet.at - quiet.since;
  const warning = warnAfterMs(rule);
  // Whoever is to be warned is warned, also where nobody looked in time: the close waits for that.
  if (warning !== undefined && !quiet.isWarned) return forMs >= warning ? 'warn' : 'nothing';
  return forMs >= rule.afterMinutes * MINUTE_MS ? 'close' : 'nothing';
}

/** After how long without activity something is due the first time. */
export function firstAfterMs(rule: AutoComplete): number {
  return warnAfterMs(rule) ?? rule.afterMinutes * MINUTE_MS;
}

/** The moment that a warned chat counts as quiet from: whoever was warned late has their whole time to answer. */
export function quietFrom(
  rule: AutoComplete,
  quiet: { readonly since: Instant; readonly at: Instant },
): Instant {
  return Math.max(quiet.since, quiet.at - (warnAfterMs(rule) ?? 0));
}

function warnAfterMs({ afterMinutes, warnMinutesBefore, warning }: AutoComplete): number | undefined {
  const isWanted = warnMinutesBefore !== undefined && warning !== undefined && warning !== '';
  return isWanted ? (afterMinutes - warnMinutesBefore) * MINUTE_MS : undefined;
}
