import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** Where a customer says that they can be reached; nobody has proven it. */
export interface LeftAddress {
  readonly spaceId: string;
  readonly profileId: string;
  readonly channelId: string;
  readonly address: string;
  readonly leftOn: Instant;
}

/** Keeps it in place of the one that was left before. */
export async function putLeftAddress(tx: Tx, left: LeftAddress): Promise<void> {
  await sql(tx)
    .db('left_address')
    .insert({
      ...{ space_id: left.spaceId, profile_id: left.profileId, channel_id: left.channelId },
      ...{ address: left.address, left_on: left.leftOn },
    })
    .onConflict(['space_id', 'profile_id', 'channel_id'])
    .merge(['address', 'left_on']);
}

export async function findLeftAddress(
  tx: Tx,
  key: Pick<LeftAddress, 'spaceId' | 'profileId' | 'channelId'>,
): Promise<string | undefined> {
  const row: { address: string } | undefined = await sql(tx)
    .db('left_address')
    .select('address')
    .where({ space_id: key.spaceId, profile_id: key.profileId, channel_id: key.channelId })
    .first();
  return row?.address;
}

export async function forgetLeftAddresses(
  tx: Tx,
  { spaceId, profileId }: Pick<LeftAddress, 'spaceId' | 'profileId'>,
): Promise<void> {
  await sql(tx).db('left_address').where({ space_id: spaceId, profile_id: profileId }).delete();
}
