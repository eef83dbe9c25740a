import http from 'node:http';
import https from 'node:https';

/** What came back from a webhook; status 0 when nobody answered. */
export interface WebhookReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** How often it was tried. */
  readonly attempts: number;
}

export interface WebhookRequest {
  readonly method: string;
  /** As signed; a fragment such as `#rc=3&rp=all` says how to retry, and is not sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Calls webhooks the way Twilio does: 15 seconds, and retries only as the URL's fragment asks. */
export interface Caller {
  call(request: WebhookRequest): Promise<WebhookReply>;
  close(): void;
}

/** `resolve` sends what goes to one origin to another, like curl's option of that name. */
export function createCaller(resolve: Readonly<Record<string, string>>): Caller {
  const options = { keepAlive: true, maxSockets: 64 };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return {
    async call(request) {
      const [address = '', fragment = ''] = request.url.split('#');
      const url = new URL(address);
      const target = new URL(`${resolve[url.origin] ?? url.origin}${url.pathname}${url.search}`);
      const policy = policyOf(fragment);
      for (let attempt = 1; ; attempt += 1) {
        const reply = await once(target, request, agents);
        if (attempt > policy.retries || !policy.retriesAfter(reply.status))
          return { ...reply, attempts: attempt };
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Policy {
  readonly retries: number;
  retriesAfter(status: number): boolean;
}

// Connection overrides: rc is the number of retries (1), rp what is retried (ct: a failed connection).
function policyOf(fragment: string): Policy {
  const asked = new URLSearchParams(fragment);
  const retries = Math.min(5, Number(asked.get('rc') ?? 1));
  const causes = (asked.get('rp') ?? 'ct').split(',');
  return {
    retries,
    retriesAfter: (status) =>
      causes.some((cause) => (cause === 'all' ? status === 0 || status >= 400 : CAUSES[cause]?.(status))),
  };
}

const CAUSES: Readonly<Record<string, (status: number) => boolean>> = {
  ct: (status) => status === 0,
  rt: (status) => status === 0,
  '4xx': (status) => status >= 400 && status < 500,
  '5xx': (status) => status >= 500,
};

const TOTAL_MS = 15_000;

function once(
  url: URL,
  { method, headers, body }: WebhookRequest,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
): Promise<Omit<WebhookReply, 'attempts'>> {
  const secure = url.protocol === 'https:';
  const agent = secure ? agents.https : agents.http;
  return new Promise((done) => {
    const nobody = { status: 0, headers: {}, body: '' };
    const options = { method, headers, agent, timeout: TOTAL_MS };
    const request = (secure ? https : http).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => done(nobody));
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', () => done(nobody));
    request.on('timeout', () => request.destroy());
    request.end(body);
  });
}
