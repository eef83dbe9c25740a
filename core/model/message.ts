import type { Direction, Route } from './chat';
import type { Delivery } from './delivery';
import type { Instant } from './instant';

/** One piece of content: text in `data`, or a file at `url`. */
export interface Part {
  readonly name?: string | undefined;
  /** MIME type. */
  readonly type: string;
  /** Files that we keep are named `media:<id>` here; a signed link is made when they are shown. */
  readonly url?: string | undefined;
  readonly data?: string | undefined;
  readonly size?: number | undefined;
}

export interface Message {
  readonly spaceId: string;
  readonly id: string;
  readonly chatId: string;
  /** The team and the channel of the chat when it was sent. */
  readonly teamId: string;
  readonly channelId: string;
  readonly sentEventId: number;
  readonly direction: Direction;
  readonly from: { readonly id: string; readonly name?: string | undefined };
  readonly to: { readonly id: string };
  readonly sentBy: string;
  readonly sentOn: Instant;
  readonly metadata?: unknown;
  readonly parts: readonly Part[];
  readonly alert?: unknown;
  readonly isAutomatedSend: boolean;
  /** Which account it came by or leaves by; absent for what the API put in as the customer's. */
  readonly accountId?: string | undefined;
  /** The way of an outbound message; fixed when it is accepted. */
  readonly route?: Route | undefined;
  readonly delivery: Delivery;
  readonly statusUpdates: Readonly<Record<string, StatusMark>>;
  readonly revision: number;
  /** What was done to it later. */
  readonly changes?: Changes | undefined;
}

/** What one profile did with a message. */
export interface StatusMark {
  readonly status: 'delivered' | 'read';
  readonly on: Instant;
}

/** What was done to a message after it was sent. */
export interface Changes {
  /** By whoever reacted; without an emoji it was taken back. */
  readonly reactions?: Readonly<Record<string, Reaction>>;
  readonly editedOn?: Instant | undefined;
  /** Withdrawn by its author: nothing of it is kept. */
  readonly unsentOn?: Instant | undefined;
}

export interface Reaction {
  readonly emoji?: string | undefined;
  readonly on: Instant;
}

/** Stands in place of what was withdrawn. */
export const UNSENT_TYPE = 'application/vnd.parley.unsent';

/** Offers the customer something to choose from; `data` is a JSON array of `{id, label}`. */
export const CHOICES_TYPE = 'application/vnd.parley.choices+json';

/** A form of words that the provider approved; `data` is a JSON object of `{name, language?, values?, extra?}`. */
export const TEMPLATE_TYPE = 'application/vnd.parley.template+json';

/** What a message repeats of earlier ones, and what stands below every message of its writer; `data` is text. */
export const QUOTED_TYPE = 'application/vnd.parley.quoted';
export const SIGNATURE_TYPE = 'application/vnd.parley.signature';

/** Content of a kind that no adapter knows; `data` is its raw payload as JSON. */
export const UNSUPPORTED_TYPE = 'application/vnd.parley.unsupported+json';
