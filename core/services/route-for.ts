import type { LiveRuntime } from '../channels/registry';
import type { Route } from '../model/chat';
import { invalid } from '../model/problem';
import { findLeftAddress } from '../store/left-addresses';
import { addressesOf, findAddress, insertAddress } from '../store/profiles';
import type { Tx } from '../store/tx';
import type { Context } from './context';

/** What the caller said, or left open, about the way to a customer. */
export interface RouteWish {
  readonly spaceId: string;
  readonly channelId: string;
  readonly customerId: string;
  /** Teams whose accounts are preferred, the first the most. */
  readonly teamIds: readonly string[];
  readonly accountId?: string | undefined;
  readonly address?: string | undefined;
  readonly thread?: string | undefined;
}

/** The way to a customer on a channel; undefined when no account or no address is known. */
export async function routeFor(
  context: Pick<Context, 'registry'>,
  tx: Tx,
  wish: RouteWish,
): Promise<Route | undefined> {
  const runtime = accountFor(wish, await context.registry.liveOf(wish.spaceId, tx));
  const address = await addressFor(tx, wish, runtime);
  if (!runtime || address === undefined) return undefined;
  const [own = ''] = runtime.names;
  const { thread } = wish;
  return { accountId: runtime.account.id, own, address, ...(thread === undefined ? {} : { thread }) };
}

function accountFor(wish: RouteWish, ofSpace: readonly LiveRuntime[]): LiveRuntime | undefined {
  const candidates = ofSpace.filter(({ account }) => account.channelId === wish.channelId);
  if (wish.accountId !== undefined) {
    const chosen = candidates.find(({ account }) => account.id === wish.accountId);
    if (!chosen)
      throw invalid(
        'accountId',
        `there is no ${wish.channelId} account "${wish.accountId}" in this API space`,
      );
    return chosen;
  }
  for (const teamId of wish.teamIds) {
    const ofTeam = candidates.find(({ account }) => account.teamId === teamId);
    if (ofTeam) return ofTeam;
  }
  return candidates[0];
}

async function addressFor(
  tx: Tx,
  wish: RouteWish,
  runtime: LiveRuntime | undefined,
): Promise<string | undefined> {
  const { spaceId, channelId, customerId } = wish;
  if (wish.address === undefined) {
    const known = await addressesOf(tx, spaceId, customerId);
    const own = known.find((entry) => entry.channelId === channelId && entry.canReply);
    return own?.address ?? addressLeft(tx, wish);
  }
  const address = runtime ? runtime.definition.normalizeAddress(wish.address) : wish.address;
  if (address === undefined) throw invalid('address', `it is not an address of the channel ${channelId}`);
  return notOfOthers(tx, wish, address);
}

/** Where the customer says that they can be reached. */
async function addressLeft(tx: Tx, wish: RouteWish): Promise<string | undefined> {
  const { spaceId, channelId, customerId: profileId } = wish;
  const address = await findLeftAddress(tx, { spaceId, channelId, profileId });
  return address === undefined ? undefined : notOfOthers(tx, wish, address);
}

// Whoever gives the address of somebody else must not get into their chats, nor they into this one.
async function notOfOthers(
  tx: Tx,
  { spaceId, channelId, customerId }: RouteWish,
  address: string,
): Promise<string> {
  const owner = await findAddress(tx, { spaceId, channelId, address });
  if (owner && owner.profileId !== customerId)
    throw invalid('address', `it belongs to another profile, ${owner.profileId}`);
  return address;
}

/** Makes an address the customer's, where it is nobody's yet; not one that they only say is theirs. */
export async function keepAddress(
  tx: Tx,
  route: Route,
  customer: {
    readonly spaceId: string;
    readonly channelId: string;
    readonly customerId: string;
    readonly at: number;
  },
): Promise<void> {
  const { spaceId, channelId, customerId: profileId } = customer;
  if ((await findLeftAddress(tx, { spaceId, channelId, profileId })) === route.address) return;
  const address = {
    spaceId,
    channelId,
    address: route.address,
    profileId,
    canReply: true,
    createdOn: customer.at,
  };
  if (await insertAddress(tx, address)) return;
  const owner = await findAddress(tx, address);
  if (owner && owner.profileId !== profileId)
    throw invalid('address', `it belongs to another profile, ${owner.profileId}`);
}

/** The channel's account for this address, as the adapter writes it; for looking a customer up by it. */
export function canonicalAddress(context: Context, wish: Omit<RouteWish, 'customerId'>): string | undefined {
  if (wish.address === undefined) return undefined;
  const definition = [...context.registry.definitions()].find((one) => one.channel === wish.channelId);
  const address = definition?.normalizeAddress(wish.address);
  if (address === undefined)
    throw invalid('address', `it is not an address of the channel ${wish.channelId}`);
  return address;
}
