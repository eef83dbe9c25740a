import { sql, type Tx } from './tx';

/** An address of somebody, as one of our accounts knows it. */
export interface WayTo {
  readonly accountId: string;
  readonly address: string;
}

/** The ways to a person: by their addresses, by those that they left, and by those that their chats use; not what is somebody else's by now. */
export async function waysTo(
  tx: Tx,
  { spaceId, profileId }: { readonly spaceId: string; readonly profileId: string },
): Promise<WayTo[]> {
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<{ account_id: string; address: string }>(db, WAYS, [
    ...[spaceId, profileId, spaceId, profileId, spaceId],
    ...[spaceId, profileId, spaceId, profileId],
  ]);
  return rows.map((row) => ({ accountId: row.account_id, address: row.address }));
}

const WAYS = `
  with known as (
    select account.id as account_id, account.channel_id, said.address from channel_account as account
    join (select channel_id, address from address where space_id = ? and profile_id = ?
      union select channel_id, address from left_address where space_id = ? and profile_id = ?) as said
    on said.channel_id = account.channel_id where account.space_id = ?
    union
    select account.id, account.channel_id, chat.route_address from chat
    join channel_account as account on account.id = chat.route_account_id
    where chat.space_id = ? and chat.customer_id = ?)
  select account_id, address from known where not exists (
    select 1 from address as owned where owned.space_id = ? and owned.channel_id = known.channel_id
    and owned.address = known.address and owned.profile_id <> ?)`;
