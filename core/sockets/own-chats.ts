import { ownChat } from '../services/clients/own-chat';
import { customersOfChats } from '../store/chat-readers';
import type { LoggedEvent } from '../store/events';
import type { Store } from '../store/store';
import type { Hub, OpenSocket } from './hub';
import { OWN_CHAT_NAMES } from './news';
import type { Tell } from './tell';

export interface OwnChatsOptions {
  readonly store: Store;
  readonly hub: Hub;
  readonly tell: Tell;
}

/** Tells customers with a stream here how their chat stands after these events. */
export async function tellOwnChats(
  { store, hub, tell }: OwnChatsOptions,
  spaceId: string,
  events: readonly LoggedEvent[],
): Promise<void> {
  const changed = events.filter((event) => OWN_CHAT_NAMES.includes(event.name));
  const chatIds = [...new Set(changed.flatMap(({ chatId }) => chatId ?? []))];
  if (chatIds.length === 0) return;
  const customers = await store.read((tx) => customersOfChats(tx, spaceId, chatIds));
  for (const customerId of new Set(customers.values())) {
    const open = hub.socketsOf(spaceId, [customerId], false).filter(({ isStream }) => isStream);
    for (const [accountId, sockets] of byAccount(open)) {
      const [channelId] = sockets.map(({ owner }) => owner.channelId);
      const account = { spaceId, id: accountId, channelId: channelId ?? '' };
      const chat = await store.read((tx) => ownChat(tx, account, customerId));
      tell({ type: 'ownChat', chat }, sockets);
    }
  }
}

function byAccount(sockets: readonly OpenSocket[]): Map<string, OpenSocket[]> {
  const found = new Map<string, OpenSocket[]>();
  for (const socket of sockets) {
    const { accountId } = socket.owner;
    found.set(accountId, [...(found.get(accountId) ?? []), socket]);
  }
  return found;
}
