import type { MessageChange } from '../../plugins/contract/index';
import type { Decision } from '../model/assignment';
import { type Act, type Chat, participantsOf } from '../model/chat';
import { etagOf } from '../model/etag';
import { newId } from '../model/id';
import { iso } from '../model/instant';
import type { Message } from '../model/message';
import type { Account } from '../store/accounts';
import { MESSAGE_SENT, type NewEvent } from '../store/events';
import type { Profile } from '../store/profiles';
import { catalogued } from './catalogue';

/** `chat.create` */
export function chatCreated(chat: Chat, act: Act): NewEvent {
  return aboutChat('chat.create', chat, act, {
    id: chat.id,
    name: chat.name,
    description: chat.description,
    teamId: chat.teamId,
    channelId: chat.channelId,
    participants: participantsOf(chat).map(({ id, role }) => ({ profileId: id, role })),
    context: chat.context,
  });
}

/** `chat.updated` */
export function chatUpdated(chat: Chat, act: Act): NewEvent {
  return aboutChat('chat.updated', chat, act, {
    ...ownerOf(chat),
    name: chat.name,
    description: chat.description,
    labels: chat.labels,
    by: act.by,
  });
}

/** `chat.assigned` when it left its team's queue, `chat.transferred` when somebody else owned it. */
export function chatReassigned(
  before: Chat,
  after: Chat,
  act: Act,
  { note, decision }: { readonly note?: string | undefined; readonly decision?: Decision | undefined } = {},
): NewEvent {
  const hadOwner = before.teamId !== after.teamId || before.agentId !== undefined;
  return aboutChat(hadOwner ? 'chat.transferred' : 'chat.assigned', after, act, {
    ...ownerOf(after),
    previousTeamId: before.teamId,
    previousAgentId: before.agentId,
    by: act.by,
    ...{ note, decision },
  });
}

/** `chat.channelUpdated` */
export function chatMoved(before: Chat, after: Chat, act: Act): NewEvent {
  const route = after.route && { accountId: after.route.accountId, address: after.route.address };
  return aboutChat('chat.channelUpdated', after, act, {
    id: after.id,
    channelId: after.channelId,
    previousChannelId: before.channelId,
    route,
  });
}

/** `chat.closed` */
export function chatClosed(chat: Chat, act: Act, bypassMessage: boolean): NewEvent {
  return aboutChat('chat.closed', chat, act, {
    id: chat.id,
    bypassMessage,
    teamId: chat.teamId,
    closeTimeSecs: Math.round((act.at - chat.createdOn) / 1000),
    reason: chat.closeReason,
  });
}

/** `chat.delete` */
export function chatDeleted(chat: Chat, act: Act): NewEvent {
  return aboutChat('chat.delete', chat, act, { id: chat.id, date: iso(act.at), by: act.by });
}

/** `chatMessage.sent`, in both directions; its payload is the message. Nothing follows from one that is only `imported`. */
export function messageSent(message: Message, name = MESSAGE_SENT): NewEvent {
  return {
    spaceId: message.spaceId,
    eventId: newId(),
    name,
    entityId: message.id,
    revision: 0,
    chatId: message.chatId,
    chatEventId: message.sentEventId,
    messageId: message.id,
    teamId: message.teamId,
    channelId: message.channelId,
    at: message.sentOn,
  };
}

type MessageNews = 'delivered' | 'read' | 'failed' | 'submitted' | 'unknown' | 'expired';

/** `chatMessage.delivered`, `.read`, `.failed` and so on; with a number inside the chat where it is part of the conversation. */
export function messageProgressed(
  message: Message,
  news: {
    readonly what: MessageNews;
    readonly by: string;
    readonly at: number;
    readonly chatEventId?: number;
  },
): NewEvent {
  const { failure } = message.delivery;
  const name = news.what === 'expired' ? 'failed' : news.what;
  return fact({
    spaceId: message.spaceId,
    eventId: newId(),
    name: `chatMessage.${name}`,
    entityId: message.id,
    revision: message.revision,
    chatId: message.chatId,
    chatEventId: news.chatEventId,
    messageId: message.id,
    teamId: message.teamId,
    channelId: message.channelId,
    at: news.at,
    payload: {
      id: message.id,
      chatId: message.chatId,
      profileId: news.by,
      timestamp: iso(news.at),
      ...(failure && name === 'failed' ? { failure } : {}),
    },
  });
}

interface Entity {
  readonly spaceId: string;
  readonly id: string;
  readonly revision: number;
  readonly teamId?: string;
  readonly channelId?: string;
}

/** `chatMessage.reaction`, `chatMessage.edited`, `chatMessage.unsent`. */
export function messageChanged(
  message: Message,
  news: {
    readonly what: MessageChange['what'];
    readonly by: string;
    readonly at: number;
    readonly chatEventId: number;
  },
): NewEvent {
  const { what, by, at, chatEventId } = news;
  const payload = {
    id: message.id,
    chatId: message.chatId,
    profileId: by,
    timestamp: iso(at),
    ...(what.is === 'reaction' && what.emoji !== undefined ? { emoji: what.emoji } : {}),
    ...(what.is === 'edit' ? { text: what.text } : {}),
  };
  return catalogued(
    {
      ...{ spaceId: message.spaceId, eventId: newId(), name: CHANGE_NAMES[what.is] },
      ...{ entityId: message.id, revision: message.revision, chatId: message.chatId, chatEventId },
      ...{ messageId: message.id, teamId: message.teamId, channelId: message.channelId, at, payload },
    },
    payload,
  );
}

const CHANGE_NAMES = {
  reaction: 'chatMessage.reaction',
  edit: 'chatMessage.edited',
  unsend: 'chatMessage.unsent',
} as const;

/** `chat.replyWindowEnding` */
export function replyWindowEnding(chat: Chat, canReplyUntil: number, act: Act): NewEvent {
  return aboutChat('chat.replyWindowEnding', chat, act, {
    ...ownerOf(chat),
    channelId: chat.channelId,
    status: chat.status,
    canReplyUntil: iso(canReplyUntil),
  });
}

/** Any other entity: `team.create`, `profile.update` ... */
export function happened(
  name: string,
  entity: Entity,
  act: Act,
  payload: Readonly<Record<string, unknown>>,
): NewEvent {
  const { spaceId, id, revision, teamId, channelId } = entity;
  return fact({
    ...{ spaceId, eventId: newId(), name, entityId: id, revision, teamId, channelId },
    at: act.at,
    payload: { id, ...payload, by: act.by },
  });
}

function fact(event: NewEvent): NewEvent {
  return catalogued(event, event.payload);
}

/** `channel.create`, `channel.healthChanged` ... Its ETag is that of what people set up: how it is doing leaves that as it is. */
export function accountHappened(
  name: string,
  account: Account,
  act: Act,
  payload: Readonly<Record<string, unknown>>,
): NewEvent {
  const revision = account.revision + account.health.changes;
  return { ...happened(name, { ...account, revision }, act, payload), etag: etagOf(account) };
}

/** `profile.create`; the address of a customer who was met is not part of it. */
export function profileCreated(profile: Profile): NewEvent {
  const act = { by: profile.createdBy, at: profile.createdOn };
  return happened('profile.create', profile, act, { ...profile.data, name: profile.name });
}

/** `chat.controlChanged` */
export function chatControlChanged(chat: Chat, act: Act): NewEvent {
  return aboutChat('chat.controlChanged', chat, act, {
    ...ownerOf(chat),
    channelId: chat.channelId,
    isOurs: chat.control === undefined,
    owner: chat.control?.owner,
    by: act.by,
  });
}

/** `profile.update`, by the gateway itself. */
export function profileChanged(profile: Profile): NewEvent {
  const act = { by: profile.updatedBy, at: profile.updatedOn };
  return happened('profile.update', profile, act, { ...profile.data, name: profile.name });
}

function aboutChat(name: string, chat: Chat, act: Act, payload: Readonly<Record<string, unknown>>): NewEvent {
  return fact({
    spaceId: chat.spaceId,
    eventId: newId(),
    name,
    entityId: chat.id,
    revision: chat.revision,
    chatId: chat.id,
    teamId: chat.teamId,
    channelId: chat.channelId,
    at: act.at,
    payload,
  });
}

function ownerOf(chat: Chat) {
  return { id: chat.id, teamId: chat.teamId, agentId: chat.agentId };
}
