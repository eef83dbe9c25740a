import type { Address } from './address';

/** Already fitted to the capabilities: an adapter never truncates, splits or guesses. */
export interface OutboundMessage {
  readonly to: Address;
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  /** The provider's id of the message that this one answers. */
  readonly inReplyTo?: string;
  readonly media: readonly OutboundMedia[];
  readonly choices: readonly { readonly id: string; readonly label: string }[];
  /** Goes out instead of text, files and choices; only where the capabilities have `templates`. */
  readonly template?: OutboundTemplate;
  /** Sent by a rule and not by a person. */
  readonly automatic: boolean;
  /** What it answers or goes on from, where the channel has subjects; as the adapter handed it in or sent it. */
  readonly answered?: AnsweredMessage;
  /** What stands below it, in text, where the channel has subjects: the agent's own, or that of the team. */
  readonly signature?: string;
  /** Who the customer sees as its author: the agent, or the team where it answers as one. */
  readonly from?: Speaker;
  /** Whatever the author put beside it; only apps of the business itself can make something of it. */
  readonly metadata?: unknown;
  /** What a push notification of it says. */
  readonly alert?: unknown;
  /** In which reply window it leaves, where the channel has one: `human` is the longer one. */
  readonly window?: 'usual' | 'human';
}

/** A form of words that the provider approved beforehand: only what stands in its blanks is new. */
export interface OutboundTemplate {
  readonly name: string;
  /** As the provider calls it, such as `en_GB`. */
  readonly language?: string;
  /** What stands in the blanks of its text: in their order, or by their names. */
  readonly values?: readonly string[] | Readonly<Record<string, string>>;
  /** Whatever else it takes, in the provider's own form: a picture, what its buttons carry. */
  readonly extra?: unknown;
}

/** An earlier message of the same chat and account. */
export interface AnsweredMessage {
  readonly externalId: string;
  readonly isOurs: boolean;
  readonly subject?: string;
  /** What the adapter kept with it, where it came in. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Speaker {
  readonly id: string;
  readonly name?: string;
}

/** Who types, and on what occasion. */
export interface TypingDetail {
  /** Who the customer sees typing. */
  readonly from?: Speaker;
  /** The provider's id of the customer's last message: some show it there alone. */
  readonly answers?: string;
}

export interface OutboundMedia {
  /** Public, signed and short-lived. */
  readonly url: string;
  readonly mimeType: string;
  readonly name: string;
  /** Absent where it is not known. */
  readonly bytes?: number;
  open(): Promise<MediaStream>;
}

export interface SendContext {
  /** The same for every attempt at this message (and part of it), different for any other. */
  readonly idempotencyKey: string;
  /** From 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}

export interface SendReceipt {
  readonly externalIds: readonly [string, ...string[]];
  readonly state: 'accepted' | 'sent' | 'delivered';
}

/** A send whose outcome is not known. */
export interface SentQuery {
  readonly message: OutboundMessage;
  readonly idempotencyKey: string;
  /** When the first attempt began. */
  readonly since: Date;
}

export interface SentMatch {
  readonly externalId: string;
  readonly at: Date;
}

export interface MediaStream {
  readonly body: AsyncIterable<Uint8Array>;
  readonly mimeType: string;
  readonly bytes?: number;
}

/** How a message counts at the provider. */
export interface Measure {
  readonly unit: string;
  readonly count: number;
  readonly encoding?: string;
}
