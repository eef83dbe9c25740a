import type { ClientProfile, ProfileData } from '../../../plugins/contract/index';
import { etagOf } from '../../model/etag';
import { notFound, Problem } from '../../model/problem';
import { acquaintancesOf } from '../../store/conversations';
import { findProfile, type Profile } from '../../store/profiles';
import type { Tx } from '../../store/tx';
import type { Caller } from '../caller';
import * as profiles from '../profiles';
import { actOf, type ClientActor } from './context';

// What one sees of others: a business keeps more with a person than strangers should read.
const SEEN_BY_OTHERS = ['name', 'firstName', 'lastName', 'displayName', 'avatarUrl', 'profilePicture'];

/** One's own profile whole, or what others may see of somebody in one's conversations. */
export async function get({ context, session }: ClientActor, id: string): Promise<ClientProfile> {
  const { apiSpaceId, profileId } = session;
  return context.store.read(async (tx) => {
    const isKnown = id === profileId || (await acquaintancesOf(tx, apiSpaceId, profileId, id)).length > 0;
    const profile = isKnown ? await findProfile(tx, apiSpaceId, id) : undefined;
    if (!profile) throw notFound('profile', id);
    return shown(profile, profileId);
  });
}

/** Those of one's own and the others' profiles of which every given field is so. */
export async function find(
  { context, session }: ClientActor,
  fields: Readonly<Record<string, string>>,
): Promise<ClientProfile[]> {
  const { apiSpaceId, profileId } = session;
  return context.store.read(async (tx) => {
    const ids = new Set([profileId, ...(await acquaintancesOf(tx, apiSpaceId, profileId))]);
    const known = (await profilesOf(tx, apiSpaceId, [...ids])).map((profile) => shown(profile, profileId));
    return known.filter((profile) =>
      Object.entries(fields).every(([field, value]) => has(profile, field, value)),
    );
  });
}

async function profilesOf(tx: Tx, spaceId: string, ids: readonly string[]): Promise<Profile[]> {
  const found: Profile[] = [];
  for (const id of ids) {
    const profile = await findProfile(tx, spaceId, id);
    if (profile) found.push(profile);
  }
  return found;
}

function has({ id, data }: ClientProfile, field: string, value: string): boolean {
  const own = field === 'id' ? id : Object.hasOwn(data, field) ? data[field] : undefined;
  return own !== undefined && String(own) === value;
}

/** Changes one's own profile; a 412 when it was read before somebody else's change. */
export async function update(
  actor: ClientActor,
  change: {
    readonly id: string;
    readonly data: ProfileData;
    readonly mode: 'replace' | 'merge';
    readonly ifMatch?: string;
  },
): Promise<ClientProfile> {
  const { context, session } = actor;
  if (change.id !== session.profileId) throw new Problem('forbidden', 'this profile is not yours to change');
  const { name, ...data } = change.data;
  const profile = await profiles.update(context, callerOf(actor), change.id, {
    ifMatch: change.ifMatch,
    mode: change.mode,
    wish: { name: typeof name === 'string' ? name : undefined, data },
  });
  return shown(profile, session.profileId);
}

function callerOf(actor: ClientActor): Caller {
  const { store } = actor.context;
  return {
    spaceId: actor.session.apiSpaceId,
    by: actOf(actor).by,
    scopes: ['profiles:write'],
    transaction: (work) => store.transaction(work),
    read: (work) => store.read(work),
  };
}

function shown(profile: Profile, toProfileId: string): ClientProfile {
  const { id, name, createdOn, updatedOn } = profile;
  const data = name === undefined ? profile.data : { ...profile.data, name };
  const seen = Object.entries(data).filter(([field]) => id === toProfileId || SEEN_BY_OTHERS.includes(field));
  return {
    ...{ id, data: Object.fromEntries(seen), etag: etagOf(profile) },
    ...{ createdOn: new Date(createdOn), updatedOn: new Date(updatedOn) },
  };
}
