import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { SignedRequest } from './sign';

/** What came back from a webhook; status 0 when nobody answered. */
export interface WebhookReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** Calls webhooks the way Meta does: at once, and after a failure again and again, each time later. */
export interface Caller {
  call(request: SignedRequest, retryAfterMs?: readonly number[]): Promise<WebhookReply>;
  close(): void;
}

const ANSWER_WITHIN_MS = 20_000;

/** `resolve` sends what goes to one origin to another, like curl's option of that name. */
export function createCaller(resolve: Readonly<Record<string, string>>, stopping: AbortSignal): Caller {
  const options = { keepAlive: true, maxSockets: 64 };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return {
    async call(request, retryAfterMs = []) {
      const url = new URL(request.url);
      const target = new URL(`${resolve[url.origin] ?? url.origin}${url.pathname}${url.search}`);
      for (let attempt = 1; ; attempt += 1) {
        const reply = await once(target, request, agents);
        const wait = retryAfterMs[attempt - 1];
        if ((reply.status >= 200 && reply.status < 300) || wait === undefined)
          return { ...reply, attempts: attempt };
        await pause(wait, undefined, { signal: stopping });
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function once(
  url: URL,
  { method, headers, body }: SignedRequest,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
): Promise<Omit<WebhookReply, 'attempts'>> {
  const isSecure = url.protocol === 'https:';
  return new Promise((done) => {
    const nobody = { status: 0, headers: {}, body: '' };
    const options = {
      method,
      headers,
      agent: isSecure ? agents.https : agents.http,
      timeout: ANSWER_WITHIN_MS,
    };
    const request = (isSecure ? https : http).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => done(nobody));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        done({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    request.on('error', () => done(nobody));
    request.on('timeout', () => request.destroy());
    request.end(method === 'GET' ? undefined : body);
  });
}
