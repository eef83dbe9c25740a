import { messageProgressed } from '../events/facts';
import { type Chat, withEvent } from '../model/chat';
import { isId } from '../model/id';
import type { Instant } from '../model/instant';
import type { Message } from '../model/message';
import { invalid } from '../model/problem';
import { noteEvidence } from '../outbound/evidence';
import { updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { lockMessages, updateDelivery } from '../store/messages';
import type { Tx } from '../store/tx';
import type { Caller } from './caller';
import { heldChat } from './chat-access';
import type { Context } from './context';
import { showRead } from './show-read';

export interface StatusPost {
  readonly messageIds: readonly string[];
  readonly status: 'delivered' | 'read';
  readonly timestamp: Instant;
}

/** Stores who saw which messages: agents for inbound ones, the customer for outbound ones. Repeating it changes nothing. */
export async function update(
  context: Context,
  caller: Caller,
  chatId: string,
  posts: readonly StatusPost[],
): Promise<void> {
  await caller.transaction(async (tx) => {
    let chat = await heldChat(tx, caller, chatId);
    for (const post of posts)
      for (const message of await messagesOf(tx, chat, post.messageIds)) {
        if (message.direction === 'outbound') chat = await seenByCustomer(tx, chat, message, post);
        else chat = await seenByAgent(context, tx, chat, { message, post, agentId: agentOf(caller, chat) });
      }
  });
}

function agentOf(caller: Caller, chat: Chat): string {
  return caller.agent?.id ?? chat.agentId ?? chat.teamId;
}

async function messagesOf(tx: Tx, chat: Chat, ids: readonly string[]): Promise<Message[]> {
  const wellFormed = ids.filter(isId);
  const found = await lockMessages(tx, chat.spaceId, wellFormed);
  const ours = new Map(found.filter((message) => message.chatId === chat.id).map((one) => [one.id, one]));
  const unknown = ids.find((id) => !ours.has(id));
  if (unknown !== undefined)
    throw invalid('messageIds', `there is no message "${unknown.slice(0, 100)}" in this chat`);
  return [...ours.values()];
}

async function seenByCustomer(tx: Tx, chat: Chat, message: Message, post: StatusPost): Promise<Chat> {
  if (message.accountId === undefined) return chat;
  const target = { spaceId: chat.spaceId, accountId: message.accountId, messageId: message.id };
  let present = chat;
  for (const piece of message.delivery.pieces.keys()) {
    const noted = await noteEvidence(tx, target, { piece, state: post.status, at: post.timestamp });
    if (noted && noted.message.delivery.status !== noted.before.delivery.status) present = withEvent(present);
  }
  return present;
}

interface Seen {
  readonly message: Message;
  readonly post: StatusPost;
  readonly agentId: string;
}

async function seenByAgent(context: Context, tx: Tx, chat: Chat, seen: Seen): Promise<Chat> {
  const { message, agentId } = seen;
  const { status, timestamp: on } = seen.post;
  const known = message.statusUpdates[agentId]?.status;
  if (known === 'read' || known === status) return chat;
  const after: Message = {
    ...message,
    revision: message.revision + 1,
    statusUpdates: { ...message.statusUpdates, [agentId]: { status, on } },
  };
  const counted = withEvent(chat);
  await updateDelivery(tx, after);
  await updateChats(tx, [counted]);
  await appendEvents(tx, [
    messageProgressed(after, { what: status, by: agentId, at: on, chatEventId: counted.lastEventId }),
  ]);
  if (status === 'read') await showRead(context, tx, chat, message);
  await context.onSeen(tx, { chat, message, agentId, mark: { status, on } });
  return counted;
}
