import { text as textOf } from 'node:stream/consumers';
import type { ImapFlow } from 'imapflow';
import { ChannelError, type SentMatch, type SentQuery } from '../../plugins/contract/index';
import type { Account } from './account';
import { mailTo } from './address';
import type { compose } from './compose';
import { openImap } from './imap';
import { imapError } from './imap-errors';
import { messageIdOf } from './message-ids';
import { messageIds } from './reading/headers';

const FILING_MS = 60_000;
const CLOCK_SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const MOST_COMPARED = 50;
const MOST_BYTES = 2_000_000;

/** Puts a copy of what was sent into the Sent folder, where the server does not; whether that works changes nothing. */
export function fileSent(account: Account, write: () => ReturnType<typeof compose>): void {
  const { sentFolder, sentBy } = account.config.imap;
  if (sentFolder === undefined || sentBy !== 'gateway') return;
  file(account, sentFolder, write).catch((error: unknown) => {
    account.host.log.warn({ error: imapError(error).message }, 'a sent mail is not in the Sent folder');
  });
}

async function file(
  account: Account,
  folder: string,
  write: () => ReturnType<typeof compose>,
): Promise<void> {
  const content = await textOf((await write()).body);
  const client = await openImap(account, AbortSignal.timeout(FILING_MS));
  try {
    await client.append(folder, content, ['\\Seen']);
  } finally {
    client.close();
  }
}

/** What the Sent folder holds that could be this mail, the oldest first. */
export async function findSent(
  account: Account,
  query: SentQuery,
  signal: AbortSignal,
): Promise<readonly SentMatch[]> {
  const { sentFolder = 'Sent', sentBy = 'server' } = account.config.imap;
  const client = await openImap(account, signal);
  try {
    await client.mailboxOpen(sentFolder, { readOnly: true });
    const matches = await search(client, query);
    // Whatever the gateway files itself, it files after the sending: that it is missing proves nothing.
    if (matches.length === 0 && sentBy === 'gateway')
      throw new ChannelError('unavailable', 'the Sent folder is filled by the gateway and cannot tell');
    return matches;
  } catch (error) {
    throw imapError(error);
  } finally {
    client.close();
  }
}

async function search(client: ImapFlow, query: SentQuery): Promise<SentMatch[]> {
  const { message, idempotencyKey } = query;
  const id = messageIdOf(idempotencyKey, message.to.own);
  const byId = await client.search({ header: { 'message-id': `<${id}>` } }, { uid: true });
  const exact = await matchesOf(client, listOf(byId), () => true);
  if (exact.length > 0) return exact;
  // Some relays give a mail an id of their own: then everything else must be the same.
  const since = new Date(query.since.getTime() - CLOCK_SKEW_MS);
  const found = await client.search(
    { since: new Date(since.getTime() - DAY_MS), to: mailTo(message.to.party) },
    { uid: true },
  );
  const matches = await matchesOf(client, listOf(found), (sent) => isSame(sent, query));
  return matches.filter(({ at }) => at >= since);
}

function listOf(found: number[] | false | undefined): number[] {
  return (found || []).slice(-MOST_COMPARED);
}

interface Sent {
  readonly text: string;
  readonly files: number;
  readonly party: string | undefined;
}

async function matchesOf(
  client: ImapFlow,
  uids: readonly number[],
  couldBe: (sent: Sent) => boolean,
): Promise<SentMatch[]> {
  if (uids.length === 0) return [];
  const found: { readonly source: Buffer; readonly at: Date; readonly uid: number }[] = [];
  const wanted = { uid: true, internalDate: true, source: { start: 0, maxLength: MOST_BYTES } };
  for await (const one of client.fetch(uids.join(','), wanted, { uid: true }))
    if (one.source) found.push({ source: one.source, at: new Date(one.internalDate ?? 0), uid: one.uid });
  const matches: SentMatch[] = [];
  for (const { source, at } of found.sort((a, b) => a.uid - b.uid)) {
    const { externalId, ...sent } = await readSent(source);
    if (couldBe(sent)) matches.push({ externalId, at });
  }
  return matches;
}

// Our own mail, which nobody else has written: it is read here.
async function readSent(source: Buffer): Promise<Sent & { readonly externalId: string }> {
  const { readMail }: typeof import('./reading/read-mail') = require('./reading/read-mail');
  const mail = await readMail(once(source), async (_, body) => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.byteLength;
    return bytes;
  });
  const whole = [mail.text, mail.signature, mail.quoted].filter((one) => one !== undefined).join('\n');
  return {
    externalId: messageIds([`<${mail.messageId}>`])[0] ?? mail.messageId,
    text: whole,
    files: mail.files.length,
    party: mail.to[0]?.address,
  };
}

async function* once(source: Buffer): AsyncGenerator<Uint8Array> {
  yield source;
}

function isSame(sent: Sent, { message }: SentQuery): boolean {
  const squeezed = (words: string) => words.replace(/\s+/g, '');
  const expected = squeezed(message.text ?? '');
  const found = squeezed(sent.text);
  // Our signature may stand below.
  const isText = found === expected || (expected !== '' && found.startsWith(`${expected}--`));
  return isText && sent.files === message.media.length && sent.party === mailTo(message.to.party);
}
