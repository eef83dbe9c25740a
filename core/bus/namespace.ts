import { createHash } from 'node:crypto';

/**
 * What all names of this installation in Redis begin with. Installations that share a Redis do not hear each other: they
 * have other master keys, or else other database numbers in their URLs, to which pub/sub itself is blind.
 */
export function namespaceOf(masterKey: string, redisUrl: string): string {
  const number = new URL(redisUrl).pathname.slice(1) || '0';
  const installation = createHash('sha256')
    .update('redis names')
    .update(masterKey)
    .digest('hex')
    .slice(0, 12);
  return `parley:${installation}:${number}`;
}
