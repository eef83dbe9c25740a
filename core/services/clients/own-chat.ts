import type { OwnChat } from '../../../plugins/contract/index';
import type { Chat } from '../../model/chat';
import { speakerOf } from '../../outbound/speaker';
import { findAgent } from '../../store/agents';
import { newestChatOf } from '../../store/chat-readers';
import type { Tx } from '../../store/tx';
import type { ClientAccount } from './context';

/** How the newest chat of a customer stands, as far as it is theirs to know. */
export async function ownChat(tx: Tx, account: ClientAccount, customerId: string): Promise<OwnChat> {
  const chat = await newestChatOf(tx, account.spaceId, customerId);
  if (!chat) return { state: 'none' };
  if (chat.status === 'closed') return { state: 'closed' };
  const agent = await agentOf(tx, chat);
  return {
    state: chat.status === 'new' ? 'waiting' : 'answered',
    ...(agent && { agent }),
    ...(chat.channelId === account.channelId ? {} : { movedTo: chat.channelId }),
  };
}

/** Who has the chat, where the team has its agents speak for themselves. */
async function agentOf(tx: Tx, { spaceId, teamId, agentId }: Chat) {
  const agent = agentId === undefined ? undefined : await findAgent(tx, spaceId, agentId);
  const speaker = agent && (await speakerOf(tx, { spaceId, teamId, agent }));
  return speaker?.id === agentId ? speaker : undefined;
}
