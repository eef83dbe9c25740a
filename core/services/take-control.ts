import { ChannelError } from '../../plugins/contract/index';
import { isLive } from '../channels/registry';
import { noteControl } from '../inbound/control';
import type { Chat } from '../model/chat';
import { Problem } from '../model/problem';
import { findChat } from '../store/chats';
import { actBy, type Caller } from './caller';
import { heldChat, mustBeOpen, mustBeTheirs, readableChat } from './chat-access';
import type { Context } from './context';

const TIMEOUT_MS = 10_000;

/** Takes a conversation back that another app of the provider's has. */
export async function takeControl(context: Context, caller: Caller, chatId: string): Promise<Chat> {
  const chat = await caller.read((tx) => readableChat(tx, caller, chatId));
  mustBeTheirs(caller, chat);
  mustBeOpen(chat);
  const runtime = chat.route && (await context.registry.find(chat.route.accountId));
  if (!chat.route || !isLive(runtime) || !runtime.channel.takeControl)
    throw new Problem('conflict', 'on this channel no other app can have a conversation');
  const { own, address } = chat.route;
  try {
    await runtime.channel.takeControl({ own, party: address }, AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    if (!ChannelError.is(error)) throw error;
    throw new Problem('conflict', `the provider does not give the conversation back: ${error.message}`);
  }
  return caller.transaction(async (tx) => {
    const held = await heldChat(tx, caller, chatId);
    await noteControl(tx, held, undefined, actBy(caller, context.now()));
    return (await findChat(tx, held.spaceId, held.id)) ?? held;
  });
}
