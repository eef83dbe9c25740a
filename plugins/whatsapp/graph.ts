import { createHmac } from 'node:crypto';
import { ChannelError, type Host } from 'parley-gateway/plugin';
import { GRAPH_VERSION, type WhatsAppConfig } from './config';
import { failureOf, unanswered } from './failures';
import { isRecord, type Json, parseJson } from './json';

/** One configured number: what every part of the adapter works with. */
export interface Account {
  readonly config: WhatsAppConfig;
  readonly host: Host;
  readonly call: Graph;
  /** Aborted when the account is closed. */
  readonly closing: AbortSignal;
}

export interface GraphRequest {
  readonly signal: AbortSignal;
  readonly query?: Readonly<Record<string, string>>;
  /** Makes a POST of it. */
  readonly body?: Json | FormData;
  /** A lost answer means that a message was perhaps sent. */
  readonly isSend?: boolean;
  /** Instead of the number's own token. */
  readonly accessToken?: string;
}

/** Asks the Graph API once; throws the ChannelError that says what follows, and tells no secret. */
export type Graph = (path: string, request: GraphRequest) => Promise<Json>;

const META = 'https://graph.facebook.com';

export function graphOf({ config, host, closing }: Omit<Account, 'call'>): Graph {
  const base = `${(host.apiUrl ?? META).replace(/\/+$/, '')}/${config.graphVersion ?? GRAPH_VERSION}`;
  return async (path, { signal, query, body, isSend = false, accessToken = config.accessToken }) => {
    const ends = AbortSignal.any([signal, closing]);
    if (ends.aborted) throw new ChannelError('unavailable', 'given up before it was sent');
    const url = new URL(`${base}/${path}`);
    // It proves that we are the app: https://developers.facebook.com/docs/graph-api/guides/secure-requests
    const proof = createHmac('sha256', config.appSecret).update(accessToken).digest('hex');
    for (const [name, value] of Object.entries({ ...query, appsecret_proof: proof }))
      url.searchParams.set(name, value);
    const answer = await fetch(url, {
      ...contentOf(body, { authorization: `Bearer ${accessToken}` }),
      ...{ signal: ends, redirect: 'error' },
    })
      .then(async (one) => ({
        ...{ status: one.status, headers: one.headers, ok: one.ok },
        body: parseJson(await one.text()),
      }))
      .catch((error: unknown) => {
        throw unanswered(error, isSend);
      });
    if (answer.ok && isRecord(answer.body) && !('error' in answer.body)) return answer.body;
    throw failureOf(answer, isSend);
  };
}

function contentOf(
  body: Json | FormData | undefined,
  headers: Readonly<Record<string, string>>,
): RequestInit {
  if (body === undefined) return { method: 'GET', headers };
  if (body instanceof FormData) return { method: 'POST', headers, body };
  const json = { ...headers, 'content-type': 'application/json' };
  return { method: 'POST', headers: json, body: JSON.stringify(body) };
}
