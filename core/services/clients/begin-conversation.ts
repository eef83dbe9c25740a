import { conversationHappened } from '../../events/conversation-facts';
import type { Act } from '../../model/chat';
import { newId } from '../../model/id';
import {
  insertConversation,
  insertParticipants,
  listConversationsWith,
  type StoredConversation,
} from '../../store/conversations';
import { appendEvents } from '../../store/events';
import { madeNow } from '../../store/made';
import type { Tx } from '../../store/tx';
import type { ClientAccount } from './context';

/** The conversation of an account in which a customer was last. */
export async function newestConversation(
  tx: Tx,
  { spaceId, id: accountId }: ClientAccount,
  profileId: string,
): Promise<StoredConversation | undefined> {
  const [newest] = await listConversationsWith(tx, { spaceId, accountId }, profileId, 1);
  return newest;
}

/** A conversation between the business and one customer; nobody else comes in. */
export async function beginConversation(
  tx: Tx,
  { spaceId, id: accountId }: ClientAccount,
  profileId: string,
  act: Act,
): Promise<StoredConversation> {
  const rights = { canSend: true, canAddParticipants: false, canRemoveParticipants: false };
  const conversation: StoredConversation = {
    ...{ spaceId, id: newId(), accountId, name: 'Chat', isPublic: false },
    roles: { owner: rights, participant: rights },
    ...{ lastEventId: 0, latestSentEventId: 0, ...madeNow(act) },
  };
  await insertConversation(tx, conversation);
  const key = { spaceId, conversationId: conversation.id };
  await insertParticipants(tx, [{ ...key, id: profileId, role: 'participant', joinedOn: act.at }]);
  await appendEvents(tx, [conversationHappened('create', conversation, act)]);
  return conversation;
}
