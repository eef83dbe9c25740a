import { mayRead, mayUse } from '../model/access';
import type { Chat } from '../model/chat';
import { isId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import { findAgent } from '../store/agents';
import { findChat, lockChat } from '../store/chats';
import type { Tx } from '../store/tx';
import type { Caller } from './caller';

/** The chat, if the caller may read it; a 404 otherwise, so that nobody learns of others' chats. */
export async function readableChat(
  tx: Tx,
  caller: Caller,
  id: string,
  includeDeleted = false,
): Promise<Chat> {
  const chat = isId(id) ? await findChat(tx, caller.spaceId, id) : undefined;
  if (!chat || (chat.deletedOn !== undefined && !includeDeleted)) throw notFound('chat', id);
  if (caller.agent && !mayRead(caller.agent, chat)) throw notFound('chat', id);
  return chat;
}

/** The chat, held for this transaction, if the caller may change it. */
export async function heldChat(tx: Tx, caller: Caller, id: string): Promise<Chat> {
  const chat = await heldReadable(tx, caller, id);
  mustBeTheirs(caller, chat);
  return chat;
}

/** The same for a transfer: from a program, everybody of its team may take over at any time. */
export async function heldForTransfer(tx: Tx, caller: Caller, id: string): Promise<Chat> {
  const chat = await heldReadable(tx, caller, id);
  const holder = chat.agentId === undefined ? undefined : await findAgent(tx, chat.spaceId, chat.agentId);
  if (!holder?.isProgram) mustBeTheirs(caller, chat);
  return chat;
}

async function heldReadable(tx: Tx, caller: Caller, id: string): Promise<Chat> {
  const chat = isId(id) ? await lockChat(tx, caller.spaceId, id) : undefined;
  if (!chat || chat.deletedOn !== undefined) throw notFound('chat', id);
  if (caller.agent && !mayRead(caller.agent, chat)) throw notFound('chat', id);
  return chat;
}

/** Throws a 403 for an agent's session in a colleague's chat. */
export function mustBeTheirs(caller: Caller, chat: Chat): void {
  if (caller.agent && !mayUse(caller.agent, chat))
    throw new Problem('forbidden', 'this chat belongs to another agent');
}

/** Throws a 409 for a closed chat. */
export function mustBeOpen(chat: Chat): void {
  if (chat.closedOn !== undefined)
    throw new Problem('chat-closed', 'the chat is closed; the next message of its customer starts a new one');
}
