import { happened } from '../events/facts';
import { checkMatch, etagOf } from '../model/etag';
import { newId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import { holdChatsOf } from '../store/chat-readers';
import { appendEvents } from '../store/events';
import { changedNow, madeNow } from '../store/made';
import type { Profile, ProfileAddress } from '../store/profiles';
import * as profiles from '../store/profiles';
import type { Tx } from '../store/tx';
import { addProfile } from './add-profile';
import { actBy, businessOnly, type Caller } from './caller';
import type { Context } from './context';
import { forgetCustomer } from './forget-customer';

/** A profile as the API is given it: a name, and whatever else the business keeps with it. */
export interface ProfileWish {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

export async function create(context: Context, caller: Caller, wish: ProfileWish): Promise<Profile> {
  businessOnly(caller);
  return caller.transaction(async (tx) => {
    const act = actBy(caller, context.now());
    const { id = newId(), name, data } = wish;
    const profile: Profile = { spaceId: caller.spaceId, id, name, data, ...madeNow(act) };
    if (!(await addProfile(tx, profile)))
      throw new Problem('already-exists', `there is already a profile "${id}"`);
    return profile;
  });
}

export async function list(
  caller: Caller,
  page: { readonly after?: string | undefined; readonly limit: number; readonly name?: string | undefined },
): Promise<Profile[]> {
  return caller.read((tx) => profiles.listProfiles(tx, caller.spaceId, page));
}

export async function get(
  caller: Caller,
  id: string,
): Promise<{ readonly profile: Profile; readonly addresses: readonly ProfileAddress[] }> {
  return caller.read(async (tx) => {
    const profile = await profiles.findProfile(tx, caller.spaceId, id);
    if (!profile) throw notFound('profile', id);
    return { profile, addresses: await profiles.addressesOf(tx, caller.spaceId, id) };
  });
}

/** `mode`: `replace` forgets what is not given, `merge` keeps it. */
export async function update(
  context: Context,
  caller: Caller,
  id: string,
  change: {
    readonly ifMatch: string | undefined;
    readonly mode: 'replace' | 'merge';
    readonly wish: Omit<ProfileWish, 'id'>;
  },
): Promise<Profile> {
  businessOnly(caller);
  return caller.transaction(async (tx) => {
    const before = await held(tx, caller, id);
    checkMatch(change.ifMatch, etagOf(before));
    const act = actBy(caller, context.now());
    const { name, data } = change.wish;
    const isMerge = change.mode === 'merge';
    const profile: Profile = {
      ...before,
      name: isMerge ? (name ?? before.name) : name,
      data: isMerge ? { ...before.data, ...data } : data,
      ...changedNow(before, act),
    };
    await profiles.updateProfile(tx, profile);
    await tell(tx, 'profile.update', profile);
    return profile;
  });
}

/** Forgets a person; their chats and what was said there stay. */
export async function remove(context: Context, caller: Caller, id: string, ifMatch?: string): Promise<void> {
  businessOnly(caller);
  await caller.transaction(async (tx) => {
    // Chats before the profile, as always.
    const chatIds = await holdChatsOf(tx, caller.spaceId, id);
    const profile = await held(tx, caller, id);
    checkMatch(ifMatch, etagOf(profile));
    const act = actBy(caller, context.now());
    await forgetCustomer(context, tx, { profile, chatIds, at: act.at });
    await profiles.deleteProfile(tx, caller.spaceId, id);
    await tell(tx, 'profile.delete', { ...profile, ...changedNow(profile, act) });
  });
}

async function held(tx: Tx, caller: Caller, id: string): Promise<Profile> {
  const profile = await profiles.lockProfile(tx, caller.spaceId, id);
  if (!profile) throw notFound('profile', id);
  return profile;
}

async function tell(tx: Tx, name: string, profile: Profile): Promise<void> {
  const act = { by: profile.updatedBy, at: profile.updatedOn };
  const payload = name === 'profile.delete' ? {} : { ...profile.data, name: profile.name };
  await appendEvents(tx, [happened(name, profile, act, payload)]);
}
