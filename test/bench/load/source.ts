import { randomBytes } from 'node:crypto';
import { signedRequest as signedByMeta } from '../../../adapters/facebook/simulator/sign';
import { signedRequest } from '../../../adapters/sms/simulator/sign';
import { pageDelivery } from '../page-delivery';
import { customerNumber, webhookFields } from '../webhook-fields';
import type { Requests, Senders } from './job';

/** A request that only has to be written to a socket. */
export interface Ready {
  readonly bytes: Buffer;
  /** The text of a message, to find it again. */
  readonly text?: string;
}

/** Gives the requests of a job in turn; undefined when there are no more. */
export interface Source {
  next(): Ready | undefined;
  readonly bodyBytes: number;
}

/** Builds up to `count` requests, so that signing and encoding cost nothing while the clock runs. */
export function sourceOf(requests: Requests, port: number, count: number): Source {
  if (requests.kind === 'same') return endless(rawRequest({ ...requests, port, headers: {} }), requests.body);
  const ready = built(requests, port, count);
  let index = 0;
  return {
    next: () => ready[index++],
    bodyBytes: Math.round(ready.reduce((sum, one) => sum + one.bodyBytes, 0) / ready.length),
  };
}

type Built = Ready & { readonly bodyBytes: number };

function built(requests: Exclude<Requests, { kind: 'same' }>, port: number, count: number): Built[] {
  switch (requests.kind) {
    case 'webhooks':
      return webhooks(requests, port, count);
    case 'page webhooks':
      return pageWebhooks(requests, port, count);
    case 'answers':
      return answers(requests, port, count);
  }
}

function endless(bytes: Buffer, body: string): Source {
  const ready = { bytes };
  return { next: () => ready, bodyBytes: Buffer.byteLength(body) };
}

function webhooks(of: Extract<Requests, { kind: 'webhooks' }>, port: number, count: number): Built[] {
  const path = new URL(of.url).pathname;
  return Array.from({ length: count }, (_, index) => {
    const sid = `SM${randomBytes(16).toString('hex')}`;
    const from = customerNumber(senderOf(of.senders, index));
    const fields = webhookFields({ sid, from, to: of.to, accountSid: of.accountSid });
    const { headers, body } = signedRequest(of.authToken, of.url, fields);
    const token = { 'i-twilio-idempotency-token': sid };
    return {
      bytes: rawRequest({ path, port, headers: { ...headers, ...token }, body: body.toString() }),
      bodyBytes: body.length,
    };
  });
}

function pageWebhooks(
  of: Extract<Requests, { kind: 'page webhooks' }>,
  port: number,
  count: number,
): Built[] {
  const { path, pageId, appSecret, senders } = of;
  return Array.from({ length: count }, (_, index) => {
    const customer = senderOf(senders, index);
    const mid = `m_${randomBytes(24).toString('base64url')}`;
    const delivery = pageDelivery({ pageId, customer, mid, at: Date.now() });
    const { headers, body } = signedByMeta(appSecret, path, delivery);
    return { bytes: rawRequest({ path, port, headers, body: body.toString() }), bodyBytes: body.length };
  });
}

function senderOf(senders: Senders, index: number): number {
  if (senders.pick === 'each once') return senders.from + index;
  return senders.from + Math.floor(Math.random() * senders.among);
}

function answers(of: Extract<Requests, { kind: 'answers' }>, port: number, count: number): Built[] {
  const headers = { authorization: `Bearer ${of.token}` };
  const start = Math.floor(Math.random() * of.paths.length);
  return Array.from({ length: count }, (_, index) => {
    const text = `${of.mark} ${index} Thank you, your order is on its way and will be with you tomorrow.`;
    const body = JSON.stringify({
      from: { profileId: of.agentId },
      parts: [{ type: 'text/plain', data: text }],
    });
    const path = of.paths[(start + index) % of.paths.length] ?? '/';
    const bytes = rawRequest({ path, port, headers, contentType: 'application/json', body });
    return { bytes, text, bodyBytes: Buffer.byteLength(body) };
  });
}

interface RawOptions {
  readonly path: string;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body: string;
}

function rawRequest({ path, port, headers, contentType, body }: RawOptions): Buffer {
  const all = {
    host: `127.0.0.1:${port}`,
    connection: 'keep-alive',
    ...headers,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    'content-length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}
