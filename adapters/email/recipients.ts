import type { AnsweredMessage, OutboundMessage } from '../../plugins/contract/index';
import type { Account } from './account';
import { mailTo } from './address';
import { canonicalAddress, type Mailbox } from './reading/headers';

/** To whom a mail goes. */
export interface Recipients {
  readonly to: readonly [Mailbox, ...Mailbox[]];
  readonly cc: readonly Mailbox[];
}

/** Computed from the mail that is answered: its sender, and everybody who was on it; never ourselves, nor anybody else. */
export function recipientsOf(account: Account, message: OutboundMessage): Recipients {
  const party = mailTo(message.to.party);
  const { answered } = message;
  const mail = answered && !answered.isOurs ? headersOf(answered) : undefined;
  if (!mail || !isAuthor(mail, party)) return { to: [{ address: party }], cc: [] };
  const replyTo = mail.replyTo.filter(({ address }) => !account.own.has(address));
  // Whoever pretends to be somebody must not get the answer by a Reply-To of their own.
  const to = mail.verified === false || replyTo.length === 0 ? [mail.from ?? { address: party }] : replyTo;
  const [first = { address: party }, ...more] = to.filter(({ address }) => !account.own.has(address));
  const all = wantsAll(account, message) ? [...mail.to, ...mail.cc] : [];
  return { to: [first, ...more], cc: others(account, all, [first, ...more]) };
}

function wantsAll({ config }: Account, { metadata }: OutboundMessage): boolean {
  const wish = Object(metadata)['replyAll'];
  return typeof wish === 'boolean' ? wish : config.answerTo !== 'sender';
}

function others({ own }: Account, all: readonly Mailbox[], to: readonly Mailbox[]): Mailbox[] {
  const taken = new Set(to.map(({ address }) => address));
  return all.filter(({ address }) => {
    if (own.has(address) || taken.has(address)) return false;
    taken.add(address);
    return true;
  });
}

function isAuthor({ from, replyTo }: AnsweredHeaders, party: string): boolean {
  return from?.address === party || replyTo.some(({ address }) => address === party);
}

/** What was kept of the mail that is answered. */
export interface AnsweredHeaders {
  readonly messageId?: string;
  readonly references: readonly string[];
  readonly from?: Mailbox;
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly verified?: boolean;
  readonly isAutomatic: boolean;
}

/** Reads our own metadata again; what is not there, or was changed, counts as absent. */
export function headersOf({ metadata = {} }: AnsweredMessage): AnsweredHeaders {
  const [from] = mailboxesIn([metadata['from']]);
  const { messageId, references, verified, automatic } = metadata;
  return {
    ...(typeof messageId === 'string' ? { messageId } : {}),
    references: Array.isArray(references) ? references.filter((one) => typeof one === 'string') : [],
    ...(from && { from }),
    replyTo: mailboxesIn(metadata['replyTo']),
    to: mailboxesIn(metadata['to']),
    cc: mailboxesIn(metadata['cc']),
    ...(typeof verified === 'boolean' ? { verified } : {}),
    isAutomatic: automatic !== undefined,
  };
}

function mailboxesIn(value: unknown): Mailbox[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const { address, name } = Object(one) as { address?: unknown; name?: unknown };
    const canonical = typeof address === 'string' ? canonicalAddress(address) : undefined;
    if (canonical === undefined) return [];
    return [typeof name === 'string' ? { name, address: canonical } : { address: canonical }];
  });
}
