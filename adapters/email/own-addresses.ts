import { timingSafeEqual } from 'node:crypto';
import type { Host } from '../../plugins/contract/index';
import { type EmailConfig, identities } from './config';

/** The addresses of one mailbox, with the signed tokens that its plus addresses carry. */
export interface OwnAddresses {
  /** Ours, with or without something behind a plus. */
  has(address: string): boolean;
  /** Without what is behind the plus. */
  bare(address: string): string;
  /** Where an answer to a message finds it again, where the mailbox takes plus addresses. */
  withToken(own: string, key: string): string | undefined;
  /** The key that an address proves. */
  keyIn(address: string): string | undefined;
  /** A header value that proves that a mail is ours, and which one. */
  mark(key: string): string;
  keyOfMark(mark: string): string | undefined;
}

// Case is lost on the way: lower case and digits only (RFC 4648 6).
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const PROOF_LENGTH = 16;
const PREFIX = 'r';
// Before a key that is none of the gateway's own, as in tests.
const AS_IT_IS = '-';
// RFC 5321 4.5.3.1.1
const LONGEST_LOCAL_PART = 64;

// Their mailboxes all take them.
const TAKES_PLUS =
  /(?:^|\.)(?:gmail\.com|googlemail\.com|office365\.com|outlook\.com|fastmail\.com|icloud\.com|mail\.me\.com|protonmail\.ch|zoho\.(?:com|eu)|migadu\.com)$/i;

export function ownAddresses(config: EmailConfig, host: Pick<Host, 'sign'>): OwnAddresses {
  const own = new Set(identities(config));
  const canPlus = config.plusAddressing ?? TAKES_PLUS.test(config.imap.host);
  const proof = (kind: string, key: string) =>
    base32(Buffer.from(host.sign(`${kind} ${key}`), 'base64url')).slice(0, PROOF_LENGTH);
  const bare = (address: string) => address.replace(/\+[^@]*@/, '@');
  return {
    bare,
    has: (address) => own.has(address) || own.has(bare(address)),
    withToken(address, key) {
      const packed = pack(key);
      const at = address.lastIndexOf('@');
      if (!canPlus || packed === undefined || address.includes('+')) return undefined;
      const local = `${address.slice(0, at)}+${PREFIX}${packed}${proof('reply', key)}`;
      return local.length > LONGEST_LOCAL_PART ? undefined : local + address.slice(at);
    },
    keyIn(address) {
      if (!own.has(bare(address))) return undefined;
      const token = /\+r([a-z2-7]{17,})@/.exec(address.toLowerCase())?.[1];
      if (token === undefined) return undefined;
      const key = unpack(token.slice(0, -PROOF_LENGTH));
      return key !== undefined && isSame(token.slice(-PROOF_LENGTH), proof('reply', key)) ? key : undefined;
    },
    mark: (key) =>
      `${pack(key) ?? `${AS_IT_IS}${Buffer.from(key).toString('base64url')}`}.${proof('mark', key)}`,
    keyOfMark(mark) {
      const [packed = '', given = ''] = mark.trim().split('.');
      const key = packed.startsWith(AS_IT_IS)
        ? Buffer.from(packed.slice(AS_IT_IS.length), 'base64url').toString('utf8')
        : unpack(packed);
      return key !== undefined && isSame(given, proof('mark', key)) ? key : undefined;
    },
  };
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A key in few letters: a UUID as its sixteen bytes, and the piece behind it. */
function pack(key: string): string | undefined {
  const [id = '', piece = '0'] = key.split(':');
  if (!UUID.test(id) || Number(piece) > 255) return undefined;
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return base32(piece === '0' ? bytes : Buffer.concat([bytes, Buffer.from([Number(piece)])]));
}

function unpack(packed: string): string | undefined {
  const bytes = fromBase32(packed);
  if (bytes.length < 16 || bytes.length > 17) return undefined;
  const hex = bytes.subarray(0, 16).toString('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  const key = bytes.length === 17 ? `${id}:${bytes[16]}` : id;
  // The last letter has bits to spare: only what we would write ourselves is ours.
  return pack(key) === packed ? key : undefined;
}

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
