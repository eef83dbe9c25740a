import type { Authentication } from './authentication';
import type { Mailbox } from './headers';
import type { Report } from './report';

/** What a mail says, as plain data that crosses from the thread that reads to the one that stores. */
export interface ReadMail {
  /** Without brackets; made of the content where the mail has none. */
  readonly messageId: string;
  /** The same for every copy of this mail, and for no other mail. */
  readonly contentHash: string;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly from?: Mailbox;
  readonly sender?: Mailbox;
  readonly replyTo: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** Every address of any header that says to whom it was delivered. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly writtenOn?: Date;
  /** What is new in it. */
  readonly text: string;
  readonly quoted?: string;
  readonly signature?: string;
  readonly html?: string;
  /** The rest of the HTML was cut off with the quotation. */
  readonly isHtmlCut: boolean;
  readonly remoteImages: number;
  /** Why it was not written by a person. */
  readonly automatic?: string;
  /** Says of mail of ours how it fared. */
  readonly report?: Report;
  readonly authentication: readonly Authentication[];
  /** The gateway's own marks in it: it is a copy of what we sent. */
  readonly ownMark?: string;
  readonly loops: readonly string[];
  readonly files: readonly MailFile[];
  /** What could not be read and is only in the raw mail. */
  readonly notes: readonly string[];
}

export interface MailFile {
  readonly index: number;
  readonly mimeType: string;
  readonly name?: string;
  readonly bytes: number;
  /** The HTML shows it under `cid:` and this. */
  readonly contentId?: string;
}

/** The header by which a copy of our own mail is known. */
export const OWN_MARK_HEADER = 'x-parley-message';
/** The header that a mail carries once for each gateway that handled it. */
export const LOOP_HEADER = 'x-parley-loop';
