import type { Instant } from './instant';

/** `new` waits for an answer, `replied` was answered; a closed chat is never opened again. */
export type ChatStatus = 'new' | 'replied' | 'closed';

/** The way of the next answer: our account, the name it answers by, and the customer's address. */
export interface Route {
  readonly accountId: string;
  readonly own: string;
  readonly address: string;
  readonly thread?: string;
}

/** A customer and at most one agent, on one channel at a time. */
export interface Chat {
  readonly spaceId: string;
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly teamId: string;
  /** The team at creation. */
  readonly originalTeamId: string;
  readonly agentId?: string | undefined;
  readonly customerId: string;
  readonly channelId: string;
  readonly status: ChatStatus;
  readonly route?: Route | undefined;
  readonly context: Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  /** Events inside the chat run 1, 2, 3 without gaps; this is the last one. */
  readonly lastEventId: number;
  /** Grows by one with every change. */
  readonly revision: number;
  readonly lastMessage?: LastMessage | undefined;
  /** When the customer last wrote by the present route; the time to answer counts from here. */
  readonly lastInboundOn?: Instant | undefined;
  /** Another app of the provider's has the conversation: what we send there fails. */
  readonly control?: { readonly owner: string; readonly on: Instant } | undefined;
  readonly createdOn: Instant;
  readonly createdBy: string;
  readonly updatedOn: Instant;
  readonly updatedBy: string;
  readonly closedOn?: Instant | undefined;
  readonly closeReason?: string | undefined;
  readonly deletedOn?: Instant | undefined;
}

export type Direction = 'inbound' | 'outbound';

export interface LastMessage {
  readonly id: string;
  readonly direction: Direction;
  readonly sentOn: Instant;
}

export interface Participant {
  readonly id: string;
  readonly role: 'participant' | 'agent';
}

/** Who does something, and when. */
export interface Act {
  readonly by: string;
  readonly at: Instant;
}

export type ChatStart = Pick<
  Chat,
  'spaceId' | 'id' | 'name' | 'description' | 'teamId' | 'agentId' | 'customerId' | 'channelId' | 'route'
> &
  Partial<Pick<Chat, 'context' | 'labels' | 'lastInboundOn'>>;

/** A chat at its first moment. */
export function startChat(start: ChatStart, act: Act): Chat {
  return {
    context: {},
    labels: [],
    ...start,
    originalTeamId: start.teamId,
    status: 'new',
    lastEventId: 0,
    revision: 0,
    createdOn: act.at,
    createdBy: act.by,
    updatedOn: act.at,
    updatedBy: act.by,
  };
}

/** The customer first, then the agent where there is one. */
export function participantsOf(chat: Chat): Participant[] {
  const customer: Participant = { id: chat.customerId, role: 'participant' };
  return chat.agentId ? [customer, { id: chat.agentId, role: 'agent' }] : [customer];
}

/** What a message does to its chat. */
export interface Appended {
  readonly id: string;
  readonly direction: Direction;
  readonly sentOn: Instant;
  readonly isAutomatedSend: boolean;
  /** Inbound messages say by which way they came. */
  readonly route?: Route | undefined;
  readonly channelId?: string | undefined;
}

/** The chat after a message: the next event id, whose turn it is, and the way of the next answer. */
export function withMessage(chat: Chat, message: Appended, act: Act): Chat {
  const { id, direction, sentOn } = message;
  const isInbound = direction === 'inbound';
  return {
    ...changed(chat, act),
    status: statusAfter(chat, message),
    lastEventId: chat.lastEventId + 1,
    lastMessage: { id, direction, sentOn },
    // What was delivered late was written earlier, and the time to answer counts from the writing.
    lastInboundOn: isInbound ? Math.max(Math.min(sentOn, act.at), lastOn(chat, message)) : chat.lastInboundOn,
    route: (isInbound ? message.route : undefined) ?? chat.route,
    channelId: (isInbound ? message.channelId : undefined) ?? chat.channelId,
  };
}

function lastOn({ route, lastInboundOn }: Chat, message: Appended): Instant {
  const isSameWay =
    message.route === undefined ||
    (message.route.accountId === route?.accountId && message.route.address === route.address);
  return isSameWay ? (lastInboundOn ?? 0) : 0;
}

function statusAfter(chat: Chat, message: Appended): ChatStatus {
  if (chat.status === 'closed') return 'closed';
  // Machines wait for no answer, and give none.
  if (message.isAutomatedSend) return chat.status;
  return message.direction === 'inbound' ? 'new' : 'replied';
}

/** One more event inside the chat that is not a message. */
export function withEvent(chat: Chat): Chat {
  return { ...chat, lastEventId: chat.lastEventId + 1 };
}

/** The chat with another owner: a team's queue, or an agent of it directly. The route stays: answers go back as before. */
export function assigned(
  chat: Chat,
  owner: { teamId: string; agentId?: string | undefined },
  act: Act,
): Chat {
  return { ...changed(chat, act), teamId: owner.teamId, agentId: owner.agentId };
}

export function closed(chat: Chat, reason: string, act: Act): Chat {
  return { ...changed(chat, act), status: 'closed', closedOn: act.at, closeReason: reason };
}

/** With the conversation in our hands, or in those of another app. */
export function withControl(chat: Chat, control: Chat['control'], act: Act): Chat {
  return { ...changed(chat, act), control };
}

/** On another channel: the next answer goes there. */
export function moved(
  chat: Chat,
  to: { channelId: string; route: Route; lastInboundOn: Instant | undefined },
  act: Act,
): Chat {
  const { channelId, route, lastInboundOn } = to;
  return { ...changed(chat, act), channelId, route, lastInboundOn, control: undefined };
}

export interface Description {
  readonly name: string;
  /** Absent: none any more. */
  readonly description?: string | undefined;
  /** Absent: as it is. */
  readonly context?: Chat['context'] | undefined;
  readonly labels?: Chat['labels'] | undefined;
}

export function described(chat: Chat, given: Description, act: Act): Chat {
  const { name, description, context = chat.context, labels = chat.labels } = given;
  return { ...changed(chat, act), name, description, context, labels };
}

export function deleted(chat: Chat, act: Act): Chat {
  return { ...changed(chat, act), deletedOn: act.at };
}

function changed(chat: Chat, act: Act): Chat {
  return { ...chat, revision: chat.revision + 1, updatedOn: act.at, updatedBy: act.by };
}
