import type { Chat } from '../model/chat';
import { CHAT_COLUMNS, type ChatRow, toChat } from './chats';
import type { Write } from './dialect';
import { madeRow } from './made';
import type { Profile, ProfileAddress } from './profiles';
import { sql, type Tx } from './tx';

/** Set-based queries of the busiest path: many arrivals, of any spaces, in a few statements. */

export interface AddressKey {
  readonly spaceId: string;
  readonly channelId: string;
  readonly address: string;
}

/** Who these addresses belong to, by `addressId`. */
export async function ownersOf(tx: Tx, keys: readonly AddressKey[]): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const { db, dialect } = sql(tx);
  const source = dialect.source(ADDRESS_KEY);
  const rows = await dialect.query<OwnerRow>(
    db,
    `select a.space_id, a.channel_id, a.address, a.profile_id from ${source} as k
     join address a on a.space_id = k.space_id and a.channel_id = k.channel_id and a.address = k.address`,
    [JSON.stringify(keys.map(addressRow))],
  );
  return new Map(
    rows.map((row) => [
      addressId({ spaceId: row.space_id, channelId: row.channel_id, address: row.address }),
      row.profile_id,
    ]),
  );
}

const ADDRESS_KEY = { space_id: 'uuid', channel_id: 'text', address: 'text' } as const;

interface OwnerRow {
  readonly space_id: string;
  readonly channel_id: string;
  readonly address: string;
  readonly profile_id: string;
}

function addressRow(key: AddressKey) {
  return { space_id: key.spaceId, channel_id: key.channelId, address: key.address };
}

/** One string for one address. */
export function addressId(key: AddressKey): string {
  return `${key.spaceId} ${key.channelId} ${key.address}`;
}

/** Says for each address whether it is new; the unique index decides a race. */
export async function insertAddresses(tx: Tx, addresses: readonly ProfileAddress[]): Promise<boolean[]> {
  const { db, dialect } = sql(tx);
  const rows = addresses.map(addressRowOf);
  return dialect.insert(db, { table: 'address', rows, skipConflicts: true });
}

/** Addresses that are believed to be new, as a part of a larger write: it fails where one is not. */
export function newAddresses(addresses: readonly ProfileAddress[]): Write {
  return { insert: 'address', rows: addresses.map(addressRowOf) };
}

function addressRowOf(address: ProfileAddress) {
  const { profileId, canReply, createdOn } = address;
  return { ...addressRow(address), profile_id: profileId, can_reply: canReply, created_on: createdOn };
}

/** People who were just met, as a part of a larger write. */
export function newProfiles(profiles: readonly Profile[]): Write {
  const rows = profiles.map((profile) => ({
    space_id: profile.spaceId,
    id: profile.id,
    name: profile.name ?? null,
    data: JSON.stringify(profile.data),
    ...madeRow(profile),
  }));
  return { insert: 'profile', rows };
}

export interface CustomerKey {
  readonly spaceId: string;
  readonly customerId: string;
}

/** The active chats of these customers, held until the transaction ends, by `customerKey`. */
export async function holdActiveChats(tx: Tx, customers: readonly CustomerKey[]): Promise<Map<string, Chat>> {
  if (customers.length === 0) return new Map();
  const { db, dialect } = sql(tx);
  const source = dialect.source({ space_id: 'uuid', customer_id: 'text' });
  // Always in one order, so that two transactions cannot wait for each other.
  const rows = await dialect.query<ChatRow>(
    db,
    `with had as materialized (
       select ${activeChatOf('k.space_id', 'k.customer_id')} as had_id from ${source} as k)
     select ${CHAT} from had join chat on chat.id = had_id
     order by chat.id${dialect.lock('chat')}`,
    [JSON.stringify(customers.map((key) => ({ space_id: key.spaceId, customer_id: key.customerId })))],
  );
  return byCustomer(rows);
}

/** Whom addresses belong to, by `addressId`, and the active chats of these customers, by `customerKey`. */
export interface Met {
  readonly owners: ReadonlyMap<string, string>;
  readonly active: ReadonlyMap<string, Chat>;
}

/** Who has these addresses, and the active chats of these customers, held until the transaction ends. */
export async function holdChatsOfAddresses(tx: Tx, keys: readonly AddressKey[]): Promise<Met> {
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<(ChatRow | NoChatRow) & MetRow>(
    db,
    `with met as materialized (
       select a.space_id as met_in, a.channel_id as met_by, a.address as met_at, a.profile_id as met_id,
         ${activeChatOf('a.space_id', 'a.profile_id')} as met_chat
       from ${dialect.source(ADDRESS_KEY)} as k
       join address a on a.space_id = k.space_id and a.channel_id = k.channel_id and a.address = k.address),
     held as (
       select ${CHAT}, met.* from met join chat on chat.id = met_chat
       order by chat.id${dialect.lock('chat')})
     select * from held
     union all select ${NO_CHAT}, met.* from met where met_chat is null`,
    [JSON.stringify(keys.map(addressRow))],
  );
  const owners = rows.map((row): [string, string] => {
    const { met_in: spaceId, met_by: channelId, met_at: address, met_id: customerId } = row;
    return [addressId({ spaceId, channelId, address }), customerId];
  });
  return { owners: new Map(owners), active: byCustomer(rows.filter((row) => row.id !== null)) };
}

/**
 * A select of one value: it is looked up for each customer in the index of just this, whatever the database believes of
 * the table. In a join PostgreSQL, without statistics, would rather read all active chats once for each.
 */
function activeChatOf(spaceId: string, customerId: string): string {
  return `(select c.id from chat c where c.space_id = ${spaceId} and c.customer_id = ${customerId}
    and c.closed_on is null and c.deleted_on is null limit 1)`;
}

interface MetRow {
  readonly met_in: string;
  readonly met_by: string;
  readonly met_at: string;
  readonly met_id: string;
}

interface NoChatRow {
  readonly id: null;
}

const CHAT = CHAT_COLUMNS.map((column) => `chat.${column}`).join(', ');
const NO_CHAT = CHAT_COLUMNS.map(() => 'null').join(', ');

// One that was closed while we waited for it is no active one any more.
function byCustomer(rows: readonly ChatRow[]): Map<string, Chat> {
  const active = rows.filter((row) => row.closed_on === null && row.deleted_on === null);
  return new Map(active.map(toChat).map((chat) => [customerKey(chat), chat]));
}

/** One string for one customer. */
export function customerKey(key: CustomerKey): string {
  return `${key.spaceId} ${key.customerId}`;
}
