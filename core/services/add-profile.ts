import { profileCreated } from '../events/facts';
import { appendEvents } from '../store/events';
import { insertProfile, type Profile } from '../store/profiles';
import type { Tx } from '../store/tx';

/** Makes a profile and its event; says whether it is new. An existing one is left as it is. */
export async function addProfile(tx: Tx, profile: Profile): Promise<boolean> {
  const isNew = await insertProfile(tx, profile);
  if (!isNew) return false;
  await appendEvents(tx, [profileCreated(profile)]);
  return true;
}
