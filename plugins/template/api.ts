import { ChannelError, type FailureKind, type Host, type Reason } from 'parley-gateway/plugin';

export interface AcmeConfig {
  /** Our own address at Acme, as customers know it. */
  readonly line: string;
  readonly token: string;
  readonly signingSecret: string;
}

const API = 'https://api.acme.example';

interface Call {
  readonly signal: AbortSignal;
  /** Given: it is posted, and a lost answer means that it was perhaps taken. */
  readonly body?: unknown;
}

/** One request to Acme: it resolves with a good answer, or throws the ChannelError that says what to do next. */
export function callOf(account: {
  readonly config: AcmeConfig;
  readonly host: Host;
  readonly closing: AbortSignal;
}): (path: string, call: Call) => Promise<Response> {
  const { config, host, closing } = account;
  const origin = new URL(host.apiUrl ?? API).origin;
  return async (path, { signal, body }) => {
    // A reference that leads to a stranger would take our token there.
    const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
    if (!url?.pathname.startsWith('/v1/') || url.origin !== origin || url.username || url.password)
      throw new ChannelError('rejected', 'this file does not lie at Acme');
    const ends = AbortSignal.any([signal, closing]);
    if (ends.aborted) throw new ChannelError('unavailable', 'given up before it was sent');
    const init = {
      headers: { authorization: `Bearer ${config.token}`, 'content-type': 'application/json' },
      signal: ends,
      redirect: 'error' as const,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    };
    const answer = await fetch(url, init).catch((error: unknown) => {
      throw unanswered(error, body !== undefined);
    });
    if (answer.ok) return answer;
    throw refused(answer.status, await codeOf(answer), answer.headers);
  };
}

/** Nobody listened: surely not sent. Anything else may have cut off the answer alone. */
function unanswered(error: unknown, isSend: boolean): ChannelError {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  const isRefused = cause?.code === 'ECONNREFUSED' || cause?.code === 'ENOTFOUND';
  return new ChannelError('unavailable', 'Acme did not answer', { maybeSent: isSend && !isRefused });
}

/** Acme's error codes; the host acts on the kind, and agents are told the reason. */
const CODES: Readonly<
  Record<string, { readonly kind: FailureKind; readonly reason?: Reason; readonly setting?: string }>
> = {
  bad_token: { kind: 'unauthorized', setting: 'token' },
  too_long: { kind: 'rejected', reason: 'too_long' },
  no_such_customer: { kind: 'unreachable', reason: 'bad_address' },
  opted_out: { kind: 'unreachable', reason: 'opted_out' },
  no_such_file: { kind: 'unavailable' },
};

function refused(status: number, code: string, headers: Headers): ChannelError {
  const retryAfterMs = 1_000 * (Number(headers.get('retry-after')) || 30);
  if (status === 429)
    return new ChannelError('rate_limited', 'Acme asks to wait', { retryAfterMs, providerCode: code });
  const known = CODES[code];
  if (known) {
    const { kind, ...detail } = known;
    return new ChannelError(kind, `Acme refused it: ${code}`, { ...detail, providerCode: code });
  }
  // 503 says that it was not taken; behind any other failure it may have been.
  const maybeSent = status >= 500 && status !== 503;
  const kind = status >= 500 ? 'unavailable' : 'rejected';
  return new ChannelError(kind, `Acme answered ${status}`, { maybeSent, providerCode: code });
}

async function codeOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const code = Object(body)['code'];
  return typeof code === 'string' ? code : String(answer.status);
}
