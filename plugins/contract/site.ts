import type { ClientRoute } from './client';
import type { ClientSession } from './client-data';
import type { MessageNews, StatusNews, TypingNews } from './client-news';
import type { OwnChat, PublicTeam } from './site-data';

/** What a channel serves to pages of the business's sites, below `/{id of the adapter}/{accountId}`: calls, files, and a stream of live events. */
export interface SiteSurface {
  readonly routes: readonly ClientRoute[];
  readonly files: readonly SiteFile[];
  readonly stream: SiteStream;
  /** May a page of this origin call? */
  allowsOrigin(origin: string): boolean;
  /** Whether the settings still let in whoever has this session; asked at each call, and of open streams. */
  admits(session: ClientSession): boolean;
  /** What the host does for customers who left the page; absent: nothing. */
  readonly leaving?: LeavingRule;
}

/** A file that any page may embed, such as a script; the host serves it with an ETag. */
export interface SiteFile {
  /** Below the account: `/widget.js`. */
  readonly path: string;
  /** Where it lies; absolute. */
  readonly file: string;
  readonly type: string;
  readonly maxAgeSeconds: number;
}

/** How live events look in the stream. Pure: the host holds the streams, resumes them, and writes the frames (server-sent events). */
export interface SiteStream {
  /** Below the account: `/stream`. Its calls take a session. */
  readonly path: string;
  /** The first event. */
  hello(opened: StreamOpened): StreamEvent;
  /** Undefined for what this channel does not tell. The host gives numbered events their `id`. */
  event(news: SiteNews): StreamEvent | undefined;
  /** The last event, where the session is over. */
  ended(end: StreamEnd): StreamEvent;
}

export interface StreamEvent {
  readonly event: string;
  readonly data: object;
}

export interface StreamOpened {
  readonly session: ClientSession;
  /** The number of the newest event of the conversation; 0: there is none. */
  readonly latest: number;
  readonly chat: OwnChat;
  /** The account's team. */
  readonly team?: PublicTeam;
}

/** `identity`: somebody else came in on the same device. */
export type StreamEnd = 'session' | 'identity' | 'expired';

/** The customer's own chat changed: who has it, how it stands, which way its answers go. */
export interface OwnChatNews {
  readonly type: 'ownChat';
  readonly chat: OwnChat;
}

/** What customers may know of the account's team changed: it opened, say, or nobody is there any more. */
export interface PublicTeamNews {
  readonly type: 'publicTeam';
  readonly team: PublicTeam;
}

export type SiteNews = MessageNews | StatusNews | TypingNews | OwnChatNews | PublicTeamNews;

/** Answers go another way when the customer is away and has left an address there. */
export interface LeavingRule {
  /** The channel, such as `email`. */
  readonly to: string;
  /** How long a customer is away before the chat moves. */
  readonly afterMs: number;
  /** What the first message there says before the answers that the customer did not see. */
  readonly intro: string;
  /** So many answers it holds, at most. */
  readonly mostMessages: number;
  /** Chats that move to one address in a day, at most: it was not proven to be theirs. */
  readonly mostPerAddress: number;
  /** Chats of the account that move in an hour, at most. */
  readonly mostPerHour: number;
}
