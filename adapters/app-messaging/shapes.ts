import type {
  ClientProfile,
  Conversation,
  ConversationMessage,
  MessageNews,
  StatusNews,
} from '../../plugins/contract/index';

/** A conversation as the SDKs read it. */
export function shownConversation(conversation: Conversation) {
  const { id, name, description, roles, isPublic, participantCount, latestSentEventId, etag } = conversation;
  return {
    ...{ id, name, description, roles, isPublic, participantCount, latestSentEventId, _etag: etag },
    ...{ _createdOn: conversation.createdOn, _createdBy: conversation.createdBy },
    ...{ _updatedOn: conversation.updatedOn, _updatedBy: conversation.updatedBy },
  };
}

/** A message as the SDKs read it; they write into `statusUpdates`, so it is always there. */
export function shownMessage(message: ConversationMessage) {
  const { id, sentEventId, metadata, parts, alert, statusUpdates } = message;
  return { id, sentEventId, metadata, context: contextOf(message), parts, alert, statusUpdates };
}

export function contextOf({ from, conversationId, sentBy, sentOn }: ConversationMessage) {
  return { from, conversationId, sentBy, sentOn };
}

/** A status event whose message lies outside of a page. The JavaScript SDK puts `conversationMessage.` before its name itself. */
export function shownOrphan(news: StatusNews) {
  const { number, eventId, profileId, status } = news;
  return { id: number, data: { name: status, eventId, profileId, payload: statusPayload(news) } };
}

export function statusPayload(news: StatusNews) {
  const { messageId, conversationId, isPublic: isPublicConversation, profileId, on: timestamp } = news;
  return { messageId, conversationId, isPublicConversation, profileId, timestamp };
}

export function messagePayload({ message }: MessageNews) {
  const { id: messageId, metadata, parts, alert } = message;
  return { messageId, metadata, context: contextOf(message), parts, alert };
}

/** A profile as the SDKs read it. */
export function shownProfile({ id, data, createdOn, updatedOn }: ClientProfile) {
  return { ...data, id, _createdOn: createdOn, _updatedOn: updatedOn };
}
