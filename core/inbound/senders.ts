import { profileCreated } from '../events/facts';
import { newId } from '../model/id';
import { type AddressKey, addressId, customerKey, insertAddresses, ownersOf } from '../store/arrivals';
import type { NewEvent } from '../store/events';
import { madeNow } from '../store/made';
import type { Profile, ProfileAddress } from '../store/profiles';
import type { Tx } from '../store/tx';
import { type Arrival, actOf, senderName } from './arrival';

/** The arrivals of one customer, in order. */
export interface Sender {
  readonly spaceId: string;
  readonly customerId: string;
  readonly arrivals: readonly [Arrival, ...Arrival[]];
}

/** The sender with these arrivals only; nobody where there are none. */
export function only(sender: Sender, isWanted: (arrival: Arrival) => boolean): Sender[] {
  const [first, ...more] = sender.arrivals.filter(isWanted);
  return first ? [{ ...sender, arrivals: [first, ...more] }] : [];
}

/** People whom nobody had met, to be stored with what they wrote. */
export interface Newcomers {
  /** Those that are not stored yet. */
  readonly addresses: readonly ProfileAddress[];
  readonly profiles: readonly Profile[];
  readonly events: readonly NewEvent[];
}

export const NOBODY: Newcomers = { addresses: [], profiles: [], events: [] };

interface Senders {
  readonly senders: readonly Sender[];
  readonly newcomers: Newcomers;
}

/**
 * Whose arrivals these are: by what they answer, else by their address, of which those that are known have an owner.
 * A stranger gets a profile.
 */
export function bySender(arrivals: readonly Arrival[], known: ReadonlyMap<string, string>): Senders {
  const strangers = strangersOf(arrivals, known);
  if (strangers.length === 0) return { senders: grouped(arrivals, known), newcomers: NOBODY };
  const addresses = strangers.map(newAddressOf);
  const owners = addresses.map((address): [string, string] => [addressId(address), address.profileId]);
  const newcomers = newcomersOf(strangers, addresses);
  return {
    senders: grouped(arrivals, new Map([...known, ...owners])),
    newcomers: { ...newcomers, addresses },
  };
}

/** The same where others may be meeting the same strangers: their addresses are stored now, and who was first has them. */
export async function bySenderInRace(
  tx: Tx,
  arrivals: readonly Arrival[],
  known: ReadonlyMap<string, string>,
): Promise<Senders> {
  const strangers = strangersOf(arrivals, known);
  const addresses = strangers.map(newAddressOf);
  const isNew = await insertAddresses(tx, addresses);
  const isMet = (_: unknown, index: number) => isNew[index] === true;
  const met = addresses.filter(isMet);
  const owners = new Map(known);
  for (const address of met) owners.set(addressId(address), address.profileId);
  const taken = addresses.filter((_, index) => !isNew[index]);
  for (const [key, id] of await ownersOf(tx, taken)) owners.set(key, id);
  return { senders: grouped(arrivals, owners), newcomers: newcomersOf(strangers.filter(isMet), met) };
}

function grouped(arrivals: readonly Arrival[], owners: ReadonlyMap<string, string>): Sender[] {
  const senders = new Map<string, Omit<Sender, 'arrivals'> & { arrivals: [Arrival, ...Arrival[]] }>();
  for (const arrival of arrivals) {
    const { spaceId } = arrival.runtime.account;
    const customerId = arrival.answersCustomer ?? owners.get(addressId(addressOf(arrival))) ?? '';
    const key = customerKey({ spaceId, customerId });
    const sender = senders.get(key);
    if (sender) sender.arrivals.push(arrival);
    else senders.set(key, { spaceId, customerId, arrivals: [arrival] });
  }
  return [...senders.values()];
}

/** The first arrival of each address that nobody has. */
function strangersOf(arrivals: readonly Arrival[], known: ReadonlyMap<string, string>): Arrival[] {
  const firsts = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const key = addressId(addressOf(arrival));
    if (arrival.answersCustomer === undefined && !known.has(key) && !firsts.has(key))
      firsts.set(key, arrival);
  }
  // Sorted, so that two transactions that meet the same strangers cannot wait for each other.
  return [...firsts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, arrival]) => arrival);
}

function newAddressOf(arrival: Arrival): ProfileAddress {
  return {
    ...addressOf(arrival),
    profileId: newId(),
    canReply: arrival.message.canReply !== false,
    createdOn: arrival.receivedOn,
  };
}

function newcomersOf(strangers: readonly Arrival[], addresses: readonly ProfileAddress[]): Newcomers {
  const people = strangers.map((arrival, index) => {
    const id = addresses[index]?.profileId ?? '';
    const profile = {
      spaceId: arrival.runtime.account.spaceId,
      id,
      name: senderName(arrival.message),
      data: {},
    };
    return { arrival, profile: { ...profile, ...madeNow(actOf(arrival, id)) } };
  });
  // Whoever wrote long ago is no news.
  const met = people.filter(({ arrival }) => arrival.message.past === undefined);
  return {
    addresses: [],
    profiles: people.map(({ profile }) => profile),
    events: met.map(({ profile }) => profileCreated(profile)),
  };
}

export function addressOf(arrival: Arrival): AddressKey {
  const { spaceId, channelId } = arrival.runtime.account;
  return { spaceId, channelId, address: arrival.message.address.party };
}

/** The addresses that arrivals came from, each once. */
export function addressesOf(arrivals: readonly Arrival[]): AddressKey[] {
  const keys = arrivals.map(addressOf);
  return [...new Map(keys.map((key) => [addressId(key), key])).values()];
}
