import { ChannelError } from '../../plugins/contract/index';
import type { Answer } from './answer';
import { type Failure, failureOfCode } from './error-codes';
import { isRecord, type Json, numberAt, recordAt, textAt } from './json';
import { regainMs } from './usage';

/** What is known of a call beside its answer. */
export interface CallFacts {
  /** It may have an effect at Meta. */
  readonly creates: boolean;
  readonly attempt: number;
  readonly pageId: string;
}

/** Says what a refusal means for the host, without a word of Meta's: those quote ids and tokens. */
export function failureOf(answer: Answer, facts: CallFacts): ChannelError {
  const error = isRecord(answer.body) ? recordAt(answer.body, 'error') : undefined;
  const code = error && numberAt(error, 'code');
  if (!error || code === undefined) return unreadable(answer, facts);
  const subcode = numberAt(error, 'error_subcode');
  const failure = settled(meaning(error, code, subcode) ?? byStatus(answer.status, facts), facts);
  const providerCode = subcode === undefined ? `${code}` : `${code}/${subcode}`;
  return new ChannelError(failure.kind, `${failure.words} (HTTP ${answer.status}, ${providerCode})`, {
    providerCode,
    ...(failure.reason && { reason: failure.reason }),
    ...(failure.setting && { setting: failure.setting }),
    ...(failure.maybeSent && facts.creates && { maybeSent: true }),
    ...(failure.kind === 'rate_limited' && { retryAfterMs: retryAfterMs(answer.headers, facts.pageId) }),
  });
}

// Meta says of code 2 that it may also mean a customer who blocked the page: that one is not tried for a whole day.
function settled(failure: Failure, { attempt }: CallFacts): Failure {
  if (failure.mostAttempts === undefined || attempt < failure.mostAttempts) return failure;
  return { kind: 'unreachable', reason: 'blocked', words: failure.words };
}

/** Nobody answered, or the connection broke. */
export function noAnswer(code: string, mayHaveArrived: boolean): ChannelError {
  const why = PLAIN[code] ?? code;
  return new ChannelError('unavailable', `Meta could not be reached, or did not answer: ${why}`, {
    ...(mayHaveArrived && { maybeSent: true }),
  });
}

const PLAIN: Readonly<Record<string, string>> = {
  ERR_CANCELED: 'no answer in time',
  ECONNABORTED: 'no answer in time',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'it hung up',
  ECONNREFUSED: 'nothing listens there',
};

// The same code 100 stands for a wrong message, a wrong page and a wrong proof: only the words differ.
function meaning(error: Json, code: number, subcode: number | undefined): Failure | undefined {
  const words = textAt(error, 'message') ?? '';
  if (code === 100 && /appsecret_proof/i.test(words)) return failureOfCode(104, undefined);
  if (code === 100 && subcode === 33) return UNKNOWN_PAGE;
  if (code === 2635 || (code === 12 && /version/i.test(words))) return failureOfCode(2635, undefined);
  return failureOfCode(code, subcode);
}

const UNKNOWN_PAGE: Failure = {
  kind: 'unauthorized',
  reason: 'not_permitted',
  words: 'Meta knows no such page, or the token is not for it; check pageId',
  setting: 'pageId',
};

function byStatus(status: number, { creates }: CallFacts): Failure {
  if (status === 401)
    return { kind: 'unauthorized', words: 'Meta refused the token', setting: 'pageAccessToken' };
  if (status === 429) return { kind: 'rate_limited', words: 'Meta asks to slow down' };
  if (status >= 500)
    return { kind: 'unavailable', words: 'Meta is in trouble', ...(creates && { maybeSent: true }) };
  return { kind: 'rejected', reason: 'unknown', words: 'Meta refused the request' };
}

/** HTML, nothing, or half of a JSON: whether it took effect nobody can tell from it. */
function unreadable({ status, headers }: Answer, facts: CallFacts): ChannelError {
  if (status === 429)
    return new ChannelError('rate_limited', 'Meta asks to slow down (HTTP 429)', {
      retryAfterMs: retryAfterMs(headers, facts.pageId),
      providerCode: '429',
    });
  return new ChannelError('unavailable', `Meta answered what nobody can read (HTTP ${status})`, {
    ...(facts.creates && { maybeSent: true }),
  });
}

const DEFAULT_WAIT_MS = 30_000;

// Meta says in minutes, per page, when calls are taken again; other edges in front of it say Retry-After.
function retryAfterMs(headers: Answer['headers'], pageId: string): number {
  const seconds = Number(headers['retry-after']);
  if (seconds > 0) return seconds * 1_000;
  return regainMs(headers, pageId) || DEFAULT_WAIT_MS;
}
