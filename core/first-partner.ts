import type { Config } from '../config/load';
import { newId } from './model/id';
import type { Instant } from './model/instant';
import { keepPartnerKey } from './partner-key-file';
import { hashOf, mintToken } from './services/tokens';
import { anyPartner, insertPartner } from './store/spaces';
import type { Store } from './store/store';
import { tokenByHash } from './store/tokens';
import type { Tx } from './store/tx';

/**
 * Makes the first partner on the first start, and gives their key on that start only. A key that is configured later is
 * one more key of that partner.
 */
export async function firstPartnerKey(
  store: Store,
  config: Pick<Config, 'partnerKey' | 'dataDir'>,
  now: Instant,
): Promise<string | undefined> {
  return store.transaction(async (tx) => {
    const known = await anyPartner(tx);
    if (!(await isWanted(tx, known, config.partnerKey))) return undefined;
    const partnerId = known ?? newId();
    if (known === undefined)
      await insertPartner(tx, { id: partnerId, name: 'first partner', createdOn: now });
    const { secret } = await mintToken(tx, {
      ...{ partnerId, kind: 'partner' as const, name: 'first', scopes: ['*'] },
      ...{ createdOn: now, createdBy: 'gateway' },
      ...(config.partnerKey === undefined ? {} : { secret: config.partnerKey }),
    });
    if (config.partnerKey !== undefined) return undefined; // whoever gave it knows it
    tx.afterCommit(() => keepPartnerKey(config.dataDir, secret));
    return secret;
  });
}

async function isWanted(tx: Tx, partnerId: string | undefined, key: string | undefined): Promise<boolean> {
  if (key === undefined) return partnerId === undefined;
  return (await tokenByHash(tx, hashOf(key))) === undefined;
}
