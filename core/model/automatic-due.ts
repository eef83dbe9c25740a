import type { AutomaticRules } from './automatic-rules';
import { isOpenAt } from './hours';
import type { Instant } from './instant';

/** What may have to be said or done by itself at a time; `noteEmail` keeps the address that a customer was asked for. */
export type DueKind = 'welcome' | 'emailRequest' | 'outOfHours' | 'satisfaction' | 'thanks' | 'noteEmail';

/** Decided when its time has come, by what is true then. */
export interface Due {
  readonly kind: DueKind;
  readonly dueOn: Instant;
}

/** What a person's message brings. */
export function dueAfter(
  rules: AutomaticRules,
  heard: { readonly isStart: boolean; readonly at: Instant; readonly texts: readonly string[] },
): readonly Due[] {
  const { welcome, emailRequest, outOfHours, hours } = rules;
  const { isStart, at, texts } = heard;
  const due: Due[] = [];
  if (isStart && welcome) due.push({ kind: 'welcome', dueOn: at + welcome.afterMs });
  if (isStart && emailRequest) due.push({ kind: 'emailRequest', dueOn: at + emailRequest.afterMs });
  // Who is there is known later only; the hours are known now.
  if (outOfHours && (outOfHours.when === 'noAgentAvailable' || !isOpenAt(hours, at)))
    due.push({ kind: 'outOfHours', dueOn: at });
  if (emailRequest && texts.some((text) => text.includes('@'))) due.push({ kind: 'noteEmail', dueOn: at });
  return due;
}

const MINUTE_MS = 60_000;
const MOST_LATE_MS: Readonly<Record<DueKind, number>> = {
  welcome: 15 * MINUTE_MS,
  emailRequest: 15 * MINUTE_MS,
  outOfHours: 60 * MINUTE_MS,
  satisfaction: 24 * 60 * MINUTE_MS,
  thanks: 60 * MINUTE_MS,
  noteEmail: Number.POSITIVE_INFINITY,
};

/** Whether its moment has passed: after an outage nobody wants to be welcomed for yesterday. */
export function isTooLate({ kind, dueOn }: Due, at: Instant): boolean {
  return at - dueOn > MOST_LATE_MS[kind];
}
