import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';
import { decodeBytes, decodeUnlabelled } from './charset';

/** Somebody as a header names them; the address is in its canonical form. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** The headers of a mail, in the order in which they stand. */
export interface MailHeaders {
  /** The last one of this name, as RFC 5322 readers differ and the nearest to the text was written first. */
  last(name: string): string | undefined;
  first(name: string): string | undefined;
  all(name: string): readonly string[];
  has(name: string): boolean;
}

/** One header line as mailparser gives it: each character a byte. */
export interface HeaderLine {
  readonly key: string;
  readonly line: string;
}

const LONGEST = 256_000;

/** Headers unfolded, with bytes above ASCII read as UTF-8 or else as Windows writes them. */
export function mailHeaders(lines: readonly HeaderLine[]): MailHeaders {
  const values = new Map<string, string[]>();
  for (const { key, line } of lines) {
    const value = unfolded(line.slice(line.indexOf(':') + 1, LONGEST));
    const known = values.get(key.toLowerCase());
    if (known) known.push(value);
    else values.set(key.toLowerCase(), [value]);
  }
  const all = (name: string) => values.get(name) ?? [];
  return {
    all,
    first: (name) => all(name)[0],
    last: (name) => all(name).at(-1),
    has: (name) => values.has(name),
  };
}

function unfolded(value: string): string {
  const flat = value.replace(/\r?\n[ \t]?/g, ' ').trim();
  return /[\u0080-\u00ff]/.test(flat) ? decodeUnlabelled(Buffer.from(flat, 'latin1')) : flat;
}

const ENCODED_WORD = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;

/** Header text with its encoded words read (RFC 2047); words that were split inside of a character are whole again. */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let text = '';
  let end = 0;
  let pending: { charset: string; bytes: Buffer } | undefined;
  const flush = () => {
    if (pending) text += decodeBytes(pending.bytes, pending.charset);
    pending = undefined;
  };
  for (const match of value.matchAll(ENCODED_WORD)) {
    const [whole, charset = '', encoding = '', body = ''] = match;
    const between = value.slice(end, match.index);
    // RFC 2047 6.2: blanks between two encoded words are no part of the text.
    if (!(pending && between.trim() === '')) {
      flush();
      text += between;
    }
    const bytes = /b/i.test(encoding) ? Buffer.from(body, 'base64') : decodeQ(body);
    if (pending?.charset === charset.toLowerCase())
      pending = { ...pending, bytes: Buffer.concat([pending.bytes, bytes]) };
    else {
      flush();
      pending = { charset: charset.toLowerCase(), bytes };
    }
    end = match.index + whole.length;
  }
  flush();
  return text + value.slice(end);
}

function decodeQ(body: string): Buffer {
  const bytes = body
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}

/** A header's text for people: decoded, on one line, without control characters. */
export function headerText(value: string | undefined): string {
  return decodeWords(value ?? '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 2_000);
}

const MOST_ADDRESSES = 500;

/** Everybody that a header names, groups opened, with what is no address left out. */
export function mailboxes(values: readonly string[]): Mailbox[] {
  const found = values.flatMap((value) => addressparser(value.slice(0, 64_000), { flatten: true }));
  return found.slice(0, MOST_ADDRESSES).flatMap(({ name, address }) => {
    const canonical = canonicalAddress(address) ?? canonicalAddress(decodeWords(address));
    if (canonical === undefined) return [];
    const words = headerText(name).slice(0, 200);
    return [words === '' ? { address: canonical } : { name: words, address: canonical }];
  });
}

const ADDRESS = /^[^\s@<>(),;:\\"[\]\p{Cc}]{1,64}@[^\s@<>(),;:\\"[\]\p{Cc}]{1,255}$/u;

/** An address in the one form that all of its spellings share, or undefined when it is none. */
export function canonicalAddress(raw: string): string | undefined {
  const address = raw
    .trim()
    .replace(/^<(.*)>$/, '$1')
    .replace(/\.$/, '');
  if (!ADDRESS.test(address)) return undefined;
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1).toLowerCase());
  if (domain === '' || domain.startsWith('.') || domain.endsWith('.') || domain.includes('..'))
    return undefined;
  // RFC 5321 2.4 lets local parts differ by case; no mailbox of this world does.
  return `${address.slice(0, at).toLowerCase()}@${domain}`;
}

const MESSAGE_ID = /<([^<>\s]{1,900})>/g;
const MOST_IDS = 20;

/** Message ids of a header, without their brackets; of many the first and the last ones. */
export function messageIds(values: readonly string[]): string[] {
  const ids = values.flatMap((value) => idsIn(value));
  const distinct = [...new Set(ids)];
  return distinct.length <= MOST_IDS ? distinct : [...distinct.slice(0, 1), ...distinct.slice(1 - MOST_IDS)];
}

function idsIn(value: string): string[] {
  const bracketed = [...value.matchAll(MESSAGE_ID)].map(([, id = '']) => id);
  if (bracketed.length > 0) return bracketed;
  return value.split(/\s+/).filter((word) => /^[^\s<>@]{1,400}@[^\s<>@]{1,400}$/.test(word));
}

/** When a mail says it was written, or undefined when it says nothing that can be read. */
export function headerDate(value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const at = Date.parse(
    value
      .slice(0, 200)
      .replace(/\([^()]*\)/g, ' ')
      .trim(),
  );
  // Years outside of these are a broken clock.
  return at > 0 && at < 4_102_444_800_000 ? new Date(at) : undefined;
}
