import { messageProgressed } from '../events/facts';
import { type Chat, withEvent } from '../model/chat';
import { advanced, type DeliveryStatus, type Evidence } from '../model/delivery';
import type { Message } from '../model/message';
import { lockChat, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { chatsOfMessages, lockMessages, updateDelivery } from '../store/messages';
import { together } from '../store/together';
import type { Tx } from '../store/tx';

/** The message before and after a piece of evidence; the same twice when it said nothing new. */
export interface Noted {
  readonly before: Message;
  readonly message: Message;
}

/** The message that evidence is about; of which chat, where that is known. */
export interface EvidenceTarget {
  readonly spaceId: string;
  readonly accountId: string;
  readonly messageId: string;
  readonly chatId?: string | undefined;
}

/** Moves a message on, on evidence, and writes its events. Gives undefined when there is no such message. */
export async function noteEvidence(
  tx: Tx,
  target: EvidenceTarget,
  evidence: Evidence,
): Promise<Noted | undefined> {
  const { spaceId, messageId } = target;
  const chatId = target.chatId ?? (await chatsOfMessages(tx, spaceId, [messageId])).get(messageId);
  // The chat is held first, always: it counts the events inside it.
  const [chat, [before]] = await together([
    chatId === undefined ? Promise.resolve(undefined) : lockChat(tx, spaceId, chatId),
    lockMessages(tx, spaceId, [messageId]),
  ]);
  if (!chat || before?.direction !== 'outbound' || before.accountId !== target.accountId) return undefined;
  const delivery = advanced(before.delivery, evidence);
  if (delivery === before.delivery) return { before, message: before };
  const moved = delivery.status !== before.delivery.status;
  const message: Message = {
    ...before,
    delivery,
    revision: before.revision + (moved ? 1 : 0),
    statusUpdates: marksAfter(before, chat, delivery.status, evidence.at),
  };
  await updateDelivery(tx, message);
  if (moved) await tell(tx, chat, message, evidence.at);
  return { before, message };
}

// What the customer's side of the channel reported is the customer's mark on the message.
function marksAfter(
  message: Message,
  chat: Chat,
  status: DeliveryStatus,
  on: number,
): Message['statusUpdates'] {
  if (status !== 'delivered' && status !== 'read') return message.statusUpdates;
  return { ...message.statusUpdates, [chat.customerId]: { status, on } };
}

type News = Parameters<typeof messageProgressed>[1]['what'];

// The news of each status, and whether it is part of the conversation.
const NEWS: Partial<Record<DeliveryStatus, { readonly what: News; readonly inChat: boolean }>> = {
  sent: { what: 'submitted', inChat: false },
  unknown: { what: 'unknown', inChat: false },
  delivered: { what: 'delivered', inChat: true },
  read: { what: 'read', inChat: true },
  failed: { what: 'failed', inChat: true },
  expired: { what: 'expired', inChat: true },
};

async function tell(tx: Tx, chat: Chat, message: Message, at: number): Promise<void> {
  const news = NEWS[message.delivery.status];
  if (!news) return;
  const counted = news.inChat ? withEvent(chat) : chat;
  if (news.inChat) await updateChats(tx, [counted]);
  const number = news.inChat ? { chatEventId: counted.lastEventId } : {};
  await appendEvents(tx, [
    messageProgressed(message, { what: news.what, by: chat.customerId, at, ...number }),
  ]);
}
