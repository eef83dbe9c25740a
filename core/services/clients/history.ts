import type { ConversationPage, MessageNews, StatusNews } from '../../../plugins/contract/index';
import {
  conversationEvents,
  conversationMessages,
  conversationMessagesBefore,
} from '../../store/conversation-messages';
import { askedNow } from './asked';
import type { ClientActor } from './context';
import { readable } from './conversation-access';
import { messageNews, shownMessage, statusNews } from './news';

/** The newest messages at or before `from` (absent: of all), with the status events in their span that are of others. */
export async function messages(
  actor: ClientActor,
  id: string,
  { from, limit }: { readonly from?: number; readonly limit: number },
): Promise<ConversationPage> {
  const { context, account } = actor;
  return context.store.read(async (tx) => {
    const { conversation } = await readable(tx, actor, id);
    const key = { spaceId: account.spaceId, conversationId: id };
    const latestEventId = Math.min(from ?? conversation.lastEventId, conversation.lastEventId);
    const found = await conversationMessagesBefore(tx, { ...key, from: latestEventId, limit });
    const first = found[0]?.sentEventId ?? 0;
    const span = first === 0 ? 0 : latestEventId - first + 1;
    const events =
      span > 0 ? await conversationEvents(tx, { ...key, from: first, to: latestEventId, limit: span }) : [];
    const inside = new Set(found.map((message) => message.id));
    const orphans = events.filter((event) => event.name !== 'sent' && !inside.has(event.messageId));
    return {
      // Event 1 is always a message: a page that holds it reaches the start.
      ...{ earliestEventId: first <= 1 ? 0 : first, latestEventId },
      messages: (await askedNow(tx, found, context.now())).map((message) =>
        shownMessage(message, context.links),
      ),
      orphanedEvents: orphans.map((event) => statusNews(conversation, event)),
    };
  });
}

/** What happened, forward from a number. */
export async function events(
  actor: ClientActor,
  id: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<(MessageNews | StatusNews)[]> {
  const { context, account } = actor;
  return context.store.read(async (tx) => {
    const { conversation } = await readable(tx, actor, id);
    const key = { spaceId: account.spaceId, conversationId: id };
    const found = await conversationEvents(tx, { ...key, from, limit });
    const sent = found.filter((event) => event.name === 'sent').map((event) => event.messageId);
    const stored = await conversationMessages(tx, key, sent);
    const now = await askedNow(tx, stored, context.now());
    const byId = new Map(now.map((message) => [message.id, message]));
    return found.map((event) => {
      const message = event.name === 'sent' ? byId.get(event.messageId) : undefined;
      return message
        ? messageNews(conversation, event, shownMessage(message, context.links))
        : statusNews(conversation, event);
    });
  });
}
