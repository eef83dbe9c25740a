import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { ChannelError, type HttpReply, type RawRequest, type Webhook } from '../../plugins/contract/index';
import type { FacebookConfig } from './config';
import { parse } from './inbound';

/** Meta calls us: messages, statuses, and the handshake when its address is set. */
export function webhook(config: FacebookConfig): Webhook {
  const secrets = [config.appSecret, config.previousAppSecret].filter((secret) => secret !== undefined);
  return {
    verify: (request) => verify(request, secrets),
    parse: (request) => parse(request, config.pageId),
    challenge: (request) => challenge(request, config.verifyToken),
  };
}

// The older sha1 header is not looked at: whoever can choose the weaker one would.
const HEADER = 'x-hub-signature-256';

function verify({ headers, body }: RawRequest, secrets: readonly string[]): void {
  const signature = headers[HEADER];
  if (!signature) throw new ChannelError('forbidden', 'the request has no X-Hub-Signature-256');
  const given = Buffer.from(signature);
  // Over the bytes as they came: Meta escapes more than JSON.stringify does.
  const isSigned = secrets.some((secret) =>
    isSame(given, Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)),
  );
  if (!isSigned) throw new ChannelError('forbidden', 'the signature is not Meta’s; check appSecret');
}

function challenge(request: RawRequest, verifyToken: string): HttpReply {
  const query = URL.canParse(request.url) ? new URL(request.url).searchParams : new URLSearchParams();
  const isOurs =
    query.get('hub.mode') === 'subscribe' &&
    isSame(hashed(query.get('hub.verify_token') ?? ''), hashed(verifyToken));
  const words = query.get('hub.challenge');
  // As plain text, or whatever a stranger puts there would run as a page of ours.
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  if (!isOurs || words === null) return { status: 403, headers, body: 'the verify token is another one' };
  return { status: 200, headers, body: words };
}

/** Takes the same time wherever they differ; how long a signature is, everybody knows. */
function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

// Of equal length whatever was given, so that not even the length of the verify token shows.
function hashed(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
