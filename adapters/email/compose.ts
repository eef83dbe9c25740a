import { Readable } from 'node:stream';
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutboundMedia, OutboundMessage } from '../../plugins/contract/index';
import { whenUsed } from '../../plugins/helpers/when-used';
import type { Account } from './account';
import { messageIdOf, referencesTo } from './message-ids';
import type { Mailbox } from './reading/headers';
import { LOOP_HEADER, OWN_MARK_HEADER } from './reading/mail';
import { headersOf, type Recipients } from './recipients';

const toText = whenUsed<typeof import('html-to-text')>(() => require('html-to-text'));

/** A mail as it goes out. */
export interface ComposedMail {
  /** Without brackets. */
  readonly messageId: string;
  readonly body: Readable;
}

export interface ComposeOptions {
  readonly account: Account;
  readonly message: OutboundMessage;
  readonly key: string;
  readonly recipients: Recipients;
}

/** Writes a mail so that every program of its receiver threads it, and a repetition is the same mail. */
export async function compose(options: ComposeOptions): Promise<ComposedMail> {
  const { account, message, key, recipients } = options;
  const own = message.to.own;
  const messageId = messageIdOf(key, own);
  const replyTo = account.own.withToken(own, key);
  const name = senderName(account, message);
  const node = new MailComposer({
    from: named({ address: own, ...(name === undefined ? {} : { name }) }),
    to: recipients.to.map(named),
    cc: recipients.cc.map(named),
    ...(replyTo === undefined
      ? {}
      : { replyTo: named({ address: replyTo, ...(name === undefined ? {} : { name }) }) }),
    subject: subjectOf(message),
    messageId: `<${messageId}>`,
    date: account.host.now(),
    ...threadOf(message),
    ...bodiesOf(account, message),
    attachments: await Promise.all(message.media.map((file) => attachmentOf(file, message.html))),
    headers: headersFor(account, message, key),
    // Content comes as text and streams only: a path or an address in it is never opened.
    ...{ disableFileAccess: true, disableUrlAccess: true, newline: 'win' },
  }).compile();
  return { messageId, body: signed(account, node.createReadStream()) };
}

function named({ name, address }: Mailbox) {
  return { name: name ?? '', address };
}

function senderName({ config }: Account, { from }: OutboundMessage): string | undefined {
  const { senderName: pattern } = config;
  if (pattern === undefined) return from?.name;
  return pattern.replaceAll('{agent}', () => from?.name ?? '').trim() || undefined;
}

const ANSWERS =
  /^\s*(?:re|aw|antw|antwort|sv|vs|rv|ref|odp|ynt|res|回复|回覆|答复|返信|отв|на)\s*(?:\[\d+\])?\s*[:：]/i;

function subjectOf({ subject, answered }: OutboundMessage): string {
  if (subject !== undefined) return subject;
  const before = answered?.subject ?? '';
  return answered?.isOurs || ANSWERS.test(before) ? before : `Re: ${before}`.trim();
}

// RFC 5322 3.6.4
function threadOf({ answered }: OutboundMessage) {
  if (!answered) return {};
  const mail = headersOf(answered);
  const parent = answered.isOurs ? answered.externalId : mail.messageId;
  if (parent === undefined) return {};
  const references = referencesTo(parent, mail.references).map((id) => `<${id}>`);
  return { inReplyTo: `<${parent}>`, references };
}

function bodiesOf(account: Account, message: OutboundMessage) {
  const { text, html } = message;
  const shown = html === undefined ? '' : asText(html);
  const words = text ?? shown;
  const signature = signatureOf(account, message);
  // Once in each: whoever writes it by hand, or quotes it, has it already.
  const isMissingIn = (said: string) => signature !== '' && !oneLine(said).includes(oneLine(signature));
  return {
    text: isMissingIn(words) ? `${words}\n\n-- \n${signature}` : words,
    ...(html === undefined
      ? {}
      : { html: isMissingIn(shown) ? `${html}<br><div>-- <br>${asHtml(signature)}</div>` : html }),
  };
}

function signatureOf({ config }: Account, { signature, from }: OutboundMessage): string {
  return (signature ?? config.signature ?? '').replaceAll('{agent}', () => from?.name ?? '').trim();
}

function asText(html: string): string {
  return toText().convert(html, { wordwrap: false });
}

// Programs break lines as they like.
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll('\n', '<br>');
}

async function attachmentOf(file: OutboundMedia, html: string | undefined) {
  const { body } = await file.open();
  const isShown = html?.includes(`cid:${file.name}`) === true;
  return {
    ...{ filename: file.name, contentType: file.mimeType, content: Readable.from(body) },
    ...(isShown ? { cid: file.name } : {}),
  };
}

function headersFor({ own }: Account, message: OutboundMessage, key: string): Record<string, string> {
  const mark = own.mark(key);
  return {
    [OWN_MARK_HEADER]: mark,
    [LOOP_HEADER]: mark,
    // RFC 3834 5, and what came before it.
    ...(message.automatic
      ? { 'Auto-Submitted': 'auto-replied', Precedence: 'bulk', 'X-Auto-Response-Suppress': 'All' }
      : {}),
  };
}

function signed({ config }: Account, body: Readable): Readable {
  if (!config.dkim) return body;
  const { domain: domainName, selector: keySelector, privateKey } = config.dkim;
  return new DKIM({ domainName, keySelector, privateKey }).sign(body);
}
