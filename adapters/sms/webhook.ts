import { createHash, timingSafeEqual } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import { ChannelError, type HttpReply, type RawRequest, type Webhook } from '../../plugins/contract/index';
import type { TwilioConfig } from './config';
import { isStatusCallback, parse } from './inbound';
import { isJson, paramsOf, queryOf } from './params';

/** Twilio calls us: an inbound message, or how far a sent one got. */
export function webhook(config: TwilioConfig): Webhook {
  const tokens = [config.authToken, config.previousAuthToken].filter((token) => token !== undefined);
  return { verify: (request) => verify(request, tokens), parse, reply };
}

function verify(request: RawRequest, tokens: readonly string[]): void {
  const signature = request.headers['x-twilio-signature'];
  if (!signature) throw new ChannelError('forbidden', 'the request has no X-Twilio-Signature');
  if (!tokens.some((token) => isSigned(request, token, signature)))
    throw new ChannelError('forbidden', 'the signature is not Twilio’s; check authToken and the public URL');
}

function isSigned(request: RawRequest, token: string, signature: string): boolean {
  const { method, url, headers } = request;
  try {
    if (isJson(headers)) return hasSignedBody(request) && validateRequest(token, signature, url, {});
    const params = method === 'GET' ? {} : paramsOf(request);
    return validateRequest(token, signature, url, params);
  } catch {
    // validateRequest throws ERR_INVALID_URL; a request that cannot be checked is not Twilio's.
    return false;
  }
}

/** Of a JSON body nothing is signed but its hash in the URL: without that, any body would do. */
function hasSignedBody({ url, body }: RawRequest): boolean {
  const signed = Buffer.from(queryOf(url).get('bodySHA256') ?? '');
  const actual = Buffer.from(createHash('sha256').update(body).digest('hex'));
  return signed.length === actual.length && timingSafeEqual(signed, actual);
}

const TWIML: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

// Any text in the answer would be sent to the customer, an empty one is error 11200 in the Twilio console.
function reply(request: RawRequest): HttpReply {
  return isStatusCallback(paramsOf(request)) ? { status: 204 } : TWIML;
}
