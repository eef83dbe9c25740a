import { ChannelError, type FailureKind, type Reason } from '../../plugins/contract/index';
import type { TwilioConfig } from './config';
import { FAILURES, type Failure } from './error-codes';

/** What is known of a call beside the error that it ended with. */
export interface Evidence {
  /** A request that creates something may have reached Twilio. */
  readonly mayHaveArrived: boolean;
  readonly retryAfter?: string | undefined;
  readonly now: Date;
}

/** Says what an error of the SDK means for the host, without a word of what the SDK says: it quotes numbers and headers. */
export function failureOf(error: unknown, evidence: Evidence): ChannelError {
  if (ChannelError.is(error)) return error;
  const known = readError(error);
  if (known.status === undefined) return noAnswer(known.code, evidence);
  const { status, code } = known;
  const failure = FAILURES[code ?? 0] ?? byStatus(status);
  return new ChannelError(failure.kind, `${failure.words} (HTTP ${status}${code ? `, ${code}` : ''})`, {
    ...(failure.reason && { reason: failure.reason }),
    ...(failure.setting && { setting: failure.setting }),
    ...(code && { providerCode: String(code) }),
    ...(failure.kind === 'rate_limited' && { retryAfterMs: retryAfterMs(failure, evidence) }),
    // 20429 is "never processed", whatever status it comes with.
    ...(status >= 500 && failure.kind !== 'rate_limited' && evidence.mayHaveArrived && { maybeSent: true }),
  });
}

/** What the agent is told of a message that Twilio took and then could not deliver. */
export function reasonOf(errorCode: string): Reason {
  return FAILURES[Number(errorCode)]?.reason ?? 'unknown';
}

/** The failure of a message that Twilio made and gave up in the same breath. */
export function failedAtOnce(errorCode: number | null): ChannelError {
  const known = FAILURES[errorCode ?? 0];
  // Never a kind that repeats: the message exists, and another would be a second one.
  const kind: FailureKind = known?.kind === 'unreachable' ? 'unreachable' : 'rejected';
  return new ChannelError(kind, known?.words ?? 'Twilio took the message and failed it at once', {
    reason: known?.reason ?? 'unknown',
    ...(errorCode && { providerCode: String(errorCode) }),
  });
}

const DEFAULT_WAIT_MS = 1_000;

function retryAfterMs(failure: Failure, { retryAfter, now }: Evidence): number {
  const asked = retryAfter === undefined ? Number.NaN : parseRetryAfter(retryAfter, now);
  return asked > 0 ? asked : (failure.waitMs ?? DEFAULT_WAIT_MS);
}

// RFC 9110 10.2.3: seconds or an HTTP date.
function parseRetryAfter(value: string, now: Date): number {
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Date.parse(value) - now.getTime() : seconds * 1_000;
}

function noAnswer(code: string | undefined, evidence: Evidence): ChannelError {
  const why = code === undefined ? 'its answer made no sense' : (PLAIN[code] ?? code);
  return new ChannelError('unavailable', `Twilio could not be reached, or did not answer: ${why}`, {
    ...(evidence.mayHaveArrived && { maybeSent: true }),
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  ERR_CANCELED: 'no answer in time',
  ECONNABORTED: 'no answer in time',
  ECONNRESET: 'it hung up',
  ECONNREFUSED: 'nothing listens there',
};

function byStatus(status: number): Failure {
  return STATUSES[status] ?? (status >= 400 && status < 500 ? REJECTED : UNAVAILABLE);
}

const REJECTED: Failure = { kind: 'rejected', reason: 'unknown', words: 'Twilio refused the request' };
const UNAVAILABLE: Failure = { kind: 'unavailable', words: 'Twilio is in trouble' };
const REFUSED_US: Failure = {
  kind: 'unauthorized',
  words: 'Twilio refused the credentials; check accountSid and authToken',
  setting: 'authToken' satisfies keyof TwilioConfig,
};
const STATUSES: Readonly<Record<number, Failure>> = {
  401: REFUSED_US,
  403: REFUSED_US,
  404: { ...REFUSED_US, words: 'Twilio knows no such account; check accountSid', setting: 'accountSid' },
  408: UNAVAILABLE,
  413: { ...REJECTED, reason: 'too_long' },
  429: { kind: 'rate_limited', words: 'Twilio asks to slow down' },
};

type SdkError =
  | { readonly status: number; readonly code: number | undefined }
  /** Node's name of what went wrong on the wire, where that is what it was. */
  | { readonly status: undefined; readonly code: string | undefined };

// RestException and TwilioServiceException carry `status` and Twilio's `code`. An axios error has Node's `code`,
// and a `status` too when the answer broke off: that one says nothing of the message.
function readError(error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) return { status: undefined, code: undefined };
  const code = 'code' in error ? error.code : undefined;
  if (!('isAxiosError' in error) && 'status' in error && typeof error.status === 'number')
    return { status: error.status, code: Number(code) || undefined };
  return { status: undefined, code: typeof code === 'string' ? code : undefined };
}
