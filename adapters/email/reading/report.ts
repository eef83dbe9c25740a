import type { Reason } from '../../../plugins/contract/index';
import { bounceReason } from './bounce-reasons';
import { canonicalAddress, type MailHeaders, messageIds } from './headers';
import { notificationHeaders, notificationStatus } from './notification';

/** What a mail server or a mailbox provider reports of mail of ours. */
export interface Report {
  /** `delay`: it is still trying. `read`: a person asked to be told, and was. */
  readonly kind: 'bounce' | 'delay' | 'delivered' | 'complaint' | 'read' | 'other';
  readonly recipients: readonly ReportedRecipient[];
  /** The ids of the mail that it is about, the surest first. */
  readonly originals: readonly string[];
  /** What the reported mail had in Reply-To: our token may be there. */
  readonly replyTo: readonly string[];
  readonly ownMark?: string;
}

export interface ReportedRecipient {
  readonly address?: string;
  /** The enhanced status code, or the plain one where there is no other. */
  readonly code?: string;
  readonly reason: Reason;
  readonly isPermanent: boolean;
}

/** The parts of a mail that a report is read from. */
export interface ReportParts {
  readonly headers: MailHeaders;
  readonly subject: string;
  readonly text: string;
  /** `message/delivery-status`, `message/feedback-report` and their like, by type. */
  readonly machine: ReadonlyMap<string, string>;
  /** The returned mail or its headers. */
  readonly returned: string;
}

/** Reads a report, or gives undefined for any other mail. */
export function readReport(parts: ReportParts): Report | undefined {
  const feedback = parts.machine.get('message/feedback-report');
  if (feedback !== undefined) return complaint(parts, feedback);
  const disposition = parts.machine.get('message/disposition-notification');
  if (disposition !== undefined) return readReceipt(parts, disposition);
  const status =
    parts.machine.get('message/delivery-status') ?? parts.machine.get('message/global-delivery-status');
  if (status !== undefined && /^(?:final-recipient|action|status|original-recipient)\s*:/im.test(status))
    return deliveryStatus(parts, status);
  return notified(parts) ?? (looksLikeBounce(parts) ? inWords(parts) : undefined);
}

function notified(parts: ReportParts): Report | undefined {
  const status = notificationStatus(parts.text);
  if (status === undefined) return undefined;
  const about = { ...parts, returned: notificationHeaders(parts.text) };
  return /^Feedback-Type/.test(status) ? complaint(about, status) : deliveryStatus(about, status);
}

// RFC 5965: an authentication failure is a report for the postmaster, nobody complained.
function complaint(parts: ReportParts, feedback: string): Report {
  const type = field(feedback, 'feedback-type')?.toLowerCase() ?? 'abuse';
  const address = addressOf(field(feedback, 'original-rcpt-to') ?? field(parts.returned, 'to'));
  const isComplaint = /^(?:abuse|fraud|opt-out|opt-out-list|other|virus)$/.test(type);
  return {
    ...original(parts),
    kind: isComplaint ? 'complaint' : 'other',
    recipients: [
      {
        ...(address === undefined ? {} : { address }),
        code: type,
        reason: 'opted_out',
        isPermanent: isComplaint,
      },
    ],
  };
}

// RFC 8098
function readReceipt(parts: ReportParts, disposition: string): Report {
  const isRead = /^disposition:.*displayed/im.test(disposition);
  const id = field(disposition, 'original-message-id');
  const known = original(parts);
  const originals = id === undefined ? known.originals : [...messageIds([id]), ...known.originals];
  return { ...known, originals, kind: isRead ? 'read' : 'other', recipients: [] };
}

const KINDS: Readonly<Record<string, Report['kind']>> = {
  failed: 'bounce',
  delayed: 'delay',
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
};

// RFC 3464: one block for the message, then one for each recipient.
function deliveryStatus(parts: ReportParts, status: string): Report {
  const blocks = status
    .split(/\r?\n[ \t]*\r?\n/)
    .filter((block) => /^(?:final-recipient|action|status|original-recipient)\s*:/im.test(block));
  const kinds = blocks.map(
    (block) =>
      KINDS[(field(block, 'action') ?? 'failed').toLowerCase().split(/[\s(;]/, 1)[0] ?? ''] ?? 'bounce',
  );
  const kind = (['bounce', 'delay', 'delivered'] as const).find((one) => kinds.includes(one)) ?? 'bounce';
  const failed = blocks.filter((_, index) => kinds[index] === kind);
  return { ...original(parts), kind, recipients: failed.map((block) => recipientOf(block, parts.text)) };
}

function recipientOf(block: string, text: string): ReportedRecipient {
  const address = addressOf(field(block, 'final-recipient') ?? field(block, 'original-recipient'));
  const diagnostic = field(block, 'diagnostic-code') ?? '';
  const status = STATUS.exec(diagnostic)?.[0] ?? STATUS.exec(field(block, 'status') ?? '')?.[0];
  const about = withoutAddresses(diagnostic === '' ? explanation(text) : diagnostic);
  let found = bounceReason(about, status);
  if (found.reason === 'unknown' && diagnostic !== '') {
    const more = bounceReason(withoutAddresses(explanation(text)), status);
    if (isVague(diagnostic)) found = more;
  }
  return {
    ...(address === undefined ? {} : { address }),
    ...(status === undefined ? {} : { code: status }),
    ...found,
  };
}

// "smtp; 550": the numbers and nothing else.
function isVague(diagnostic: string): boolean {
  return diagnostic.replace(/[^a-z]/gi, '').length < 12;
}

const STATUS = /\b[245]\.\d{1,3}\.\d{1,3}\b/;
const FAILED =
  /undeliver|not (?:be )?deliver|fail(?:ed|ure)|return(?:ed|ing)|could ?n[o']t (?:be )?(?:deliver|sen)|non remis|nicht zustell|unzustellbar|delivery (?:status|notification|report|error|problem)|mail (?:system )?error|rejected|bounce|warning: (?:could not|message)|delayed|no entregad|non recapitabil|niet bezorgd|不達|配信|エラー|недоставлен|не доставлен/i;
const DAEMON = /mailer-?daemon|po+st[-_]?master|mail ?delivery|mdaemon|mail ?system|bounce|<>|maildelivery/i;

// Systems that answer in words only, and there are many.
function looksLikeBounce(parts: ReportParts): boolean {
  const { headers, subject } = parts;
  if (headers.has('x-failed-recipients')) return true;
  const isFromDaemon = DAEMON.test(`${headers.last('from') ?? ''} ${headers.last('sender') ?? ''}`);
  const isReport = FAILED.test(subject) || /multipart\/report/i.test(headers.last('content-type') ?? '');
  if (isFromDaemon) return isReport || explains(parts);
  const isNullSender = /^\s*<\s*>\s*$/.test(headers.last('return-path') ?? '');
  return isNullSender && isReport && explains(parts) && !/^\s*(?:re|aw|auto)\b/i.test(subject);
}

function explains({ text }: ReportParts): boolean {
  const head = text.slice(0, 3_000);
  return FAILED.test(head) || STATUS.test(head) || /\b55\d[ -]/.test(head);
}

const COPY_BELOW =
  /(?:below this line is a copy|this is a copy of (?:the|your) message|returned message|original message (?:follows|headers|header)|message headers? follow|--+ ?(?:original|returned|unsent|your) (?:message|mail)|included is a copy|headers? of (?:the|your) (?:original )?message|the following is a copy|start of (?:the )?returned|copy of the (?:original )?message)/i;

function inWords(parts: ReportParts): Report {
  const said = explanation(parts.text);
  const status = STATUS.exec(said)?.[0] ?? /\b[45]\d\d\b(?=[ -])/.exec(said)?.[0];
  const addresses = parts.headers.all('x-failed-recipients').flatMap((value) => value.split(','));
  const found = bounceReason(withoutAddresses(said), status);
  const isDelay =
    /delayed|warning: (?:could not send|message)|will (?:be retried|keep trying|continue)|still trying/i.test(
      `${parts.subject} ${said}`,
    ) && !/permanent|given up|failed permanently/i.test(said);
  const known =
    addresses.length > 0 ? addresses : (said.match(/[^\s<>()"':;,]+@[^\s<>()"':;,]+/g) ?? []).slice(0, 1);
  const recipients = (known.length > 0 ? known : [undefined]).map((raw) => {
    const address = addressOf(raw);
    return {
      ...(address === undefined ? {} : { address }),
      ...(status === undefined ? {} : { code: status }),
      ...found,
    };
  });
  return { ...original(parts), kind: isDelay ? 'delay' : 'bounce', recipients };
}

/** What the server says before it gives the mail back. */
function explanation(text: string): string {
  const at = text.search(COPY_BELOW);
  return text.slice(0, at > 0 ? Math.min(at, 6_000) : 6_000);
}

// What a server says counts; what its users are called does not.
function withoutAddresses(words: string): string {
  return words.replace(/<?[^\s<>]+@[^\s<>]+>?/g, ' address ').replace(/\s+/g, ' ');
}

function original({ headers, text, returned }: ReportParts) {
  const copy = returned === '' ? text.slice(Math.max(0, text.search(COPY_BELOW))) : returned;
  const ids = [
    ...fields(copy, 'message-id'),
    ...fields(copy, 'x-original-message-id'),
    ...headers.all('x-original-message-id'),
    ...headers.all('original-message-id'),
    ...headers.all('in-reply-to'),
    ...headers.all('references'),
  ];
  const own = new Set(messageIds(headers.all('message-id')));
  const ownMark = field(copy, 'x-parley-message');
  return {
    originals: messageIds(ids).filter((id) => !own.has(id)),
    replyTo: fields(copy, 'reply-to').flatMap((value) => value.match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? []),
    ...(ownMark === undefined ? {} : { ownMark }),
  };
}

/** A header of a block of text, with the lines it goes on in. */
function field(block: string, name: string): string | undefined {
  return fields(block, name)[0];
}

function fields(block: string, name: string): string[] {
  const pattern = new RegExp(
    `^[ \\t>]*${name}[ \\t]*:[ \\t]*([^\\r\\n]{0,2000}(?:\\r?\\n[ \\t]+[^\\r\\n]{1,2000}){0,20})`,
    'gim',
  );
  return [...block.slice(0, 200_000).matchAll(pattern)].map(([, value = '']) =>
    value.replace(/\s+/g, ' ').trim(),
  );
}

function addressOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const raw = /[^\s<>;,"()]+@[^\s<>;,"()]+/.exec(value.replace(/^\s*rfc822\s*;/i, ''))?.[0];
  return raw === undefined ? undefined : canonicalAddress(raw);
}
