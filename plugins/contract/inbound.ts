import type { Address } from './address';
import type { StatusUpdate } from './delivery';

/** Where events go. */
export interface Inbox {
  /** The last cursor that was accepted, also after a restart. */
  readonly cursor: string | undefined;
  /** Resolves once the events and the cursor are stored; rejects when neither is. */
  accept(events: readonly InboundEvent[], cursor?: string): Promise<void>;
  /** A listener says so each time it is connected. */
  ready(): void;
}

export type InboundEvent =
  | { readonly type: 'message'; readonly message: InboundMessage }
  /** Our side spoke. With the key of a send, where the provider gives one back: then it may be our own message. */
  | { readonly type: 'echo'; readonly message: InboundMessage; readonly idempotencyKey?: string }
  /** Somebody did something to a message that was sent before. */
  | { readonly type: 'change'; readonly change: MessageChange }
  /** Whether we may write to a customer now, where several apps share the conversation. */
  | { readonly type: 'control'; readonly address: Address; readonly isOurs: boolean; readonly owner?: string }
  | { readonly type: 'status'; readonly status: StatusUpdate }
  | { readonly type: 'typing'; readonly from: Address; readonly on: boolean }
  /**
   * Without effect; counted by reason. What was not understood comes with `keep`, a body that `parse` would read to
   * this event alone: the host keeps it aside, so that a fix can replay it.
   */
  | { readonly type: 'ignored'; readonly reason: string; readonly keep?: string };

/** A reaction, an edit, or the withdrawal of a message. */
export interface MessageChange {
  /** The provider's id of the message that it is about. */
  readonly externalId: string;
  readonly address: Address;
  readonly by: 'customer' | 'us';
  /** Absent: when it was received. */
  readonly at?: Date;
  readonly what: /** Without an emoji the reaction was taken back. */
    | { readonly is: 'reaction'; readonly emoji?: string }
    | { readonly is: 'edit'; readonly text: string }
    /** Withdrawn by its author: the content is to be forgotten. */
    | { readonly is: 'unsend' };
}

export interface InboundMessage {
  /** The provider's id: a repeated delivery repeats it. */
  readonly externalId: string;
  readonly address: Address;
  /** A second identity of the account, tried when none answers to `address.own` (a messaging service). */
  readonly via?: string;
  readonly sender: { readonly name?: string; readonly avatarRef?: string };
  /** Absent: when it was received. */
  readonly sentAt?: Date;
  readonly text?: string;
  readonly html?: string;
  readonly subject?: string;
  /** The customer tapped a choice that we offered. */
  readonly choiceId?: string;
  readonly inReplyTo?: string;
  /** What it answers, the best evidence first: it then belongs to that chat, whichever address it came from. */
  readonly answers?: readonly Answered[];
  /** Further names that answers to this message may call it by. */
  readonly alsoKnownAs?: readonly string[];
  /** Everybody else whom it names, by canonical address: they may answer it too. */
  readonly participants?: readonly string[];
  /** What it repeats of earlier messages; `text` goes without. */
  readonly quoted?: string;
  /** What its writer puts below every message; `text` goes without. */
  readonly signature?: string;
  /** The message as it came, byte for byte. */
  readonly raw?: InboundMedia;
  /**
   * Belongs to the past of its customer, where it is kept and nothing follows from it: `always` what is older than
   * the account, `unless-active` what is no reason for a chat but belongs into the one that is under way.
   */
  readonly past?: 'always' | 'unless-active';
  readonly media: readonly InboundMedia[];
  /** False when the sender cannot be answered (an alphanumeric SMS sender). */
  readonly canReply?: boolean;
  /** The customer withdrew or gave consent with this message. */
  readonly consent?: 'stop' | 'start';
  /** Written by a machine (RFC 3834): it never triggers an automatic answer. */
  readonly automatic?: boolean;
  /** Content of a kind that this adapter does not know; shown as such, with its raw payload. */
  readonly unsupported?: { readonly kind: string; readonly raw: unknown };
  /** Whatever else the provider said that is worth keeping. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Names a message of this account. */
export type Answered =
  /** As its writer claims: it counts only when the sender had a part in that message. */
  | { readonly externalId: string }
  /** By the key of a send, which a signature of ours proves: it counts whoever the sender is. */
  | { readonly provenKey: string };

/** What a file may have that comes along with its message: 64 KiB. */
export const MOST_BYTES_ALONG = 64 * 1024;

/** A file of a message: one that is fetched or kept apart, or one that comes along. */
export type InboundMedia = AboutMedia &
  (
    | {
        /** What `openMedia` takes, or what `Host.keep` gave. */
        readonly ref: string;
        readonly data?: undefined;
      }
    | {
        /**
         * The file itself, where it is small (`MOST_BYTES_ALONG`): it is stored in the database, with its message. What
         * is larger loses that: the host keeps it as a file of its own first, as `Host.keep` does piece by piece.
         */
        readonly data: Uint8Array;
        readonly ref?: undefined;
      }
  );

interface AboutMedia {
  /** The HTML shows it where it says `cid:` and this. */
  readonly contentId?: string;
  readonly mimeType: string;
  readonly name?: string;
  readonly bytes?: number;
}
