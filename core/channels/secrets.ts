import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts what must not lie readable in the database. */
export interface Vault {
  /** `owner` binds the result to its row: it opens nowhere else. */
  seal(value: unknown, owner: string): string;
  open(sealed: string, owner: string): unknown;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const IV_BYTES = 12;

/** A vault under a master key of 64 hexadecimal digits (AES-256-GCM, NIST SP 800-38D). */
export function createVault(masterKey: string): Vault {
  const key = Buffer.from(masterKey, 'hex');
  return {
    seal(value, owner) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(owner));
      const body = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return [VERSION, ...[iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join(
        '.',
      );
    },
    open(sealed, owner) {
      const [version, ...parts] = sealed.split('.');
      const [iv, body, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
      if (version !== VERSION || !iv || !body || !tag) throw new Error('a sealed value is damaged');
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
        return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'));
      } catch (cause) {
        throw new Error('a sealed value cannot be opened: is PARLEY_MASTER_KEY the one it was sealed with?', {
          cause,
        });
      }
    },
  };
}
