import type { ClientNews, ConversationMessage } from '../../plugins/contract/index';
import { payloadOf } from '../events/envelope';
import type { MediaLinks } from '../media/links';
import { etagOf } from '../model/etag';
import type { LoggedEvent } from '../store/events';

/** Events that somebody with a socket may want to hear of. */
const CONVERSATION_NAMES = [
  ...['conversation.create', 'conversation.update', 'conversation.delete'],
  ...['conversation.participantAdded', 'conversation.participantRemoved', 'conversation.participantUpdated'],
  ...['conversationMessage.sent', 'conversationMessage.delivered', 'conversationMessage.read'],
  'profile.update',
] as const;

/** Events that only agents hear of. */
const CHAT_NAMES = [
  ...['chat.create', 'chat.updated', 'chat.assigned', 'chat.transferred', 'chat.channelUpdated'],
  ...['chat.closed', 'chat.delete', 'chat.offered', 'chat.offerEnded', 'chat.queued', 'chat.rated'],
  ...['chatMessage.sent', 'chatMessage.submitted', 'chatMessage.delivered', 'chatMessage.read'],
  ...['chatMessage.failed', 'chatMessage.unknown'],
] as const;

/** Events after which a customer's own chat stands otherwise; what messages change of it, they say themselves. */
export const OWN_CHAT_NAMES: readonly string[] = [
  ...['chat.create', 'chat.assigned', 'chat.transferred', 'chat.channelUpdated', 'chat.closed'],
];

/** Which events are wanted where these have sockets. */
export function namesFor(who: { readonly hasAgents: boolean; readonly hasStreams: boolean }): string[] {
  const ofChats = who.hasAgents ? CHAT_NAMES : who.hasStreams ? OWN_CHAT_NAMES : [];
  return [...CONVERSATION_NAMES, ...ofChats];
}

type Payload = Readonly<Record<string, unknown>>;

/** An event of the log as sockets tell it; undefined for what they do not. Only our own payloads are read, so their shapes are known. */
export function newsOf(event: LoggedEvent, links: MediaLinks): ClientNews | undefined {
  const payload = payloadOf(event, links.present);
  const [kind, what = ''] = event.name.split('.');
  switch (kind) {
    case 'conversationMessage':
      return what === 'sent' ? messageOf(event, payload) : statusOf(event, payload, what);
    case 'conversation':
      return what.startsWith('participant')
        ? participantOf(event, payload, what)
        : conversationOf(event, payload, what);
    case 'profile':
      return profileOf(event, payload);
    case 'chat':
    case 'chatMessage':
      return chatOf(event, payload);
    default:
      return undefined;
  }
}

interface MessageContext {
  readonly from: ConversationMessage['from'];
  readonly conversationId: string;
  readonly sentBy: string;
  readonly sentOn: string;
}

function contextOf(payload: Payload): MessageContext {
  return payload['context'] as MessageContext;
}

function happened(event: LoggedEvent, by: unknown) {
  return {
    ...{ eventId: event.eventId, apiSpaceId: event.spaceId, at: new Date(event.at) },
    ...{ by: String(by), revision: event.revision },
    etag: event.etag ?? etagOf({ revision: event.revision, updatedOn: event.at }),
  };
}

function messageOf(event: LoggedEvent, payload: Payload): ClientNews {
  const { from, conversationId, sentBy, sentOn } = contextOf(payload);
  const number = Number(payload['conversationEventId']);
  return {
    ...{ ...happened(event, sentBy), type: 'message', conversationId, number },
    message: {
      ...{ id: event.entityId, conversationId, sentEventId: number, from, sentBy, sentOn: new Date(sentOn) },
      ...{ metadata: payload['metadata'], alert: payload['alert'], statusUpdates: {} },
      parts: payload['parts'] as ConversationMessage['parts'],
    },
  };
}

function statusOf(event: LoggedEvent, payload: Payload, what: string): ClientNews {
  const profileId = String(payload['profileId']);
  return {
    ...{ ...happened(event, `session:${profileId}`), type: 'status', profileId },
    ...{ conversationId: String(payload['conversationId']), number: Number(payload['conversationEventId']) },
    ...{ isPublic: payload['isPublicConversation'] === true, messageId: event.entityId },
    ...{ status: what === 'read' ? 'read' : 'delivered', on: new Date(String(payload['timestamp'])) },
  };
}

const CHANGES = { create: 'created', update: 'updated', delete: 'deleted' } as const;

function conversationOf(event: LoggedEvent, payload: Payload, what: string): ClientNews | undefined {
  if (what !== 'create' && what !== 'update' && what !== 'delete') return undefined;
  const { by, date: _, ...conversation } = payload;
  return {
    ...{ ...happened(event, by), type: 'conversation', what: CHANGES[what] },
    conversation: { ...conversation, id: event.entityId } as (ClientNews & {
      type: 'conversation';
    })['conversation'],
  };
}

const PARTICIPATIONS: Readonly<Record<string, 'added' | 'removed' | 'updated'>> = {
  participantAdded: 'added',
  participantRemoved: 'removed',
  participantUpdated: 'updated',
};

function participantOf(event: LoggedEvent, payload: Payload, name: string): ClientNews | undefined {
  const what = PARTICIPATIONS[name];
  if (!what) return undefined;
  return {
    ...{ ...happened(event, payload['by']), type: 'participant', what },
    ...{ conversationId: String(payload['conversationId']), profileId: String(payload['profileId']) },
    role: payload['role'] === 'owner' ? 'owner' : 'participant',
  };
}

function profileOf(event: LoggedEvent, payload: Payload): ClientNews {
  const { by, ...profile } = payload;
  return { ...happened(event, by), type: 'profile', profileId: event.entityId, profile };
}

function chatOf(event: LoggedEvent, payload: Payload): ClientNews | undefined {
  if (event.chatId === undefined) return undefined;
  const by = payload['by'] ?? contextOf(payload)?.sentBy ?? payload['profileId'] ?? 'gateway';
  return {
    ...{ ...happened(event, by), type: 'chat', name: event.name, chatId: event.chatId, payload },
    ...(event.chatEventId === undefined ? {} : { number: event.chatEventId }),
  };
}
