import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';
import type { WayTo } from './ways-to';

/** Up to when all that was sent to an address was delivered, or read. */
export interface Watermark {
  readonly spaceId: string;
  readonly accountId: string;
  readonly address: string;
  readonly state: 'delivered' | 'read';
  readonly upTo: Instant;
  /** When the provider said so. */
  readonly at: Instant;
}

/** Keeps the highest; says whether this one is higher than what is known. */
export async function raiseWatermark(tx: Tx, mark: Watermark): Promise<boolean> {
  const { db } = sql(tx);
  const result = await db.raw(
    `insert into watermark (space_id, account_id, address, state, up_to, at) values (?, ?, ?, ?, ?, ?)
     on conflict (account_id, address, state) do update set up_to = excluded.up_to, at = excluded.at
     where watermark.up_to < excluded.up_to returning up_to`,
    [mark.spaceId, mark.accountId, mark.address, mark.state, mark.upTo, mark.at],
  );
  const rows: unknown[] = Array.isArray(result) ? result : result.rows;
  return rows.length > 0;
}

/** The marks of an address. */
export async function watermarksOf(
  tx: Tx,
  key: Pick<Watermark, 'accountId' | 'address'>,
): Promise<Pick<Watermark, 'state' | 'upTo' | 'at'>[]> {
  const rows: { state: Watermark['state']; up_to: number; at: number }[] = await sql(tx)
    .db('watermark')
    .where({ account_id: key.accountId, address: key.address });
  return rows.map(({ state, up_to: upTo, at }) => ({ state, upTo, at }));
}

/** Forgets the marks of somebody, by these ways. */
export async function forgetWatermarks(tx: Tx, ways: readonly WayTo[]): Promise<void> {
  for (const { accountId, address } of ways)
    await sql(tx).db('watermark').where({ account_id: accountId, address }).delete();
}
