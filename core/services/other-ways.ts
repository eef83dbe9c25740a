import { capabilitiesOf } from '../channels/registry';
import type { Chat } from '../model/chat';
import { hasStopped } from '../store/consent';
import { addressesOf } from '../store/profiles';
import type { Tx } from '../store/tx';
import type { Context } from './context';

/** A way to a customer beside the one that their chat is on. */
export interface OtherWay {
  readonly channelId: string;
  readonly accountId: string;
  readonly address: string;
}

/** The accounts that may write to the chat's customer now, on other channels; moving the chat there opens them. */
export async function otherWays(context: Pick<Context, 'registry'>, tx: Tx, chat: Chat): Promise<OtherWay[]> {
  const { spaceId, customerId, route } = chat;
  const addresses = await addressesOf(tx, spaceId, customerId);
  const ways: OtherWay[] = [];
  for (const runtime of await context.registry.liveOf(spaceId, tx)) {
    const { id: accountId, channelId, isPaused } = runtime.account;
    const found = addresses.find((one) => one.channelId === channelId && one.canReply);
    const canWrite = !isPaused && accountId !== route?.accountId && capabilitiesOf(runtime).canStart;
    if (!found || !canWrite || (await hasStopped(tx, accountId, found.address))) continue;
    ways.push({ channelId, accountId, address: found.address });
  }
  return ways;
}
