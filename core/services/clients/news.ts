import type { ConversationMessage, MessageNews, StatusNews } from '../../../plugins/contract/index';
import type { MediaLinks } from '../../media/links';
import type { StoredConversationEvent, StoredConversationMessage } from '../../store/conversation-messages';
import type { StoredConversation } from '../../store/conversations';

/** A message as an app sees it, with links in place of our own names of files. */
export function shownMessage(message: StoredConversationMessage, links: MediaLinks): ConversationMessage {
  const { id, conversationId, sentEventId, from, sentBy, sentOn, metadata, parts, alert } = message;
  const marks = Object.entries(message.statusUpdates);
  return {
    ...{ id, conversationId, sentEventId, from, sentBy, sentOn: new Date(sentOn), metadata, alert },
    parts: links.present(parts),
    statusUpdates: Object.fromEntries(
      marks.map(([who, { status, on }]) => [who, { status, on: new Date(on) }]),
    ),
  };
}

/** An event of a conversation that says who got or read a message. */
export function statusNews(
  conversation: Pick<StoredConversation, 'spaceId' | 'id' | 'isPublic'>,
  event: StoredConversationEvent,
): StatusNews {
  const on = new Date(event.at);
  return {
    ...happened(conversation, event),
    ...{ type: 'status', number: event.number, isPublic: conversation.isPublic },
    ...{ messageId: event.messageId, profileId: event.profileId, on },
    status: event.name === 'read' ? 'read' : 'delivered',
  };
}

/** An event of a conversation that is a message. */
export function messageNews(
  conversation: Pick<StoredConversation, 'spaceId' | 'id' | 'isPublic'>,
  event: StoredConversationEvent,
  message: ConversationMessage,
): MessageNews {
  return { ...happened(conversation, event), type: 'message', number: event.number, message };
}

function happened(
  { spaceId, id }: Pick<StoredConversation, 'spaceId' | 'id'>,
  { eventId, profileId, at }: StoredConversationEvent,
) {
  return {
    ...{ eventId, apiSpaceId: spaceId, conversationId: id, at: new Date(at) },
    ...{ by: `session:${profileId}`, revision: 0 },
  };
}
