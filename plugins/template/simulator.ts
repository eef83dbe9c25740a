import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RawRequest } from 'parley-gateway/plugin';
import type { Accepted, Fault, ProviderDriver, Sample, SimulatedProvider } from 'parley-gateway/testing';
import type { AcmeConfig } from './api';

const CONFIG: AcmeConfig = { line: 'shop', token: 'token-of-shop', signingSecret: 'signing-secret-of-shop' };
const OTHER: AcmeConfig = {
  line: 'bakery',
  token: 'token-of-bakery',
  signingSecret: 'signing-secret-bakery',
};

/** How each fault looks from outside: a refusal, or something that goes wrong after the message was taken. */
const REFUSALS: Readonly<Partial<Record<Fault, readonly [number, string]>>> = {
  busy: [503, 'busy'],
  rate_limited: [429, 'slow_down'],
  bad_credentials: [401, 'bad_token'],
  bad_content: [400, 'too_long'],
  no_such_customer: [404, 'no_such_customer'],
  opted_out: [403, 'opted_out'],
};

/** What the kit is to test the channel on. */
const provider: SimulatedProvider<AcmeConfig> = { start: startAcme, supports: ['webhook', 'openMedia'] };

export default provider;

/** Acme on loopback: what the kit, and you while you try things out, send to and hear from. */
async function startAcme(options: { readonly webhookUrl: string }): Promise<ProviderDriver<AcmeConfig>> {
  const server = new AcmeServer();
  const apiUrl = await server.listen();
  const sign = (body: Uint8Array): RawRequest => ({
    method: 'POST',
    url: options.webhookUrl,
    headers: {
      'content-type': 'application/json',
      'acme-signature': createHmac('sha256', CONFIG.signingSecret).update(body).digest('hex'),
    },
    body,
  });
  return {
    config: CONFIG,
    otherConfig: OTHER,
    apiUrl,
    customer: { own: 'shop', party: '@ann' },
    otherCustomer: { own: 'shop', party: '@bob' },
    spellings: ['@Ann', ' @ann '],
    says: { rate_limited: { retryAfterMs: 2_000 }, bad_credentials: { setting: 'token' } },
    accepted: () => server.accepted,
    requests: () => server.requests,
    pending: () => server.pending,
    fail: (fault) => server.fail(fault),
    stop: () => server.stop(),
    webhook: {
      signsUrl: false,
      sign,
      deliver: (sample) => [sign(Buffer.from(JSON.stringify({ events: eventsOf(sample, server.accepted) })))],
    },
    media: {
      put: (file) => Promise.resolve(`${apiUrl}${server.keep(file)}`),
      missing: `${apiUrl}/v1/files/none`,
      strangers: () => [],
    },
  };
}

interface Posted {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly files: readonly { readonly url: string }[];
  readonly reference: string;
}

interface File {
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

class AcmeServer {
  readonly accepted: Accepted[] = [];
  requests = 0;
  pending = 0;
  private readonly files = new Map<string, File>();
  private fault: Fault | undefined;
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

  /** How the next request is answered. */
  async fail(fault: Fault): Promise<void> {
    if (fault === 'refused') await this.stop();
    else this.fault = fault;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server.close(), 'close');
  }

  keep(file: File): string {
    const path = `/v1/files/${randomUUID()}`;
    this.files.set(path, file);
    return path;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const { fault, files } = this;
    this.fault = undefined;
    const isKnown = [CONFIG, OTHER].some(({ token }) => request.headers.authorization === `Bearer ${token}`);
    const refusal = isKnown ? fault && REFUSALS[fault] : REFUSALS.bad_credentials;
    if (fault === 'silent') return;
    if (refusal) return end(response, { status: refusal[0], body: JSON.stringify({ code: refusal[1] }) });
    const { url = '' } = request;
    if (url === '/v1/messages') return this.takeMessage(JSON.parse(body), response, fault);
    const file = files.get(url);
    if (file) return end(response, { status: 200, body: file.bytes, type: file.mimeType });
    const isFile = url.startsWith('/v1/files/');
    return end(response, { status: isFile ? 404 : 200, body: isFile ? '{"code":"no_such_file"}' : '{}' });
  }

  /** The message is taken; what the sender hears of it is another matter. */
  private takeMessage(message: Posted, response: ServerResponse, fault: Fault | undefined): void {
    const { from, to, text: words, files: media, reference: key } = message;
    let sent = this.accepted.find((one) => one.key === key);
    if (!sent) {
      sent = { externalId: randomUUID(), from, to, text: words, media, key };
      this.accepted.push(sent);
    }
    if (fault === 'reset_after_accept') response.destroy();
    else if (fault === 'error_after_accept') end(response, { status: 500, body: '{"code":"oops"}' });
    else if (fault === 'nonsense') end(response, { status: 201, body: '<html>' });
    else if (fault === 'no_id') end(response, { status: 201, body: '{}' });
    else end(response, { status: 201, body: JSON.stringify({ id: sent.externalId }) });
  }
}

function end(
  response: ServerResponse,
  reply: { readonly status: number; readonly body: string | Uint8Array; readonly type?: string },
): void {
  response.writeHead(reply.status, { 'content-type': reply.type ?? 'application/json', 'retry-after': '2' });
  response.end(reply.body);
}

/** What Acme says of each thing that can happen; the same id is the same message. */
function eventsOf(sample: Sample, accepted: readonly Accepted[]): readonly object[] {
  const message = { type: 'message', from: '@ann', to: 'shop', at: '2026-01-02T03:04:05Z' };
  const referenceOf = (id: string) => accepted.find(({ externalId }) => externalId === id)?.key;
  switch (sample.is) {
    case 'message':
      return [{ ...message, id: sample.id, text: sample.text }];
    case 'media':
      return [{ ...message, id: sample.id, files: Array.from({ length: sample.count }, picture) }];
    case 'batch':
      return sample.ids.map((id) => ({ ...message, id, text: id }));
    case 'status': {
      const { externalId, state } = sample;
      return [{ type: 'status', message: externalId, state, reference: referenceOf(externalId) }];
    }
    case 'unknown_status':
      return [{ type: 'status', message: sample.externalId, state: 'teleported' }];
    case 'unknown_content':
      return [{ ...message, id: sample.id, content: 'hologram' }];
    case 'unknown_event':
      return [{ type: 'party_started' }];
  }
}

function picture(_: unknown, index: number): object {
  return { url: `/v1/files/${index}`, type: 'image/png', name: `picture ${index}.png` };
}
