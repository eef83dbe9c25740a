import type { Conversation, ConversationMessage, ConversationRole } from './client-data';

interface Happened {
  /** A GUID: the same event has the same one on every way. */
  readonly eventId: string;
  readonly apiSpaceId: string;
  readonly at: Date;
  /** `session:<profile id>`, `access:<token id>`, `gateway` ... */
  readonly by: string;
  /** Of what it is about; grows with each change. */
  readonly revision: number;
  readonly etag?: string;
}

/** Somebody wrote. `number` is its place among the events of the conversation: 1, 2, 3 without gaps. */
export interface MessageNews extends Happened {
  readonly type: 'message';
  readonly conversationId: string;
  readonly number: number;
  readonly message: ConversationMessage;
}

/** Somebody got or read a message. */
export interface StatusNews extends Happened {
  readonly type: 'status';
  readonly conversationId: string;
  readonly number: number;
  readonly isPublic: boolean;
  readonly messageId: string;
  readonly profileId: string;
  readonly status: 'delivered' | 'read';
  readonly on: Date;
}

export interface ConversationNews extends Happened {
  readonly type: 'conversation';
  readonly what: 'created' | 'updated' | 'deleted';
  readonly conversation: Pick<Conversation, 'id' | 'name' | 'description' | 'roles' | 'isPublic'>;
}

export interface ParticipantNews extends Happened {
  readonly type: 'participant';
  readonly what: 'added' | 'removed' | 'updated';
  readonly conversationId: string;
  readonly profileId: string;
  readonly role: ConversationRole;
}

export interface TypingNews extends Happened {
  readonly type: 'typing';
  readonly conversationId: string;
  readonly profileId: string;
  readonly isOn: boolean;
}

export interface ProfileNews extends Happened {
  readonly type: 'profile';
  readonly profileId: string;
  readonly profile: Readonly<Record<string, unknown>>;
}

/** Something happened in a chat; only agents hear of it. */
export interface ChatNews extends Happened {
  readonly type: 'chat';
  /** As in the event log: `chat.create`, `chatMessage.sent`; or `chat.participantTyping`, `chat.participantTypingOff`. */
  readonly name: string;
  readonly chatId: string;
  readonly number?: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What an open socket is told. */
export type ClientNews =
  | MessageNews
  | StatusNews
  | ConversationNews
  | ParticipantNews
  | TypingNews
  | ProfileNews
  | ChatNews;
