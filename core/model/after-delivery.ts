import type { Instant } from './instant';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits between the attempts at one delivery, as published. */
const WAITS_MS = [
  ...[5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE],
  ...[30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
] as const;
const GIVEN_UP_AFTER_MS = 24 * HOUR;
const LONGEST_WISH_MS = HOUR;
const LONGEST_REST_MS = 15 * MINUTE;
const DISABLED_AFTER_MS = 5 * 24 * HOUR;
const JITTER = 0.1;

/** How an attempt ended: with an answer's status, or without any answer. */
export interface AttemptOutcome {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface DeliverySoFar {
  /** With the one that just ended. */
  readonly attempts: number;
  readonly createdOn: Instant;
}

export type DeliveryDecision =
  | { readonly step: 'done' }
  | { readonly step: 'retry'; readonly afterMs: number }
  | { readonly step: 'give-up'; readonly why: string }
  /** The receiver is gone for good; what waits is kept. */
  | { readonly step: 'disable'; readonly why: string };

/** What follows from an attempt at a delivery. `random` is in [0, 1). */
export function afterDelivery(
  outcome: AttemptOutcome,
  delivery: DeliverySoFar,
  { now, random }: { readonly now: Instant; readonly random: number },
): DeliveryDecision {
  const { status } = outcome;
  if (status !== undefined && status >= 200 && status < 300) return { step: 'done' };
  if (status === 400) return { step: 'give-up', why: 'the receiver refused it with 400' };
  // Standard Webhooks: 410 Gone means that nothing more is to be sent there.
  if (status === 410) return { step: 'disable', why: 'the receiver answered 410 Gone' };
  const wait = WAITS_MS[delivery.attempts - 1];
  if (wait === undefined || now - delivery.createdOn >= GIVEN_UP_AFTER_MS)
    return { step: 'give-up', why: 'it failed for a day' };
  const wish = Math.min(outcome.retryAfterMs ?? 0, LONGEST_WISH_MS);
  return { step: 'retry', afterMs: Math.round(Math.max(wait, wish) * (1 + JITTER * random)) };
}

/** How long an endpoint that failed so many times in a row is left alone. */
export function restMs(failures: number): number {
  return Math.min(WAITS_MS[Math.max(failures, 1) - 1] ?? LONGEST_REST_MS, LONGEST_REST_MS);
}

/** Whether what waits was given its day. */
export function isOverdue(delivery: Pick<DeliverySoFar, 'createdOn'>, now: Instant): boolean {
  return now - delivery.createdOn >= GIVEN_UP_AFTER_MS + HOUR;
}

/** Whether an endpoint has failed for so long that nothing more is sent there. */
export function hasFailedTooLong(failingSince: Instant | undefined, now: Instant): boolean {
  return failingSince !== undefined && now - failingSince >= DISABLED_AFTER_MS;
}
