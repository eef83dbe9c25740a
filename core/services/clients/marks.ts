import type { ConversationMark } from '../../../plugins/contract/index';
import { isLive } from '../../channels/registry';
import { conversationMessageMarked } from '../../events/conversation-facts';
import { applyStatus } from '../../inbound/statuses';
import { isId, newId } from '../../model/id';
import type { StatusMark } from '../../model/message';
import { invalid } from '../../model/problem';
import { speakerOf } from '../../outbound/speaker';
import {
  conversationMessages,
  findConversationMessage,
  lockConversationMessage,
  newConversationEvents,
  type StoredConversationEvent,
  type StoredConversationMessage,
  updateMarks,
} from '../../store/conversation-messages';
import { conversationAppended, lockConversation, type StoredConversation } from '../../store/conversations';
import { appendEventsWith, type NewEvent } from '../../store/events';
import { externalIdsOf } from '../../store/external-ids';
import type { Tx } from '../../store/tx';
import type { SeenByAgent } from '../context';
import type { ClientActor, ClientsContext } from './context';
import { heldSeat, readable } from './conversation-access';

/** Stores what somebody got or read, for everybody in the conversation; of an agent's answer it is the receipt. */
export async function mark(
  actor: ClientActor,
  conversationId: string,
  marks: readonly ConversationMark[],
): Promise<void> {
  const { context, account, session } = actor;
  await context.store.transaction(async (tx) => {
    await readable(tx, actor, conversationId);
    const key = { spaceId: account.spaceId, conversationId };
    const due: Due[] = [];
    for (const { messageIds, status, on } of marks) {
      const found = await conversationMessages(tx, key, messageIds.filter(isId));
      mustBeThere(messageIds, found);
      // Nobody reads in the future, whatever the clock of a device says.
      const at = Math.min(on.getTime(), context.now());
      const others = found.filter((message) => message.from.id !== session.profileId);
      due.push(...others.map((message) => ({ message, mark: { status, on: at } })));
    }
    // Chats first, the older before the newer, then the conversation: always in this order.
    due.sort((a, b) => a.message.sentEventId - b.message.sentEventId);
    for (const one of due) await receipt(actor, tx, one);
    const { conversation } = await heldSeat(tx, actor, conversationId);
    const by = session.profileId;
    await note(tx, conversation, { by, due });
  });
}

interface Due {
  readonly message: StoredConversationMessage;
  readonly mark: StatusMark;
}

function mustBeThere(ids: readonly string[], found: readonly StoredConversationMessage[]): void {
  const known = new Set(found.map((message) => message.id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined)
    throw invalid('messageIds', `there is no message "${unknown.slice(0, 100)}" in this conversation`);
}

async function receipt(actor: ClientActor, tx: Tx, { message, mark: { status, on } }: Due): Promise<void> {
  const { context, account, session } = actor;
  if (message.answers !== session.profileId) return;
  const runtime = await context.registry.find(account.id, tx);
  if (!isLive(runtime)) return;
  await applyStatus(tx, {
    runtime,
    status: { target: { externalId: message.id }, state: status, at: new Date(on) },
    receivedOn: context.now(),
    wake: (chatId) => context.wake({ chatId, accountId: account.id }),
  });
}

/** Writes marks that say something new, each with the next number of the conversation. */
async function note(
  tx: Tx,
  conversation: StoredConversation,
  { by, due }: { readonly by: string; readonly due: readonly Due[] },
): Promise<void> {
  let last = conversation.lastEventId;
  const noted: { readonly event: StoredConversationEvent; readonly fact: NewEvent }[] = [];
  const { spaceId, id: conversationId } = conversation;
  for (const { message, mark: given } of due) {
    const present = await lockConversationMessage(tx, spaceId, message.id);
    const known = present?.statusUpdates[by]?.status;
    if (!present || known === 'read' || known === given.status) continue;
    last += 1;
    const event: StoredConversationEvent = {
      ...{ spaceId, conversationId, number: last, eventId: newId(), name: given.status },
      ...{ messageId: present.id, profileId: by, at: given.on },
    };
    await updateMarks(tx, { ...present, statusUpdates: { ...present.statusUpdates, [by]: given } });
    noted.push({ event, fact: conversationMessageMarked(conversation, present, event) });
  }
  if (noted.length === 0) return;
  const facts = noted.map(({ fact }) => fact);
  await appendEventsWith(tx, facts, [
    conversationAppended({ ...conversation, lastEventId: last }),
    newConversationEvents(noted.map(({ event }) => event)),
  ]);
}

/** An agent got or read what a customer wrote: shows it in the conversation that it came from, where it came from one. */
export async function noteSeenByAgent(context: ClientsContext, tx: Tx, seen: SeenByAgent): Promise<void> {
  const { chat, message, agentId, mark: given } = seen;
  const runtime = message.accountId === undefined ? undefined : context.registry.get(message.accountId);
  if (!runtime?.channel?.client && !runtime?.channel?.site) return;
  const [externalId] = await externalIdsOf(tx, message.id);
  if (externalId === undefined || !isId(externalId)) return;
  const found = await findConversationMessage(tx, message.spaceId, externalId);
  const conversation = found && (await lockConversation(tx, message.spaceId, found.conversationId));
  if (!found || !conversation) return;
  const { id: by } = await speakerOf(tx, { ...chat, agent: { id: agentId } });
  await note(tx, conversation, { by, due: [{ message: found, mark: given }] });
}
