import { isId, newId } from '../model/id';
import type { Instant } from '../model/instant';
import { notFound } from '../model/problem';
import type { Space } from '../store/spaces';
import * as spaces from '../store/spaces';
import type { Tx } from '../store/tx';
import type { Context } from './context';
import { mintToken } from './tokens';

/** A partner, who owns API spaces and does nothing inside of them. */
export interface PartnerCaller {
  readonly partnerId: string;
  readonly by: string;
  readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  readonly read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

/** Makes an API space and its first access token, whose secret is given this once. */
export async function create(
  context: Context,
  caller: PartnerCaller,
  name: string,
): Promise<Space & { readonly accessToken: string }> {
  const at: Instant = context.now();
  return caller.transaction(async (tx) => {
    const space: Space = { id: newId(), partnerId: caller.partnerId, name, createdOn: at };
    await spaces.insertSpace(tx, space);
    const { secret } = await mintToken(tx, {
      ...{ partnerId: caller.partnerId, spaceId: space.id, kind: 'access' as const },
      ...{ name: 'first', scopes: ['*'], createdOn: at, createdBy: caller.by },
    });
    return { ...space, accessToken: secret };
  });
}

export async function list(caller: PartnerCaller): Promise<Space[]> {
  return caller.read((tx) => spaces.spacesOf(tx, caller.partnerId));
}

export async function get(caller: PartnerCaller, id: string): Promise<Space> {
  return caller.read((tx) => ofPartner(tx, caller, id));
}

export async function rename(
  context: Context,
  caller: PartnerCaller,
  id: string,
  name: string,
): Promise<Space> {
  void context;
  return caller.transaction(async (tx) => {
    const space = await ofPartner(tx, caller, id);
    await spaces.renameSpace(tx, id, name);
    return { ...space, name };
  });
}

/** Its tokens stop working, its channel accounts stop; nothing is erased. */
export async function remove(context: Context, caller: PartnerCaller, id: string): Promise<void> {
  await caller.transaction(async (tx) => {
    await ofPartner(tx, caller, id);
    await spaces.markSpaceDeleted(tx, id, context.now());
    tx.afterCommit(() => {
      context.onToken();
      void context.registry.refresh();
      context.registry.onWritten(undefined);
    });
  });
}

async function ofPartner(tx: Tx, caller: PartnerCaller, id: string): Promise<Space> {
  const space = isId(id) ? await spaces.findSpace(tx, id) : undefined;
  if (space?.partnerId !== caller.partnerId) throw notFound('API space', id);
  return space;
}
