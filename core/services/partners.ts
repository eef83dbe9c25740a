import { newId } from '../model/id';
import type { Instant } from '../model/instant';
import { notFound } from '../model/problem';
import { insertPartner, type Partner, partners } from '../store/spaces';
import type { Store } from '../store/store';
import { expirePartnerKey, livePartnerKeys, type Token } from '../store/tokens';
import type { Tx } from '../store/tx';
import { type Minted, mintToken } from './tokens';

/** Whoever runs the gateway, at its own database: no token may do what is done here. */
export interface Operator {
  readonly store: Store;
  readonly now: () => Instant;
}

/** A partner with the keys that work, without their secrets. */
export interface PartnerWithKeys extends Partner {
  readonly keys: readonly Token[];
}

export async function list({ store, now }: Operator): Promise<PartnerWithKeys[]> {
  return store.read(async (tx) => {
    const keys = await livePartnerKeys(tx, now());
    return (await partners(tx)).map((partner) => ({
      ...partner,
      keys: keys.filter(({ partnerId }) => partnerId === partner.id),
    }));
  });
}

/** Makes a partner with their first key, whose secret is given this once. */
export async function create(
  { store, now }: Operator,
  name: string,
): Promise<Partner & Pick<Minted, 'secret'>> {
  return store.transaction(async (tx) => {
    const partner: Partner = { id: newId(), name, createdOn: now() };
    await insertPartner(tx, partner);
    const { secret } = await mintKey(tx, partner.id, now());
    return { ...partner, secret };
  });
}

/** A new key; those of before work on for `overlapMs`. Gives their hashes too. */
export async function rotate(
  { store, now }: Operator,
  partnerId: string,
  overlapMs: number,
): Promise<Minted & { readonly before: readonly Token[] }> {
  return store.transaction(async (tx) => {
    if (!(await partners(tx)).some(({ id }) => id === partnerId)) throw notFound('partner', partnerId);
    const before = (await livePartnerKeys(tx, now())).filter((key) => key.partnerId === partnerId);
    for (const key of before)
      await expirePartnerKey(tx, key.id, Math.min(key.expiresOn ?? Infinity, now() + overlapMs));
    return { ...(await mintKey(tx, partnerId, now())), before };
  });
}

/** Ends one key; running nodes notice within seconds. */
export async function revoke({ store, now }: Operator, keyId: string): Promise<void> {
  await store.transaction(async (tx) => {
    if (!(await livePartnerKeys(tx, now())).some(({ id }) => id === keyId)) throw notFound('key', keyId);
    await expirePartnerKey(tx, keyId, now());
  });
}

function mintKey(tx: Tx, partnerId: string, at: Instant): Promise<Minted> {
  return mintToken(tx, {
    ...{ partnerId, kind: 'partner' as const, name: 'key', scopes: ['*'] },
    ...{ createdOn: at, createdBy: 'operator' },
  });
}
