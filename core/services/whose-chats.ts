import { isId } from '../model/id';
import { findChat } from '../store/chats';
import type { Store } from '../store/store';
import type { Happened } from '../store/tx';

const REMEMBERED_MOST = 10_000;

/** What is touched by whatever somebody says, as a customer, on any channel: the name for `Store.shared`. */
export function nameOfCustomer(spaceId: string, customerId: string): string {
  return `${spaceId} ${customerId}`;
}

/** Whose chats are. That never changes, so nobody has to hold a chat to know it, and it may be remembered. */
export class WhoseChats {
  private readonly store: Store;
  private readonly customers = new Map<string, string>();

  constructor(store: Store) {
    this.store = store;
    // For as long as the store is open.
    store.onCommitted((events) => {
      for (const event of events) if (event.name === 'chat.create') this.hear(event);
    });
  }

  /** The names for `Store.shared` of what an answer in a chat touches: what its customer says touches it, too. */
  async touchedBy(spaceId: string, chatId: string): Promise<readonly string[]> {
    const customerId = this.customers.get(chatId) ?? (await this.find(spaceId, chatId));
    return customerId === undefined ? [chatId] : [chatId, nameOfCustomer(spaceId, customerId)];
  }

  private async find(spaceId: string, chatId: string): Promise<string | undefined> {
    if (!isId(chatId)) return undefined;
    const chat = await this.store.read((tx) => findChat(tx, spaceId, chatId));
    if (chat) this.remember(chatId, chat.customerId);
    return chat?.customerId;
  }

  private hear({ entityId, payload }: Happened): void {
    const participants = (payload?.['participants'] ?? []) as readonly { profileId: string; role: string }[];
    const customer = participants.find(({ role }) => role === 'participant');
    if (customer) this.remember(entityId, customer.profileId);
  }

  private remember(chatId: string, customerId: string): void {
    if (this.customers.size >= REMEMBERED_MOST)
      for (const oldest of this.customers.keys()) {
        this.customers.delete(oldest);
        break;
      }
    this.customers.set(chatId, customerId);
  }
}
