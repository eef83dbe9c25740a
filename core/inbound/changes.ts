import type { MessageChange } from '../../plugins/contract/index';
import type { LiveRuntime } from '../channels/registry';
import { messageChanged } from '../events/facts';
import { type Chat, withEvent } from '../model/chat';
import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import type { Message } from '../model/message';
import { withChange } from '../model/message-change';
import { lockChat, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { findByExternalId } from '../store/external-ids';
import { forgetTexts } from '../store/forgotten-words';
import { forgetMediaOf } from '../store/media';
import { chatsOfMessages, lockMessages, updateContent } from '../store/messages';
import { parkChange } from '../store/parked-changes';
import type { Tx } from '../store/tx';

export type ChangeOutcome = 'applied' | 'duplicate' | 'parked';

/** A change and where it came in. */
export interface ChangeArrival {
  readonly runtime: LiveRuntime;
  readonly change: MessageChange;
  readonly receivedOn: Instant;
  /** Called, after the commit, with the files that are to be forgotten. */
  readonly forget: (mediaIds: readonly string[]) => void;
}

/** Notes a reaction, an edit or a withdrawal; in any order, any number of times, also before its message is known. */
export async function applyChange(tx: Tx, arrival: ChangeArrival): Promise<ChangeOutcome> {
  const { runtime, change, receivedOn } = arrival;
  const { id: accountId, spaceId } = runtime.account;
  const found = await findByExternalId(tx, accountId, change.externalId);
  const held = found && (await hold(tx, spaceId, found.messageId));
  if (!held) {
    await parkChange(tx, { id: newId(), spaceId, accountId, change, receivedOn });
    return 'parked';
  }
  const { chat, message } = held;
  const by = change.by === 'customer' ? chat.customerId : 'external';
  const at = Math.min(change.at?.getTime() ?? receivedOn, receivedOn);
  const after = withChange(message, change.what, { by, at });
  if (!after) return 'duplicate';
  if (change.what.is === 'unsend') await forgetContent(tx, arrival, message);
  const counted = withEvent(chat);
  await updateContent(tx, after);
  await updateChats(tx, [counted]);
  await appendEvents(tx, [
    messageChanged(after, { what: change.what, by, at, chatEventId: counted.lastEventId }),
  ]);
  return 'applied';
}

// The chat is held first, always: it counts the events inside it.
async function hold(
  tx: Tx,
  spaceId: string,
  messageId: string,
): Promise<{ readonly chat: Chat; readonly message: Message } | undefined> {
  const chatId = (await chatsOfMessages(tx, spaceId, [messageId])).get(messageId);
  const chat = chatId === undefined ? undefined : await lockChat(tx, spaceId, chatId);
  const [message] = await lockMessages(tx, spaceId, [messageId]);
  return chat && message && { chat, message };
}

/** Its files, and what earlier edits said: providers ask that nothing of it is kept. */
async function forgetContent(tx: Tx, { forget }: ChangeArrival, message: Message): Promise<void> {
  const files = await forgetMediaOf(tx, message.id);
  await forgetTexts(tx, message);
  tx.afterCommit(() => forget(files));
}
