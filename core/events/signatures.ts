import { createHmac } from 'node:crypto';

/** One delivery, as it is signed. */
export interface Signing {
  /** The same at every attempt. */
  readonly id: string;
  /** Of the attempt. */
  readonly timestamp: Date;
  /** The bytes that are sent. */
  readonly body: string | Buffer;
  /** Those that live, the newest first. */
  readonly secrets: readonly string[];
}

/**
 * The headers by which a receiver knows that a delivery is ours: the published one, by the newest secret, and those of
 * Standard Webhooks, by each that lives, so that no delivery is refused while a receiver changes to a new secret.
 */
export function signatureHeaders({ id, timestamp, body, secrets }: Signing): Record<string, string> {
  const seconds = String(Math.floor(timestamp.getTime() / 1000));
  const [newest] = secrets;
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    ...(newest === undefined
      ? {}
      : {
          'webhook-signature': secrets.map(sign).join(' '),
          'x-comapi-signature': createHmac('sha1', newest).update(body).digest('hex'),
        }),
  };
}

const PREFIX = 'whsec_';
// Its padding may be left out: libraries take that.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
// As Standard Webhooks has it.
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** What is wrong with a secret that a tenant chose, in words; undefined when nothing is. */
export function secretProblem(secret: string): string | undefined {
  if (!secret.startsWith(PREFIX)) return undefined;
  const bytes = keyBytes(secret)?.length ?? 0;
  if (bytes >= LEAST_BYTES && bytes <= MOST_BYTES) return undefined;
  return `what begins with ${PREFIX} must go on with ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64`;
}

/** A secret as a Standard Webhooks library takes it. */
export function standardSecret(secret: string): string {
  return keyBytes(secret) ? secret : PREFIX + Buffer.from(secret).toString('base64');
}

function keyOf(secret: string): Buffer {
  return keyBytes(secret) ?? Buffer.from(secret);
}

function keyBytes(secret: string): Buffer | undefined {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  return encoded !== '' && BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
}
