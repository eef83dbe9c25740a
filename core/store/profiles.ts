import type { Instant } from '../model/instant';
import { type Columns, kept } from './kept';
import { MADE_COLUMNS, type Made, type MadeRow, madeRow, toMade } from './made';
import { sql, type Tx } from './tx';

/** A person: a customer or an agent. `data` holds whatever else the API was given. */
export interface Profile extends Made {
  readonly spaceId: string;
  readonly id: string;
  readonly name?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
  /** Their picture among our files. */
  readonly pictureId?: string | undefined;
}

/** Where a person can be reached on one channel. */
export interface ProfileAddress {
  readonly spaceId: string;
  readonly channelId: string;
  readonly address: string;
  readonly profileId: string;
  readonly canReply: boolean;
  readonly createdOn: Instant;
}

interface ProfileRow extends MadeRow {
  space_id: string;
  id: string;
  name: string | null;
  data: string;
  picture_id: string | null;
}

interface AddressRow {
  space_id: string;
  channel_id: string;
  address: string;
  profile_id: string;
  can_reply: boolean | number;
  created_on: number;
}

const COLUMNS: Columns<ProfileRow> = {
  ...{ space_id: true, id: true, name: true, data: true, picture_id: true },
  ...MADE_COLUMNS,
};
const profileById = kept<ProfileRow>('profile', COLUMNS, 'space_id = ? and id = ?');

const ADDRESS_COLUMNS: Columns<AddressRow> = {
  ...{ space_id: true, channel_id: true, address: true, profile_id: true, can_reply: true },
  created_on: true,
};
const addressOf = kept<AddressRow>(
  'address',
  ADDRESS_COLUMNS,
  'space_id = ? and channel_id = ? and address = ?',
);

/** Says whether it is new; an existing one is left as it is. */
export async function insertProfile(tx: Tx, profile: Profile): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const row = {
    space_id: profile.spaceId,
    id: profile.id,
    name: profile.name ?? null,
    data: JSON.stringify(profile.data),
    ...madeRow(profile),
  };
  const [inserted] = await dialect.insert(db, { table: 'profile', rows: [row], skipConflicts: true });
  return inserted === true;
}

export async function findProfile(tx: Tx, spaceId: string, id: string): Promise<Profile | undefined> {
  const row = await profileById.first(tx, [spaceId, id]);
  return row && toProfile(row);
}

export async function lockProfile(tx: Tx, spaceId: string, id: string): Promise<Profile | undefined> {
  const [row] = await profileById.held(tx, [spaceId, id]);
  return row && toProfile(row);
}

export async function listProfiles(
  tx: Tx,
  spaceId: string,
  page: { readonly after?: string | undefined; readonly limit: number; readonly name?: string | undefined },
): Promise<Profile[]> {
  const query = sql(tx).db('profile').where({ space_id: spaceId }).orderBy('id').limit(page.limit);
  if (page.after !== undefined) query.where('id', '>', page.after);
  if (page.name !== undefined) query.where({ name: page.name });
  const rows: ProfileRow[] = await query;
  return rows.map(toProfile);
}

export async function updateProfile(tx: Tx, profile: Profile): Promise<void> {
  await sql(tx)
    .db('profile')
    .where({ space_id: profile.spaceId, id: profile.id })
    .update({
      name: profile.name ?? null,
      data: JSON.stringify(profile.data),
      picture_id: profile.pictureId ?? null,
      ...madeRow(profile),
    });
}

export async function deleteProfile(tx: Tx, spaceId: string, id: string): Promise<void> {
  await sql(tx).db('address').where({ space_id: spaceId, profile_id: id }).delete();
  await sql(tx).db('profile').where({ space_id: spaceId, id }).delete();
}

/** Says whether it is new; an address keeps the person it has. */
export async function insertAddress(tx: Tx, address: ProfileAddress): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const row = {
    space_id: address.spaceId,
    channel_id: address.channelId,
    address: address.address,
    profile_id: address.profileId,
    can_reply: address.canReply,
    created_on: address.createdOn,
  };
  const [inserted] = await dialect.insert(db, { table: 'address', rows: [row], skipConflicts: true });
  return inserted === true;
}

export async function findAddress(
  tx: Tx,
  key: Pick<ProfileAddress, 'spaceId' | 'channelId' | 'address'>,
): Promise<ProfileAddress | undefined> {
  const row = await addressOf.first(tx, [key.spaceId, key.channelId, key.address]);
  return row && toAddress(row);
}

/** The newest first. */
export async function addressesOf(tx: Tx, spaceId: string, profileId: string): Promise<ProfileAddress[]> {
  const rows: AddressRow[] = await sql(tx)
    .db('address')
    .where({ space_id: spaceId, profile_id: profileId })
    .orderBy('created_on', 'desc');
  return rows.map(toAddress);
}

function toProfile(row: ProfileRow): Profile {
  return {
    spaceId: row.space_id,
    id: row.id,
    name: row.name ?? undefined,
    data: JSON.parse(row.data),
    pictureId: row.picture_id ?? undefined,
    ...toMade(row),
  };
}

function toAddress(row: AddressRow): ProfileAddress {
  return {
    spaceId: row.space_id,
    channelId: row.channel_id,
    address: row.address,
    profileId: row.profile_id,
    canReply: Boolean(row.can_reply),
    createdOn: row.created_on,
  };
}
