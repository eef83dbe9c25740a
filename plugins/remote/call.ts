import { z } from 'zod';
import { ChannelError, type FailureDetail, type FailureKind, type Host, REASONS } from '../contract/index';
import { signed } from './signature';

export interface RemoteSettings {
  readonly signingSecret: string;
  readonly [name: string]: unknown;
}

export interface Service {
  readonly url: string;
  readonly settings: RemoteSettings;
  readonly host: Host;
  readonly closing: AbortSignal;
}

/** Whether an answer that is lost means that something was perhaps sent. */
interface Asking {
  readonly signal: AbortSignal;
  readonly isSend?: boolean;
}

/** Asks the service one thing, once; resolves with its good answer, or throws the ChannelError that it named. */
export async function ask(
  { url, settings, host, closing }: Service,
  [what, fields]: readonly [what: string, fields: object],
  { signal, isSend = false }: Asking,
): Promise<Response> {
  const ends = AbortSignal.any([signal, closing]);
  if (ends.aborted) throw new ChannelError('unavailable', 'given up before it was sent');
  const { signingSecret, ...own } = settings;
  const { accountId, webhookUrl } = host;
  const body = JSON.stringify({ accountId, webhookUrl, settings: own, ...fields });
  const answer = await fetch(`${url}/${what}`, {
    ...{ method: 'POST', body, signal: ends, redirect: 'error' as const },
    headers: { 'content-type': 'application/json', ...signed(signingSecret, body, host.now()) },
  }).catch((error: unknown) => {
    throw unanswered(error, isSend);
  });
  if (answer.ok) return answer;
  throw refusal(answer.status, await answer.json().catch(() => undefined), isSend);
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

function unanswered(error: unknown, isSend: boolean): ChannelError {
  const { code } = Object(Object(error).cause);
  const maybeSent = isSend && !NEVER_REACHED.has(code);
  return new ChannelError('unavailable', 'the service of this channel does not answer', { maybeSent });
}

const KINDS = [
  'unavailable',
  'rate_limited',
  'unauthorized',
  'unreachable',
  'rejected',
] as const satisfies FailureKind[];

const failure = z.object({
  kind: z.enum(KINDS),
  message: z.string().max(300).default('the service of this channel refused it'),
  reason: z.enum(REASONS).optional().catch('unknown'),
  retryAfterMs: z.number().min(0).optional(),
  customerOnly: z.boolean().optional(),
  maybeSent: z.boolean().optional(),
  providerCode: z.string().optional(),
  setting: z.string().optional(),
});

function refusal(status: number, body: unknown, isSend: boolean): ChannelError {
  const named = failure.safeParse(body);
  if (named.success) {
    const { kind, message, ...detail } = named.data;
    return new ChannelError(kind, message, detail as FailureDetail);
  }
  if (status === 401 || status === 403)
    return new ChannelError('unauthorized', 'the service of this channel does not know our signature', {
      setting: 'signingSecret',
    });
  // 503 says that it was not even begun.
  const maybeSent = isSend && status >= 500 && status !== 503;
  return new ChannelError('unavailable', `the service of this channel answered ${status}`, { maybeSent });
}
