import { conversationIdOf } from '../events/about';
import { agentsOfChats } from '../store/chat-readers';
import { accountsOfConversations, participantsOf } from '../store/conversations';
import type { LoggedEvent } from '../store/events';
import type { Store } from '../store/store';
import { together } from '../store/together';
import type { Hub, OpenSocket } from './hub';

/** Says which of this node's sockets hear of an event. */
export type Audience = (event: LoggedEvent) => OpenSocket[];

/** Finds out, for many events of a space at once, who is in their conversations and who reads their chats. */
export async function audienceOf(
  { store, hub }: { readonly store: Store; readonly hub: Hub },
  spaceId: string,
  events: readonly LoggedEvent[],
): Promise<Audience> {
  const conversationIds = distinct(events.map(conversationIdOf));
  const chatIds = distinct(events.map((event) => event.chatId));
  return store.read(async (tx) => {
    const isAny = conversationIds.length > 0;
    const [present, accounts, readers] = await together([
      isAny ? participantsOf(tx, spaceId, conversationIds) : Promise.resolve([]),
      isAny
        ? accountsOfConversations(tx, spaceId, conversationIds)
        : Promise.resolve(new Map<string, string>()),
      chatIds.length > 0 ? agentsOfChats(tx, spaceId, chatIds) : Promise.resolve(new Map<string, string[]>()),
    ]);
    const byConversation = new Map<string, string[]>();
    for (const { conversationId, id } of present) {
      const known = byConversation.get(conversationId);
      if (known) known.push(id);
      else byConversation.set(conversationId, [id]);
    }
    return (event) => {
      const conversationId = conversationIdOf(event);
      if (conversationId !== undefined) {
        const ids = byConversation.get(conversationId) ?? [];
        const sockets = hub.socketsOf(spaceId, new Set([...ids, ...concerned(event)]), false);
        // The same person may be there by two channels, each with conversations of its own.
        return sockets.filter(({ owner }) => owner.accountId === accounts.get(conversationId));
      }
      if (event.chatId === undefined) return hub.socketsOf(spaceId, [event.entityId], false);
      return hub.socketsOf(
        spaceId,
        new Set([...(readers.get(event.chatId) ?? []), ...concerned(event)]),
        true,
      );
    };
  });
}

// Whoever was sent away hears of that, and an agent who had the chat before.
function concerned({ name, payload }: LoggedEvent): string[] {
  const field = name.startsWith('conversation.participant') ? 'profileId' : 'previousAgentId';
  const id = payload?.[field];
  return typeof id === 'string' ? [id] : [];
}

function distinct(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}
