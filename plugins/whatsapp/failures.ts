import { ChannelError } from 'parley-gateway/plugin';
import { type Failure, failureOfCode } from './error-codes';
import { isRecord, type Json, numberAt, parseJson, recordAt, recordsAt, textAt } from './json';

/** What came back from Meta. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

const DEFAULT_WAIT_MS = 30_000;
const MINUTE_MS = 60_000;

/** Says what a refusal means for the host, without a word of Meta's: those quote numbers and tokens. */
export function failureOf(answer: Answer, isSend: boolean): ChannelError {
  const error = recordAt(isRecord(answer.body) ? answer.body : {}, 'error');
  const code = numberAt(error, 'code');
  const failure = (code !== undefined && meaning(error, code)) || byStatus(answer.status, code);
  const providerCode = String(code ?? answer.status);
  return new ChannelError(failure.kind, `${failure.words} (HTTP ${answer.status}, ${providerCode})`, {
    providerCode,
    ...(failure.reason && { reason: failure.reason }),
    ...(failure.setting && { setting: failure.setting }),
    ...(failure.maybeSent && isSend && { maybeSent: true }),
    ...(failure.customerOnly && { customerOnly: true }),
    ...(failure.kind === 'rate_limited' && {
      retryAfterMs: failure.retryAfterMs ?? asked(answer.headers) ?? DEFAULT_WAIT_MS,
    }),
  });
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Nobody listened: surely not sent. Anything else may have cut off the answer alone. */
export function unanswered(error: unknown, isSend: boolean): ChannelError {
  const { code } = Object(Object(error).cause);
  const maybeSent = isSend && !NEVER_REACHED.has(code);
  return new ChannelError('unavailable', 'Meta could not be reached, or did not answer', { maybeSent });
}

// One code stands for a wrong message, an unknown number and a wrong proof.
function meaning(error: Json, code: number): Failure | undefined {
  if (code === 100 && numberAt(error, 'error_subcode') === 33) return failureOfCode(33);
  if (code === 100 && /appsecret_proof/i.test(textAt(error, 'message') ?? '')) return WRONG_SECRET;
  return failureOfCode(code);
}

const WRONG_SECRET: Failure = {
  ...{ kind: 'unauthorized', reason: 'not_permitted', setting: 'appSecret' },
  words: 'Meta does not take the proof of the app secret; check appSecret',
};

/** A code that came after this was written, or no answer that can be read: whether it was taken, nobody can tell from it. */
function byStatus(status: number, code: number | undefined): Failure {
  if (status === 401)
    return { kind: 'unauthorized', words: 'Meta refused the token', setting: 'accessToken' };
  if (status === 429) return { kind: 'rate_limited', words: 'Meta asks to slow down' };
  if (status >= 500 || code === undefined)
    return { kind: 'unavailable', words: 'Meta answered what nobody can read', maybeSent: true };
  return { kind: 'rejected', reason: 'unknown', words: 'Meta refused the request' };
}

// Meta says in minutes when calls are taken again; other edges in front of it say Retry-After.
function asked(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after'));
  if (seconds > 0) return seconds * 1_000;
  const usage = parseJson(headers.get('x-business-use-case-usage') ?? '');
  if (!isRecord(usage)) return undefined;
  const minutes = Object.keys(usage).flatMap((id) =>
    recordsAt(usage, id).map((one) => numberAt(one, 'estimated_time_to_regain_access') ?? 0),
  );
  const longest = Math.max(0, ...minutes);
  return longest > 0 ? longest * MINUTE_MS : undefined;
}
