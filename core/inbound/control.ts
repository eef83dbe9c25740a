import type { InboundEvent } from '../../plugins/contract/index';
import type { LiveRuntime } from '../channels/registry';
import { chatControlChanged } from '../events/facts';
import { type Chat, withControl } from '../model/chat';
import type { Instant } from '../model/instant';
import { addressId, ownersOf } from '../store/arrivals';
import { lockActiveChats, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import type { Tx } from '../store/tx';

/** Notes in a customer's chat whether we may write to them there, or another app has the conversation. */
export async function applyControl(
  tx: Tx,
  runtime: LiveRuntime,
  control: Extract<InboundEvent, { type: 'control' }> & { readonly receivedOn: Instant },
): Promise<'applied' | 'duplicate' | 'unknown'> {
  const { spaceId, channelId, id: accountId } = runtime.account;
  const key = { spaceId, channelId, address: control.address.party };
  const customerId = (await ownersOf(tx, [key])).get(addressId(key));
  const [chat] = customerId === undefined ? [] : await lockActiveChats(tx, spaceId, [customerId]);
  if (chat?.route?.accountId !== accountId) return 'unknown';
  const owner = control.owner ?? chat.control?.owner ?? 'another app';
  const by = control.isOurs ? undefined : { owner, on: control.receivedOn };
  return (await noteControl(tx, chat, by, { by: 'gateway', at: control.receivedOn }))
    ? 'applied'
    : 'duplicate';
}

/** Says whether it changed; the chat must be held. */
export async function noteControl(
  tx: Tx,
  chat: Chat,
  control: Chat['control'],
  act: { readonly by: string; readonly at: Instant },
): Promise<boolean> {
  if (chat.control?.owner === control?.owner) return false;
  const after = withControl(chat, control, act);
  await updateChats(tx, [after]);
  await appendEvents(tx, [chatControlChanged(after, act)]);
  return true;
}
