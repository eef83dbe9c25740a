import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ChannelError, type HttpReply, type RawRequest, type Webhook } from 'parley-gateway/plugin';
import type { WhatsAppConfig } from './config';
import { parse } from './inbound';

/** Meta calls us: messages, statuses, and the handshake when its address is set. */
export function webhook(config: WhatsAppConfig): Webhook {
  const secrets = [config.appSecret, config.previousAppSecret].filter((secret) => secret !== undefined);
  return {
    verify: (request) => verify(request, secrets),
    parse: (request) => parse(request, config.phoneNumberId),
    challenge: (request) => challenge(request, config.verifyToken),
  };
}

function verify({ headers, body }: RawRequest, secrets: readonly string[]): void {
  const given = Buffer.from(headers['x-hub-signature-256'] ?? '');
  // Over the bytes as they came: Meta escapes more than JSON.stringify does.
  const isSigned = secrets.some((secret) =>
    isSame(given, Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)),
  );
  if (!isSigned) throw new ChannelError('forbidden', 'the signature is not Meta’s; check appSecret');
}

function challenge(request: RawRequest, verifyToken: string): HttpReply {
  const query = URL.canParse(request.url) ? new URL(request.url).searchParams : new URLSearchParams();
  const words = query.get('hub.challenge');
  const isOurs =
    query.get('hub.mode') === 'subscribe' &&
    isSame(hashed(query.get('hub.verify_token') ?? ''), hashed(verifyToken));
  // As plain text, or whatever a stranger puts there would run as a page of ours.
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  if (!isOurs || words === null) return { status: 403, headers, body: 'the verify token is another one' };
  return { status: 200, headers, body: words };
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

// Of equal length whatever was given, so that not even the length of the verify token shows.
function hashed(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
