import type { ConversationRole } from '../../plugins/contract/index';
import { etagOf } from '../model/etag';
import { newId } from '../model/id';
import { iso } from '../model/instant';
import type { StoredSession } from '../store/client-sessions';
import type { StoredConversationEvent, StoredConversationMessage } from '../store/conversation-messages';
import type { StoredConversation } from '../store/conversations';
import type { NewEvent } from '../store/events';
import { catalogued } from './catalogue';

interface Act {
  readonly by: string;
  readonly at: number;
}

/** `conversation.create`, `conversation.update`, `conversation.delete` */
export function conversationHappened(
  what: 'create' | 'update' | 'delete',
  conversation: StoredConversation,
  act: Act,
): NewEvent {
  const { id, name, description, roles, isPublic } = conversation;
  const payload =
    what === 'delete'
      ? { id, date: iso(act.at), by: act.by }
      : { id, name, description, roles, isPublic, by: act.by };
  return {
    ...fact(`conversation.${what}`, conversation, act.at, payload),
    revision: conversation.revision,
    etag: etagOf(conversation),
  };
}

/** `conversation.participantAdded`, `.participantRemoved`, `.participantUpdated` */
export function participantHappened(
  what: 'Added' | 'Removed' | 'Updated',
  conversation: StoredConversation,
  who: { readonly id: string; readonly role: ConversationRole },
  act: Act,
): NewEvent {
  const { id: conversationId, spaceId: apiSpaceId, revision } = conversation;
  const payload = { conversationId, apiSpaceId, profileId: who.id, role: who.role, by: act.by };
  return { ...fact(`conversation.participant${what}`, conversation, act.at, payload), revision };
}

/** `conversationMessage.sent` */
export function conversationMessageSent(
  conversation: StoredConversation,
  message: StoredConversationMessage,
  eventId: string,
): NewEvent {
  const { id, metadata, from, parts, alert, sentBy, sentEventId } = message;
  return {
    ...fact('conversationMessage.sent', conversation, message.sentOn, {
      id,
      conversationEventId: sentEventId,
      metadata,
      context: { from, conversationId: conversation.id, sentBy, sentOn: iso(message.sentOn) },
      parts,
      alert,
    }),
    eventId,
    entityId: id,
  };
}

/** `conversationMessage.delivered`, `.read` */
export function conversationMessageMarked(
  conversation: StoredConversation,
  message: Pick<StoredConversationMessage, 'sentEventId'>,
  event: StoredConversationEvent,
): NewEvent {
  return {
    ...fact(`conversationMessage.${event.name}`, conversation, event.at, {
      id: event.messageId,
      conversationId: conversation.id,
      conversationEventId: event.number,
      isPublicConversation: conversation.isPublic,
      profileId: event.profileId,
      timestamp: iso(event.at),
    }),
    eventId: event.eventId,
    entityId: event.messageId,
    // Numbers of the conversation grow, so what is said later of a message has the higher revision.
    revision: event.number - message.sentEventId,
  };
}

/** `push.requested` */
export function pushRequested(
  conversation: StoredConversation,
  message: StoredConversationMessage,
  session: StoredSession,
): NewEvent {
  return {
    ...fact('push.requested', conversation, message.sentOn, {
      id: session.id,
      profileId: session.profileId,
      conversationId: conversation.id,
      messageId: message.id,
      registration: session.push ?? {},
      alert: message.alert,
      by: message.sentBy,
    }),
    entityId: session.id,
  };
}

function fact(
  name: string,
  conversation: StoredConversation,
  at: number,
  payload: Readonly<Record<string, unknown>>,
): NewEvent {
  const { spaceId, id } = conversation;
  return catalogued({ spaceId, eventId: newId(), name, entityId: id, revision: 0, at, payload }, payload);
}
