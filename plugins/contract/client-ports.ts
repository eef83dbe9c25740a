import type {
  ClientChallenge,
  ClientClaim,
  ClientDevice,
  ClientProfile,
  ClientSession,
  Conversation,
  ConversationAnswer,
  ConversationDetails,
  ConversationMark,
  ConversationMessage,
  ConversationParticipant,
  ConversationPost,
  ProfileData,
  PushRegistration,
} from './client-data';
import type { MessageNews, StatusNews } from './client-news';
import type { OwnChat, PublicTeam } from './site-data';

/** What a channel with a client surface does its work with; the host keeps all of it. Throws ClientRefusal. */
export interface ClientPorts {
  readonly sessions: SessionPort;
  readonly profiles: ClientProfilePort;
  readonly conversations: ConversationPort;
  readonly content: ContentPort;
  readonly business: BusinessPort;
}

/** What customers may know of the business. */
export interface BusinessPort {
  /** The account's own team, or another one of its API space; undefined where there is none. It may be a few seconds old. */
  team(id?: string): Promise<PublicTeam | undefined>;
}

export interface SessionPort {
  challenge(): ClientChallenge;
  /** The nonce of a challenge that was given here and is not over; undefined for any other. */
  nonceOf(challengeId: string): string | undefined;
  /** Uses the challenge up, where there was one, and opens a session; its token is a JWT that browsers can read and only the host can prove. */
  open(wish: {
    /** Absent where the proof itself is good for a short time only. */
    readonly challengeId?: string;
    readonly claim: ClientClaim;
    readonly device: ClientDevice;
    readonly sourceAddress: string;
    readonly push?: PushRegistration;
    /** How long it lives (default, and at most, a week). */
    readonly lifetimeMs?: number;
    /** Sessions of other profiles on this device of this account end. */
    readonly takesDevice?: boolean;
  }): Promise<{ readonly token: string; readonly session: ClientSession }>;
  /** Ends it and closes its sockets, on every node. */
  end(session: ClientSession): Promise<void>;
  /** Undefined: none any more. */
  setPush(session: ClientSession, push: PushRegistration | undefined): Promise<void>;
}

export interface ClientProfilePort {
  /** One's own whole; of the others in one's conversations, what everybody may see. */
  get(session: ClientSession, id: string): Promise<ClientProfile>;
  /** One's own and the others', of which every given field is so. */
  find(session: ClientSession, fields: Readonly<Record<string, string>>): Promise<readonly ClientProfile[]>;
  /** One's own; `merge` keeps what is not given. */
  update(
    session: ClientSession,
    change: {
      readonly id: string;
      readonly data: ProfileData;
      readonly mode: 'replace' | 'merge';
      readonly ifMatch?: string;
    },
  ): Promise<ClientProfile>;
  /** Notes where else one can be reached. Nobody has proven it: it makes nobody the owner of the address. */
  leaveAddress(
    session: ClientSession,
    left: { readonly channel: string; readonly address: string },
  ): Promise<void>;
}

/** Read backward. */
export interface ConversationPage {
  /** The first event of the page; 0 when there is nothing before it. */
  readonly earliestEventId: number;
  readonly latestEventId: number;
  /** The oldest first. */
  readonly messages: readonly ConversationMessage[];
  /** Status events in the span of the page whose message lies outside of it. */
  readonly orphanedEvents: readonly StatusNews[];
}

/** The conversations of end users. Whoever is not in one does not learn that it exists. */
export interface ConversationPort {
  create(
    session: ClientSession,
    wish: ConversationDetails & {
      readonly id: string;
      readonly participants: readonly ConversationParticipant[];
    },
  ): Promise<Conversation>;
  list(session: ClientSession, scope: 'public' | 'participant'): Promise<readonly Conversation[]>;
  /** One's only conversation, where a channel gives everybody one; undefined before it was begun. */
  own(session: ClientSession): Promise<Conversation | undefined>;
  /** The same, begun where it was not. */
  begin(session: ClientSession): Promise<Conversation>;
  /** How one's newest chat stands. */
  ownChat(session: ClientSession): Promise<OwnChat>;
  get(session: ClientSession, id: string): Promise<Conversation>;
  update(
    session: ClientSession,
    change: { readonly id: string; readonly details: ConversationDetails; readonly ifMatch?: string },
  ): Promise<Conversation>;
  remove(session: ClientSession, id: string, ifMatch?: string): Promise<void>;
  participants(session: ClientSession, id: string): Promise<readonly ConversationParticipant[]>;
  addParticipants(
    session: ClientSession,
    id: string,
    added: readonly ConversationParticipant[],
  ): Promise<void>;
  removeParticipants(session: ClientSession, id: string, profileIds: readonly string[]): Promise<void>;
  setTyping(session: ClientSession, id: string, isOn: boolean): Promise<void>;
  /** Stores it in the conversation and, of a customer, in their chat: both or neither. */
  post(
    session: ClientSession,
    id: string,
    post: ConversationPost,
  ): Promise<{
    readonly id: string;
    readonly eventId: number;
    readonly on: Date;
    /** It was there before, by its key. */
    readonly isRepeated: boolean;
  }>;
  messages(
    session: ClientSession,
    id: string,
    page: { readonly from?: number; readonly limit: number },
  ): Promise<ConversationPage>;
  /** Repeating it changes nothing; a mark is also a receipt for what an agent wrote. */
  mark(session: ClientSession, id: string, marks: readonly ConversationMark[]): Promise<void>;
  /** Forward. */
  events(
    session: ClientSession,
    id: string,
    page: { readonly from: number; readonly limit: number },
  ): Promise<readonly (MessageNews | StatusNews)[]>;
  /** Puts an agent's answer into the customer's conversation; the same key is the same message. Throws ChannelError. */
  answer(
    answer: ConversationAnswer & { readonly key: string; readonly signal: AbortSignal },
  ): Promise<{ readonly id: string }>;
  /** Shows a conversation that somebody of our side is typing. */
  showTyping(conversationId: string, profileId: string, isOn: boolean): Promise<void>;
}

export interface ContentPort {
  /** Keeps a file; its type is what its bytes say, and its link works for some days. */
  keep(
    session: ClientSession,
    file: { readonly name: string; readonly type: string; readonly body: Uint8Array },
    /** What may be kept, by what the bytes say: `image/*` style patterns; nothing else is. */
    types?: readonly string[],
  ): Promise<KeptContent>;
  /** A file of this API space that `keep` has kept; whose it is, the channel must know. */
  find(id: string): Promise<KeptContent | undefined>;
}

export interface KeptContent {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly url: string;
}
