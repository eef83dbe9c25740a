import type { ChatNews, ClientNews, ClientSocket } from '../../plugins/contract/index';
import { messagePayload, statusPayload } from './shapes';

/** The live events of App Messaging: JSON text frames, one event each. */
export const socket: ClientSocket = {
  path: '/socket',
  hello: ({ socketId, session, at }) => ({
    ...{ name: 'socket.info', socketId, apiSpaceId: session.apiSpaceId },
    context: { createdBy: `session:${session.profileId}`, createdOn: at },
    publishedOn: at,
  }),
  frame: frameOf,
  // The JavaScript SDK says `echo` once a minute; whatever else a later one says has a name as well.
  understands: (frame) =>
    typeof frame === 'object' && frame !== null && 'name' in frame && typeof frame.name === 'string',
};

/** An event as a socket tells it, and as `GET events` does. */
export function frameOf(news: ClientNews): object {
  const { eventId, apiSpaceId, at, by, revision, etag } = news;
  return {
    ...{ eventId, apiSpaceId, revision, etag, publishedOn: at },
    context: { createdBy: by, createdOn: at },
    ...detailOf(news),
  };
}

const CONVERSATION = { created: 'create', updated: 'update', deleted: 'delete' } as const;
const PARTICIPANT = {
  added: 'participantAdded',
  removed: 'participantRemoved',
  updated: 'participantUpdated',
} as const;

function detailOf(news: ClientNews): object {
  switch (news.type) {
    case 'message': {
      const { conversationId, number: conversationEventId } = news;
      return {
        name: 'conversationMessage.sent',
        conversationId,
        conversationEventId,
        payload: messagePayload(news),
      };
    }
    case 'status': {
      const { status, conversationId, number: conversationEventId } = news;
      const name = `conversationMessage.${status}`;
      return { name, conversationId, conversationEventId, payload: statusPayload(news) };
    }
    case 'conversation': {
      const { what, conversation, at } = news;
      const payload = what === 'deleted' ? { date: at } : conversation;
      return { name: `conversation.${CONVERSATION[what]}`, conversationId: conversation.id, payload };
    }
    case 'participant': {
      const { what, conversationId, profileId, role, apiSpaceId } = news;
      const payload = { profileId, role, conversationId, apiSpaceId };
      return { name: `conversation.${PARTICIPANT[what]}`, conversationId, payload };
    }
    case 'typing': {
      const { isOn, conversationId, profileId } = news;
      const name = isOn ? 'conversation.participantTyping' : 'conversation.participantTypingOff';
      return { name, conversationId, payload: { conversationId, profileId } };
    }
    case 'profile':
      // Android reads `etag`, JavaScript `eTag`.
      return { name: 'profile.update', profileId: news.profileId, eTag: news.etag, payload: news.profile };
    case 'chat':
      return chatDetailOf(news);
    default:
      return never(news);
  }
}

/** Agents' pages use the same SDK with other names: a chat is their conversation. */
function chatDetailOf({ name, chatId, number, payload }: ChatNews): object {
  const isMessages = name.startsWith('chatMessage.');
  const { id, ...rest } = payload;
  const context = isRecord(rest['context'])
    ? { context: { ...rest['context'], conversationId: chatId } }
    : {};
  const ids = isMessages
    ? { messageId: id, conversationId: chatId }
    : { id: id ?? chatId, conversationId: chatId };
  const numbers = number === undefined ? {} : { chatEventId: number, conversationEventId: number };
  return { name, chatId, conversationId: chatId, ...numbers, payload: { ...rest, ...context, ...ids } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function never(news: never): never {
  throw new Error(`no frame is known for ${JSON.stringify(news)}`);
}
