import { conversationMessageSent, pushRequested } from '../../events/conversation-facts';
import { newId } from '../../model/id';
import { pushTargets } from '../../store/client-sessions';
import {
  newConversationEvents,
  newConversationMessage,
  type StoredConversationMessage,
} from '../../store/conversation-messages';
import { conversationAppended, type StoredConversation } from '../../store/conversations';
import type { Write } from '../../store/dialect';
import { appendEventsWith, type NewEvent } from '../../store/events';
import type { Tx } from '../../store/tx';
import type { ClientsContext } from './context';

type NewMessage = Omit<
  StoredConversationMessage,
  'spaceId' | 'conversationId' | 'sentEventId' | 'statusUpdates'
>;

/** A message in its conversation, with all that is to be written for it. */
export interface AppendedMessage {
  readonly stored: StoredConversationMessage;
  readonly events: readonly NewEvent[];
  readonly writes: readonly Write[];
}

/** Appends a message to a conversation that the transaction holds, as it ends, and asks for a push to those who have no socket. */
export async function appendToConversation(
  context: Pick<ClientsContext, 'now'>,
  tx: Tx,
  conversation: StoredConversation,
  message: NewMessage,
): Promise<StoredConversationMessage> {
  const { stored, events, writes } = await appendedTo(context, tx, conversation, message);
  await appendEventsWith(tx, events, writes, { isLast: true });
  return stored;
}

/** The same as a part of a larger write. */
export async function appendedTo(
  { now }: Pick<ClientsContext, 'now'>,
  tx: Tx,
  conversation: StoredConversation,
  message: NewMessage,
): Promise<AppendedMessage> {
  const number = conversation.lastEventId + 1;
  const { spaceId, id: conversationId } = conversation;
  const stored: StoredConversationMessage = {
    ...message,
    ...{ spaceId, conversationId, sentEventId: number, statusUpdates: {} },
  };
  const eventId = newId();
  const { id: messageId, from, sentOn: at } = stored;
  const sent = { spaceId, conversationId, number, eventId, messageId, profileId: from.id, at };
  const targets = await pushTargets(tx, { spaceId, conversationId, except: from.id }, now());
  return {
    stored,
    events: [
      conversationMessageSent(conversation, stored, eventId),
      ...targets.map((session) => pushRequested(conversation, stored, session)),
    ],
    writes: [
      conversationAppended({ ...conversation, lastEventId: number, latestSentEventId: number }),
      newConversationMessage(stored),
      newConversationEvents([{ ...sent, name: 'sent' }]),
    ],
  };
}
