import type { Capabilities, ChannelError, FailureKind, Reason } from '../../plugins/contract/index';
import type { Failure } from './delivery';

/** What happens to a message, and to its account, after an attempt that failed. */
export type Decision =
  /** Try again later; the lane waits for it. */
  | { readonly step: 'retry'; readonly afterMs: number }
  /** Pause the account: its messages are held in order until someone repairs it. */
  | { readonly step: 'pause' }
  /** The outcome is not known: ask the provider, or show it to a person. */
  | { readonly step: 'look-up'; readonly afterMs: number }
  | { readonly step: 'fail'; readonly failure: Failure }
  | { readonly step: 'expire'; readonly failure: Failure };

export interface Attempted {
  /** From 1. */
  readonly attempt: number;
  /** Since the message was accepted. */
  readonly ageMs: number;
  readonly capabilities: Capabilities;
}

/** A message that could not leave for this long is not worth sending any more. */
export const EXPIRES_AFTER_MS = 24 * 3_600_000;

const FIRST_LOOK_MS = 2_000;

/** The one table that says what follows a failure; adapters only say what happened. */
export function afterFailure(error: ChannelError, attempted: Attempted): Decision {
  if (mayHaveArrived(error, attempted)) return { step: 'look-up', afterMs: FIRST_LOOK_MS };
  return FOLLOWS[error.kind](error, attempted);
}

const FOLLOWS: Readonly<Record<FailureKind, (error: ChannelError, attempted: Attempted) => Decision>> = {
  unavailable: retryUntilExpired,
  rate_limited: retryUntilExpired,
  unauthorized: () => ({ step: 'pause' }),
  unreachable: giveUp,
  rejected: giveUp,
  // A provider cannot "forbid" a send with this kind; it is the adapter's mistake, and repeating it helps nobody.
  forbidden: giveUp,
};

// An idempotent provider makes one message of two, so a repetition is safe there.
function mayHaveArrived(error: ChannelError, { capabilities }: Attempted): boolean {
  return error.detail.maybeSent === true && !capabilities.idempotentSend;
}

function retryUntilExpired(error: ChannelError, { attempt, ageMs }: Attempted): Decision {
  const afterMs = Math.max(error.detail.retryAfterMs ?? 0, backoffMs(attempt));
  if (ageMs + afterMs > EXPIRES_AFTER_MS)
    return { step: 'expire', failure: { ...failureOf(error), reason: 'expired', retryable: true } };
  return { step: 'retry', afterMs };
}

function giveUp(error: ChannelError): Decision {
  return { step: 'fail', failure: failureOf(error) };
}

/** As the agent is told. */
export function failureOf(error: ChannelError): Failure {
  const reason: Reason = error.detail.reason ?? 'unknown';
  return { reason, code: error.detail.providerCode, retryable: error.kind === 'unavailable' };
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;

/** 1 s, 2 s, 4 s ... up to five minutes; jitter is added where it is waited. */
export function backoffMs(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 20));
}
