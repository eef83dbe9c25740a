import { capabilitiesOf, isLive } from '../channels/registry';
import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import { canReplyUntil } from '../model/reply-window';
import type { Context } from './context';

/** Until when a person may answer in a chat; undefined where its channel sets no such time. */
export function replyTimeOf({ registry }: Pick<Context, 'registry'>, chat: Chat): Instant | undefined {
  const runtime = chat.route && registry.get(chat.route.accountId);
  return isLive(runtime) ? canReplyUntil(chat, capabilitiesOf(runtime)) : undefined;
}
