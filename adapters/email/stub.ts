import { createHash } from 'node:crypto';
import type { InboundEvent } from '../../plugins/contract/index';
import type { Account } from './account';
import { type HeaderLine, headerText, mailboxes, mailHeaders, messageIds } from './reading/headers';
import type { Mail, Taken } from './taken';

/** How much of the beginning of a mail a stub is made of, at most. */
export const HEAD_BYTES = 64 * 1024;

/** Says that a mail cannot be read, and gives what is shown in its place. */
export function unreadable(
  account: Account,
  { uid, bytes }: Mail,
  { taken, ...why }: { readonly head: string; readonly problem: string; readonly taken: Taken },
): readonly InboundEvent[] {
  account.host.log.warn({ uid, bytes, problem: why.problem }, 'mail cannot be read');
  return [stubOf(account, why, taken)];
}

/** What is shown of a mail that cannot be read: that it is there, from whom, about what, and why. The raw mail is kept with it. */
export function stubOf(
  account: Account,
  { head, problem }: { readonly head: string; readonly problem: string },
  taken: Taken,
): InboundEvent {
  const headers = mailHeaders(linesOf(head));
  const [from] = mailboxes(headers.all('from').slice(-1));
  const subject = headerText(headers.last('subject'));
  const id = messageIds(headers.all('message-id')).at(-1);
  const party = from && !account.own.has(from.address) ? from.address : NOBODY;
  const externalId = `unreadable:${createHash('sha256').update(head).digest('hex')}`;
  return {
    type: 'message',
    message: {
      externalId,
      ...(id === undefined ? {} : { alsoKnownAs: [id] }),
      address: { own: account.config.address, party, thread: externalId },
      sender: from?.name === undefined ? {} : { name: from.name },
      sentAt: taken.arrivedOn,
      ...(subject === '' ? {} : { subject }),
      text: 'This mail cannot be displayed; the mail as it came is kept.',
      media: [],
      raw: taken.raw,
      canReply: party !== NOBODY,
      unsupported: { kind: 'unreadable mail', raw: { problem, bytes: taken.raw.bytes } },
      ...(taken.isPast ? { past: 'always' as const } : {}),
    },
  };
}

/** Who wrote a mail that does not say so (RFC 2606: a domain that cannot be). */
export const NOBODY = 'unknown-sender@no-address.invalid';

const MOST_LINES = 500;

// Good enough for a few headers of a damaged mail, in linear time.
function linesOf(head: string): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const line of head.split(/\r?\n/)) {
    const last = lines.at(-1);
    if (line === '' || lines.length > MOST_LINES) break;
    if (/^[ \t]/.test(line) && last) lines[lines.length - 1] = { ...last, line: `${last.line}\n${line}` };
    else if (/^[\w-]{1,80}:/.test(line))
      lines.push({ key: line.slice(0, line.indexOf(':')).toLowerCase(), line });
  }
  return lines;
}
