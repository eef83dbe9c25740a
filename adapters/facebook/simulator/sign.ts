import { createHmac } from 'node:crypto';

/** A request as Meta sends it. */
export interface SignedRequest {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** JSON as Meta writes it: non-ASCII as \uXXXX and / as \/, so that writing it again gives other bytes. */
export function metaJson(value: unknown): Buffer {
  const text = JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return Buffer.from(text, 'utf8');
}

/** Signs a body with the secret of an app, in the new way and the old. */
export function signedRequest(appSecret: string, url: string, body: Buffer): SignedRequest {
  const digest = (algorithm: string): string => createHmac(algorithm, appSecret).update(body).digest('hex');
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'facebookexternalua',
      'x-hub-signature': `sha1=${digest('sha1')}`,
      'x-hub-signature-256': `sha256=${digest('sha256')}`,
    },
    body,
  };
}
