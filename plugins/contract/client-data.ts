/** An end user (or an agent) on one device, for a time. */
export interface ClientSession {
  readonly id: string;
  readonly apiSpaceId: string;
  readonly profileId: string;
  /** An agent's own: it uses chats, not conversations. */
  readonly isAgent: boolean;
  readonly device: ClientDevice;
  readonly sourceAddress: string;
  readonly createdOn: Date;
  readonly expiresOn: Date;
}

export interface ClientDevice {
  readonly id: string;
  readonly platform: string;
  readonly platformVersion: string;
  readonly sdkType: string;
  readonly sdkVersion: string;
}

export interface ClientChallenge {
  readonly id: string;
  /** Serves once, and until then. */
  readonly nonce: string;
  readonly expiresOn: Date;
}

/** Who opens a session: somebody whom the channel has proven to be this profile, or an agent by their token. */
export type ClientClaim = { readonly profileId: string } | { readonly agentToken: string };

/** How a device is reached while no socket is open: `fcm` or `apns` with what that service wants. */
export type PushRegistration = Readonly<Record<string, unknown>>;

export type ProfileData = Readonly<Record<string, unknown>>;

export interface ClientProfile {
  readonly id: string;
  readonly data: ProfileData;
  readonly etag: string;
  readonly createdOn: Date;
  readonly updatedOn: Date;
}

export type ConversationRole = 'owner' | 'participant';

export interface Privileges {
  readonly canSend: boolean;
  readonly canAddParticipants: boolean;
  readonly canRemoveParticipants: boolean;
}

export type ConversationRoles = Readonly<Record<ConversationRole, Privileges>>;

/** What its owner says of a conversation. */
export interface ConversationDetails {
  readonly name: string;
  readonly description?: string;
  readonly roles: ConversationRoles;
  readonly isPublic: boolean;
}

export interface Conversation extends ConversationDetails {
  readonly id: string;
  readonly participantCount: number;
  /** 0: nobody wrote yet. */
  readonly latestSentEventId: number;
  /** Of any kind; 0: nothing happened yet. */
  readonly latestEventId: number;
  readonly etag: string;
  readonly createdOn: Date;
  readonly createdBy: string;
  readonly updatedOn: Date;
  readonly updatedBy: string;
}

export interface ConversationParticipant {
  readonly id: string;
  readonly role: ConversationRole;
}

export interface ConversationPart {
  readonly name?: string | undefined;
  readonly type: string;
  readonly url?: string | undefined;
  readonly data?: string | undefined;
  readonly size?: number | undefined;
}

/** What somebody of our side says, and to whom. */
export interface ConversationAnswer {
  /** Absent: the newest one of the customer, or a new one. */
  readonly conversationId?: string | undefined;
  readonly to: string;
  readonly from: { readonly id: string; readonly name?: string | undefined };
  readonly parts: readonly ConversationPart[];
  readonly metadata?: unknown;
  readonly alert?: unknown;
}

export interface ConversationMessage {
  readonly id: string;
  readonly conversationId: string;
  /** Its place among the events of the conversation. */
  readonly sentEventId: number;
  readonly from: { readonly id: string; readonly name?: string | undefined };
  readonly sentBy: string;
  readonly sentOn: Date;
  readonly metadata?: unknown;
  readonly parts: readonly ConversationPart[];
  readonly alert?: unknown;
  readonly statusUpdates: Readonly<
    Record<string, { readonly status: 'delivered' | 'read'; readonly on: Date }>
  >;
}

export interface ConversationMark {
  readonly messageIds: readonly string[];
  readonly status: 'delivered' | 'read';
  readonly on: Date;
}

/** What somebody posts. */
export interface ConversationPost {
  readonly metadata?: unknown;
  readonly parts: readonly ConversationPart[];
  readonly alert?: unknown;
  /** The same key is the same message. */
  readonly key?: string;
  /** The team that a chat starts at, where it starts with this message (default: the account's). */
  readonly teamId?: string;
  /** They took a choice that we offered, by its id. */
  readonly choiceId?: string;
}
