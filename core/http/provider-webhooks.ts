import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpReply } from '../../plugins/contract/index';
import type { Receive } from '../inbound/receive';
import type { Log } from '../log';
import { Problem } from '../model/problem';
import type { Metrics } from './metrics';
import { readBody } from './read-body';

const MOST_BYTES = 5 * 1024 * 1024;
const PATH = /^\/channels\/([^/?]+)\/webhook(?:\?|$)/;

export interface ProviderWebhooksOptions {
  readonly receive: Receive;
  readonly publicUrl: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The account that a provider's call is for; undefined for every other request. */
export function accountOf(url: string): string | undefined {
  return PATH.exec(url)?.[1];
}

/** Takes the calls of providers: the busiest path, so it stands beside express and does only what it must. */
export function createProviderWebhooks(options: ProviderWebhooksOptions) {
  const { receive, publicUrl, log, metrics } = options;
  return async (accountId: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const began = performance.now();
    try {
      const body = await readBody(request, MOST_BYTES);
      const reply = await receive(accountId, {
        method: request.method ?? 'GET',
        url: publicUrl() + (request.url ?? ''),
        headers: flat(request),
        body,
      });
      write(response, reply);
    } catch (error) {
      const isTooLarge = error instanceof Problem;
      if (!isTooLarge) log.warn({ error, accountId }, 'webhook body not read');
      response.setHeader('connection', 'close');
      write(response, { status: isTooLarge ? 413 : 400 });
    }
    metrics.webhooks.observe({ status: response.statusCode }, (performance.now() - began) / 1000);
  };
}

function flat(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  return headers;
}

// With its length said at once, an answer is one piece instead of several chunks.
function write(response: ServerResponse, { status, headers, body = '' }: HttpReply): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { 'x-content-type-options': 'nosniff', ...headers, ...length });
  response.end(body);
}
