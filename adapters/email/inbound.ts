import type { Answered, InboundEvent, InboundMedia, InboundMessage } from '../../plugins/contract/index';
import type { Account } from './account';
import { apart } from './address';
import { identities } from './config';
import { keyOfMessageId } from './message-ids';
import { isVerified } from './reading/authentication';
import type { Mailbox } from './reading/headers';
import type { ReadMail } from './reading/mail';
import { reportEvents } from './report-events';
import { NOBODY } from './stub';
import type { Taken } from './taken';

/** What a mail is: a message, a report on one of ours, or our own coming back. */
export function eventsOf(account: Account, mail: ReadMail, taken: Taken): readonly InboundEvent[] {
  if (mail.report) {
    const events = reportEvents(account, mail.report);
    if (events.length > 0) return events;
  }
  const copied = mail.ownMark === undefined ? undefined : account.own.keyOfMark(mail.ownMark);
  const author = authorOf(account, mail);
  if (copied !== undefined && !author)
    return [...learned(mail.messageId, copied), ignored('our own mail came back')];
  if (!author) return [ignored('written by the account itself')];
  const answers = answersOf(account, mail);
  return [
    ...learnedFrom(account, mail, answers),
    {
      type: 'message',
      message: messageOf(account, mail, { taken, author, answers, isLoop: copied !== undefined }),
    },
  ];
}

function ignored(reason: string): InboundEvent {
  return { type: 'ignored', reason };
}

// A relay gave our mail another id: under that one it will be answered.
function learned(externalId: string, idempotencyKey: string): InboundEvent[] {
  return [{ type: 'status', status: { target: { externalId, idempotencyKey }, state: 'accepted' } }];
}

function learnedFrom({ config }: Account, mail: ReadMail, answers: readonly Answered[]): InboundEvent[] {
  const [proven] = answers.flatMap((answer) => ('provenKey' in answer ? [answer.provenKey] : []));
  const [named] = mail.inReplyTo;
  if (proven === undefined || named === undefined || mail.inReplyTo.length > 1) return [];
  return keyOfMessageId(named, identities(config)) === undefined ? learned(named, proven) : [];
}

/** Who wrote it. A form on a web site writes as ourselves, and says in Reply-To for whom. */
function authorOf({ own }: Account, mail: ReadMail): Mailbox | undefined {
  const { from } = mail;
  if (from && !own.has(from.address)) return from;
  const other = mail.replyTo.find(({ address }) => !own.has(address));
  if (other) return other;
  return from ? undefined : { address: NOBODY };
}

/** What it answers, the best evidence first: a token of ours, then the ids that it names, the nearest first. */
function answersOf({ own }: Account, mail: ReadMail): Answered[] {
  const proven = mail.recipients.flatMap((address) => own.keyIn(address) ?? []);
  const named = [...mail.inReplyTo, ...mail.references.toReversed()].filter((id) => id !== mail.messageId);
  return [
    ...[...new Set(proven)].map((provenKey) => ({ provenKey })),
    ...[...new Set(named)].map((externalId) => ({ externalId })),
  ];
}

interface Context {
  readonly taken: Taken;
  readonly author: Mailbox;
  readonly answers: readonly Answered[];
  readonly isLoop: boolean;
}

const LONGEST_ID = 250;

function messageOf(
  account: Account,
  mail: ReadMail,
  { taken, author, answers, isLoop }: Context,
): InboundMessage {
  const { config, own } = account;
  const verified = isVerified(mail.authentication, config.trustedServers ?? []);
  const isApart = config.unverifiedSenders === 'apart' && verified !== true;
  const automatic = isLoop || hasBeenHere(account, mail) ? 'loop' : mail.automatic;
  // Two mails with one id are two mails; two copies of one mail are one.
  const short = mail.messageId.length <= LONGEST_ID;
  const externalId = short ? `${mail.messageId}#${mail.contentHash.slice(0, 16)}` : mail.contentHash;
  return {
    externalId,
    alsoKnownAs: [mail.messageId],
    address: {
      own: mail.recipients.map(own.bare).find((address) => own.has(address)) ?? config.address,
      party: isApart ? apart(author.address) : author.address,
      thread: externalId,
    },
    sender: author.name === undefined ? {} : { name: author.name },
    ...sentAtOf(account, taken),
    ...contentOf(mail),
    ...(mail.inReplyTo[0] === undefined ? {} : { inReplyTo: mail.inReplyTo[0] }),
    ...(answers.length > 0 ? { answers } : {}),
    participants: participantsOf(account, mail, author),
    media: mail.files.flatMap((file) => mediaOf(taken, file.index, file.contentId)),
    raw: taken.raw,
    ...(author.address === NOBODY ? { canReply: false } : {}),
    ...(automatic === undefined ? {} : { automatic: true }),
    ...pastOf(taken, automatic),
    metadata: metadataOf(mail, { automatic, verified }),
  };
}

const JUST_NOW_MS = 60_000;

// What has just arrived was received now; INTERNALDATE has whole seconds, and a clock of its own.
function sentAtOf({ host }: Account, { arrivedOn }: Taken): Pick<InboundMessage, 'sentAt'> {
  return host.now().getTime() - arrivedOn.getTime() > JUST_NOW_MS ? { sentAt: arrivedOn } : {};
}

function hasBeenHere({ own }: Account, mail: ReadMail): boolean {
  return mail.loops.some((loop) => own.keyOfMark(loop) !== undefined);
}

function pastOf({ isPast }: Taken, automatic: string | undefined): Pick<InboundMessage, 'past'> {
  if (isPast) return { past: 'always' };
  return automatic === undefined ? {} : { past: 'unless-active' };
}

function contentOf(mail: ReadMail) {
  const { text, html, quoted, signature, subject } = mail;
  return {
    text,
    ...(html === undefined ? {} : { html }),
    ...(quoted === undefined ? {} : { quoted }),
    ...(signature === undefined ? {} : { signature }),
    ...(subject === '' ? {} : { subject }),
  };
}

// Only what the HTML shows keeps the name that the HTML calls it by.
function mediaOf({ files }: Taken, index: number, contentId: string | undefined): InboundMedia[] {
  const file = files.get(index);
  if (!file) return [];
  const { contentId: _, ...rest } = file;
  return [contentId === undefined ? rest : { ...rest, contentId }];
}

function participantsOf({ own }: Account, mail: ReadMail, author: Mailbox): string[] {
  const all = [mail.from, ...mail.replyTo, ...mail.to, ...mail.cc].flatMap((one) =>
    one ? [one.address] : [],
  );
  return [...new Set(all)].filter((address) => address !== author.address && !own.has(address));
}

const MOST_NAMED = 100;

function metadataOf(
  mail: ReadMail,
  { automatic, verified }: { readonly automatic: string | undefined; readonly verified: boolean | undefined },
): Record<string, unknown> {
  const { messageId, references, inReplyTo, from, sender, replyTo, to, cc, writtenOn } = mail;
  const facts = {
    messageId,
    references: references.length > 0 ? references : inReplyTo,
    ...{ from, sender, replyTo, to: to.slice(0, MOST_NAMED), cc: cc.slice(0, MOST_NAMED) },
    writtenOn: writtenOn?.toISOString(),
    automatic,
    verified,
    authentication: mail.authentication,
    remoteImages: mail.remoteImages || undefined,
    notes: mail.notes.length > 0 ? mail.notes : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
