import { ChannelError, type OutboundMessage } from '../../plugins/contract/index';
import { capabilitiesOf, type LiveRuntime } from '../channels/registry';
import { mayLeaveAnyTime } from '../model/approved-template';
import type { Instant } from '../model/instant';
import type { Message } from '../model/message';
import { windowAt } from '../model/reply-window';
import { findChat } from '../store/chats';
import type { Tx } from '../store/tx';

/** In which reply window a message leaves now; a ChannelError where the time to answer ended while it waited. */
export async function replyWindowOf(
  tx: Tx,
  now: Instant,
  { message, runtime }: { readonly message: Message; readonly runtime: LiveRuntime },
): Promise<OutboundMessage['window']> {
  const capabilities = capabilitiesOf(runtime);
  if (capabilities.replyWindowHours === undefined) return undefined;
  if (mayLeaveAnyTime(message.parts, capabilities)) return undefined;
  const chat = await findChat(tx, message.spaceId, message.chatId);
  // Moved since: the message leaves by its own route, of whose time the chat knows nothing any more.
  if (!chat || chat.route?.accountId !== message.accountId) return undefined;
  const window = windowAt(chat, capabilities, { now, isAutomated: message.isAutomatedSend });
  if (window === 'over')
    throw new ChannelError('unreachable', 'the time to answer is over', { reason: 'outside_window' });
  return window === 'none-needed' ? undefined : window;
}
