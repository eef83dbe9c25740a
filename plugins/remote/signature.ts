import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { ChannelError, type RawRequest } from '../contract/index';

/** How far the clocks of gateway and service may be apart. */
const TOLERANCE_MS = 5 * 60_000;

/** The headers that prove who made a body, as Standard Webhooks has them. */
export function signed(secret: string, body: string | Uint8Array, at: Date): Record<string, string> {
  const id = randomUUID();
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature(secret, { id, timestamp, body }),
  };
}

/** Throws ChannelError('forbidden') unless the service signed these very bytes, less than five minutes from `now`. */
export function verifySigned(secret: string, { headers, body }: RawRequest, now: Date): void {
  const {
    'webhook-id': id = '',
    'webhook-timestamp': timestamp = '',
    'webhook-signature': given = '',
  } = headers;
  const age = Math.abs(now.getTime() - Number(timestamp) * 1_000);
  const isTimely = /^\d{1,12}$/.test(timestamp) && age <= TOLERANCE_MS;
  const own = Buffer.from(signature(secret, { id, timestamp, body }));
  // While secrets are changed there may be several.
  const isSigned = given.split(' ').some((one) => isSame(Buffer.from(one), own));
  if (!isSigned)
    throw new ChannelError('forbidden', 'the signature is not the service’s; check signingSecret');
  if (!isTimely)
    throw new ChannelError('forbidden', 'the signature is too old; check the clock of the service');
}

interface Signing {
  readonly id: string;
  readonly timestamp: string;
  readonly body: string | Uint8Array;
}

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
function signature(secret: string, { id, timestamp, body }: Signing): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
