import { isLive } from '../channels/registry';
import type { Chat } from '../model/chat';
import { speakerOf } from '../outbound/speaker';
import { externalIdsOf } from '../store/external-ids';
import { lastBefore } from '../store/past';
import type { Tx } from '../store/tx';
import type { Caller } from './caller';
import { mustBeOpen, mustBeTheirs, readableChat } from './chat-access';
import type { Context } from './context';

/** Shows the customer that somebody is typing, where the channel can; a failure of that is nobody's trouble. */
export async function setTyping(
  context: Context,
  caller: Caller,
  chatId: string,
  on: boolean,
): Promise<void> {
  const chat = await caller.read((tx) => readableChat(tx, caller, chatId));
  mustBeTheirs(caller, chat);
  mustBeOpen(chat);
  const runtime = chat.route && (await context.registry.find(chat.route.accountId));
  if (!chat.route || !isLive(runtime) || !runtime.channel.typing) return;
  const { own, address, thread } = chat.route;
  const to = { own, party: address, ...(thread === undefined ? {} : { thread }) };
  const agent = caller.agent ?? (chat.agentId === undefined ? undefined : { id: chat.agentId });
  const from = await caller.read((tx) => speakerOf(tx, { ...chat, agent }));
  const answers = await caller.read((tx) => lastHeard(tx, chat));
  runtime.channel
    .typing(to, on, { from, ...(answers === undefined ? {} : { answers }) })
    .catch((error: unknown) => {
      context.log.debug({ error, chatId }, 'typing not shown');
    });
}

// The provider's id of what the customer said last, by the way that the answer goes.
async function lastHeard(tx: Tx, { id: chatId, route, lastEventId }: Chat): Promise<string | undefined> {
  const accountId = route?.accountId;
  const last = await lastBefore(tx, { chatId, accountId, sentEventId: lastEventId + 1 }, 'inbound');
  const [externalId] = last ? await externalIdsOf(tx, last.id) : [];
  return externalId;
}
