import { ChannelError, type FailureDetail, type FailureKind, type Host } from 'parley-gateway/plugin';
import type { TelegramConfig } from './config';

const API = 'https://api.telegram.org';

/** One configured bot: what every part of the adapter works with. */
export interface Account {
  readonly config: TelegramConfig;
  readonly host: Host;
  readonly call: BotApi;
}

interface CallOptions {
  readonly signal: AbortSignal;
  /** A lost answer means that a message was perhaps sent. */
  readonly isSend?: boolean;
}

/** Calls one method of the Bot API, once, and gives its result; throws the ChannelError that says what follows. */
export type BotApi = (method: string, params: object, options: CallOptions) => Promise<unknown>;

export function botApi(account: {
  readonly config: TelegramConfig;
  readonly host: Host;
  readonly closing: AbortSignal;
}): BotApi {
  const { config, host, closing } = account;
  return async (method, params, { signal, isSend = false }) => {
    const ends = AbortSignal.any([signal, closing]);
    if (ends.aborted) throw new ChannelError('unavailable', 'given up before it was sent');
    // The address holds the token: it must not get into any error.
    const answer = await fetch(`${host.apiUrl ?? API}/bot${config.token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
      signal: ends,
      redirect: 'error',
    }).catch((error: unknown) => {
      throw unanswered(error, isSend);
    });
    const body: unknown = await answer.json().catch(() => undefined);
    const { ok, result } = Object(body);
    if (answer.ok && ok === true) return result;
    throw refusal(answer.status, Object(body), isSend);
  };
}

/** A file that `getFile` named; its address holds the token too. */
export async function download(
  { config, host }: Account,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const place = `${host.apiUrl ?? API}/file/bot${config.token}/${path.split('/').map(encodeURIComponent).join('/')}`;
  const answer = await fetch(place, { signal, redirect: 'error' }).catch(() => undefined);
  if (!answer?.ok) throw new ChannelError('unavailable', 'Telegram did not give the file');
  return answer;
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function unanswered(error: unknown, isSend: boolean): ChannelError {
  const { code } = Object(Object(error).cause);
  const maybeSent = isSend && !NEVER_REACHED.has(code);
  return new ChannelError('unavailable', 'Telegram did not answer', { maybeSent });
}

interface Rule {
  readonly status: number;
  /** What the description says: the Bot API has no other codes. */
  readonly says?: RegExp;
  readonly kind: FailureKind;
  readonly detail?: FailureDetail;
}

// https://core.telegram.org/bots/api#making-requests: error_code and description
const RULES: readonly Rule[] = [
  { status: 401, kind: 'unauthorized', detail: { setting: 'token' } },
  // The path is wrong, and so is the token that stands in it.
  { status: 404, says: /^not found$/i, kind: 'unauthorized', detail: { setting: 'token' } },
  { status: 403, says: /blocked|kicked/i, kind: 'unreachable', detail: { reason: 'blocked' } },
  { status: 403, says: /deactivated/i, kind: 'unreachable', detail: { reason: 'bad_address' } },
  { status: 403, kind: 'unreachable', detail: { reason: 'not_permitted' } },
  {
    status: 400,
    says: /chat not found|user not found|peer_id_invalid/i,
    kind: 'unreachable',
    detail: { reason: 'bad_address' },
  },
  { status: 400, says: /too long|too_long/i, kind: 'rejected', detail: { reason: 'too_long' } },
  { status: 400, says: /file|photo|http url|media/i, kind: 'rejected', detail: { reason: 'bad_media' } },
  { status: 400, kind: 'rejected' },
  // A webhook is set, or somebody else asks for this bot's updates.
  { status: 409, kind: 'unavailable' },
];

interface Refused {
  readonly description?: unknown;
  readonly parameters?: unknown;
}

function refusal(status: number, { description, parameters }: Refused, isSend: boolean): ChannelError {
  const words = typeof description === 'string' ? description : '';
  const providerCode = String(status);
  if (status === 429) {
    const { retry_after: seconds } = Object(parameters);
    const retryAfterMs = typeof seconds === 'number' ? seconds * 1_000 : DEFAULT_WAIT_MS;
    return new ChannelError('rate_limited', 'Telegram asks to wait', { retryAfterMs, providerCode });
  }
  const rule = RULES.find(
    (one) => one.status === status && (one.says?.test(words.replace(/^[\w ]+: /, '')) ?? true),
  );
  if (rule)
    return new ChannelError(rule.kind, WORDS[status] ?? `Telegram answered ${status}`, {
      ...rule.detail,
      providerCode,
    });
  // 200 without a result, or trouble on their side, behind which it may have been taken.
  const maybeSent = isSend && status !== 503;
  return new ChannelError('unavailable', `Telegram answered ${status}`, { maybeSent, providerCode });
}

const DEFAULT_WAIT_MS = 5_000;

// Never the description itself: it may name the customer.
const WORDS: Readonly<Record<number, string>> = {
  400: 'Telegram refused the content or the customer',
  401: 'Telegram does not know this bot; check the token',
  403: 'the customer lets this bot not write',
  404: 'Telegram does not know this bot; check the token',
  409: 'another program asks for the messages of this bot, or a webhook is set',
};
