import { isLive } from '../channels/registry';
import type { Chat } from '../model/chat';
import type { Message } from '../model/message';
import { externalIdsOf } from '../store/external-ids';
import type { Tx } from '../store/tx';
import type { Context } from './context';

/** Lets the customer see that their message was read, where the channel can; a failure of that is nobody's trouble. */
export async function showRead(context: Context, tx: Tx, chat: Chat, message: Message): Promise<void> {
  const { registry, log } = context;
  const { route } = chat;
  const runtime = message.accountId === undefined ? undefined : registry.get(message.accountId);
  if (!isLive(runtime) || !runtime.channel.markRead || route?.accountId !== message.accountId) return;
  const [externalId] = await externalIdsOf(tx, message.id);
  if (!route || externalId === undefined) return;
  const from = { own: route.own, party: route.address };
  tx.afterCommit(() => {
    runtime.channel.markRead?.(from, externalId).catch((error: unknown) => {
      log.debug({ error, messageId: message.id }, 'read not shown');
    });
  });
}
