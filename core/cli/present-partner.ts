import { iso } from '../model/instant';
import type { PartnerWithKeys } from '../services/partners';

/** A partner as it is printed: no secret, and no hash of one. */
export function presentPartner({ id, name, keys }: PartnerWithKeys) {
  return {
    ...{ id, name },
    keys: keys.map((key) => ({
      id: key.id,
      createdOn: iso(key.createdOn),
      ...(key.lastUsedOn === undefined ? {} : { lastUsedOn: iso(key.lastUsedOn) }),
      ...(key.expiresOn === undefined ? {} : { expiresOn: iso(key.expiresOn) }),
    })),
  };
}
