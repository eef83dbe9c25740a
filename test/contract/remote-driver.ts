import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RawRequest } from '../../plugins/contract/index';
import type { RemoteSettings } from '../../plugins/remote/call';
import { signed, verifySigned } from '../../plugins/remote/signature';
import type { Accepted, Fault, ProviderDriver, Sample } from '../../plugins/testing/index';

/** What the service says of its channel. */
export const REMOTE_MANIFEST = {
  ...{ contract: '^0.1', id: 'carrier', channel: 'carrier', title: 'Carrier' },
  url: 'http://127.0.0.1:1',
  identity: 'line',
  address: { pattern: '^@[a-z]{2,20}$', lowerCase: true },
  capabilities: {
    text: { maxLength: 500 },
    media: { mimeTypes: ['image/*'], maxBytes: 1_000_000, perMessage: 3 },
    states: ['delivered', 'read', 'failed'],
    canStart: true,
    idempotentSend: true,
    lookup: { settlesAfterMs: 1_000 },
  },
  settings: { line: { type: 'string', title: 'Line', minLength: 1 } },
  has: ['findSent', 'openMedia', 'typing'],
};

const CONFIG = { line: 'shop', signingSecret: 'the secret of the shop, 1' };
const OTHER = { line: 'bakery', signingSecret: 'the secret of the bakery' };

type Refusal = readonly [status: number, body: object];

const REFUSALS: Readonly<Partial<Record<Fault, Refusal>>> = {
  busy: [503, {}],
  rate_limited: [429, { kind: 'rate_limited', message: 'slowly', retryAfterMs: 2_000 }],
  bad_credentials: [403, {}],
  bad_content: [400, { kind: 'rejected', message: 'too long', reason: 'too_long' }],
  no_such_customer: [404, { kind: 'unreachable', message: 'nobody', reason: 'bad_address' }],
  opted_out: [400, { kind: 'unreachable', message: 'opted out', reason: 'opted_out', providerCode: '77' }],
};

/** A service of a channel as somebody would write it in another language, driven by the kit. */
export async function startRemoteDriver(options: {
  readonly webhookUrl: string;
}): Promise<ProviderDriver<RemoteSettings> & { readonly url: string }> {
  const service = new Service();
  const url = await service.listen();
  const sign = (body: Uint8Array): RawRequest => ({
    method: 'POST',
    url: options.webhookUrl,
    headers: { 'content-type': 'application/json', ...signed(CONFIG.signingSecret, body, new Date()) },
    body,
  });
  return {
    url,
    config: CONFIG,
    otherConfig: OTHER,
    apiUrl: url,
    customer: { own: 'shop', party: '@ann' },
    otherCustomer: { own: 'shop', party: '@bob' },
    spellings: ['@Ann', ' @ann '],
    says: {
      rate_limited: { retryAfterMs: 2_000 },
      bad_credentials: { setting: 'signingSecret' },
      opted_out: { reason: 'opted_out', providerCode: '77' },
    },
    accepted: () => service.accepted,
    requests: () => service.requests,
    pending: () => service.pending,
    fail: (fault) => service.fail(fault),
    stop: () => service.stop(),
    webhook: {
      signsUrl: false,
      sign,
      deliver: (sample) => [
        sign(Buffer.from(JSON.stringify({ events: eventsOf(sample, service.accepted) }))),
      ],
    },
    media: {
      put: (file) => Promise.resolve(service.keep(file)),
      missing: 'none',
      strangers: () => [],
    },
  };
}

interface Asked {
  readonly settings: { readonly line: string };
  readonly message: Wanted;
  readonly context: { readonly idempotencyKey: string };
  readonly query: { readonly message: Wanted; readonly since: string; readonly idempotencyKey: string };
  readonly ref: string;
}

interface Wanted {
  readonly to: { readonly own: string; readonly party: string };
  readonly text?: string;
  readonly media: readonly { readonly url: string }[];
}

interface File {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

class Service {
  readonly accepted: (Accepted & { readonly at: Date })[] = [];
  requests = 0;
  pending = 0;
  private fault: Fault | undefined;
  private readonly files = new Map<string, File>();
  private readonly server = createServer((request, response) => {
    this.requests += 1;
    this.pending += 1;
    response.once('close', () => {
      this.pending -= 1;
    });
    this.answer(request, response).catch(() => response.destroy());
  });

  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async fail(fault: Fault): Promise<void> {
    if (fault === 'refused') await this.stop();
    else this.fault = fault;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  keep(file: File): string {
    const ref = randomUUID();
    this.files.set(ref, file);
    return ref;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const asked: Asked = JSON.parse(body);
    const { fault } = this;
    this.fault = undefined;
    if (fault === 'silent') return;
    const refusal = isKnown(request, body, asked) ? fault && REFUSALS[fault] : REFUSALS.bad_credentials;
    if (refusal) return end(response, refusal);
    switch (request.url) {
      case '/send':
        return this.take(asked, response, fault);
      case '/findSent':
        return end(response, [200, this.found(asked.query)]);
      case '/openMedia':
        return this.open(asked.ref, response);
      default:
        return end(response, [200, {}]);
    }
  }

  /** The message is taken; what the gateway hears of it is another matter. */
  private take({ message, context }: Asked, response: ServerResponse, fault: Fault | undefined): void {
    const { idempotencyKey: key } = context;
    let sent = this.accepted.find((one) => one.key === key);
    if (!sent) {
      const { to, text: words = '', media } = message;
      const parts = { to: to.party, from: to.own, text: words, media: media.map(({ url }) => ({ url })) };
      sent = { externalId: randomUUID(), ...parts, key, at: new Date() };
      this.accepted.push(sent);
    }
    if (fault === 'reset_after_accept') response.destroy();
    else if (fault === 'error_after_accept') end(response, [500, {}]);
    else if (fault === 'nonsense') response.end('<html>');
    else if (fault === 'no_id') end(response, [200, { state: 'sent' }]);
    else end(response, [200, { externalIds: [sent.externalId], state: 'sent' }]);
  }

  private found({ message, since }: Asked['query']): object {
    return this.accepted
      .filter((one) => one.to === message.to.party && one.from === message.to.own)
      .filter((one) => one.text === (message.text ?? '') && one.media.length === message.media.length)
      .filter((one) => one.at >= new Date(since))
      .map(({ externalId, at }) => ({ externalId, at: at.toISOString() }));
  }

  private open(ref: string, response: ServerResponse): void {
    const file = this.files.get(ref);
    response.statusCode = file ? 200 : 404;
    response.setHeader('content-type', file?.mimeType ?? 'application/json');
    // Not there yet, or nothing of ours.
    response.end(file?.bytes ?? JSON.stringify({ kind: ref === 'none' ? 'unavailable' : 'rejected' }));
  }
}

function isKnown({ headers, url, method = '' }: IncomingMessage, body: string, { settings }: Asked): boolean {
  const account = [CONFIG, OTHER].find(({ line }) => line === settings.line);
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const request = { method, url: url ?? '', headers: plain, body: Buffer.from(body) };
  try {
    if (account) verifySigned(account.signingSecret, request, new Date());
    return account !== undefined;
  } catch {
    return false;
  }
}

function end(response: ServerResponse, [status, body]: Refusal): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function eventsOf(sample: Sample, accepted: readonly Accepted[]): readonly object[] {
  const message = { address: { own: 'shop', party: '@ann' }, sentAt: '2026-01-02T03:04:05Z' };
  const of = (fields: object) => ({ type: 'message', message: { ...message, ...fields } });
  switch (sample.is) {
    case 'message':
      return [of({ externalId: sample.id, text: sample.text })];
    case 'media': {
      const media = Array.from({ length: sample.count }, (_, n) => ({
        ref: `file-${n}`,
        mimeType: 'image/png',
      }));
      return [of({ externalId: sample.id, media })];
    }
    case 'batch':
      return sample.ids.map((id) => of({ externalId: id, text: id }));
    case 'status': {
      const { externalId, state } = sample;
      const key = accepted.find((one) => one.externalId === externalId)?.key;
      const target = { externalId, ...(key !== undefined && { idempotencyKey: key }) };
      return [
        { type: 'status', status: { target, state, ...(state === 'failed' && { reason: 'unknown' }) } },
      ];
    }
    case 'unknown_status':
      return [{ type: 'status', status: { target: { externalId: sample.externalId }, state: 'teleported' } }];
    case 'unknown_content':
      return [of({ externalId: sample.id, unsupported: { kind: 'hologram', raw: { depth: 3 } } })];
    case 'unknown_event':
      return [{ type: 'party_started' }];
  }
}
