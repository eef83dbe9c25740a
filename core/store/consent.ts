import type { Instant } from '../model/instant';
import { kept } from './kept';
import { sql, type Tx } from './tx';
import type { WayTo } from './ways-to';

/** Whether a customer's address wants to hear from one of our accounts. No entry means nobody said anything. */
export interface Consent {
  readonly spaceId: string;
  readonly accountId: string;
  readonly address: string;
  /** `dead`: nothing arrives there, until something comes from there again. */
  readonly state: 'stopped' | 'given' | 'dead';
  readonly changedOn: Instant;
  /** What it rests on: the customer's message, or the provider's answer. */
  readonly evidence: string;
}

const consentOf = kept<{ state: string; changed_on: number; space_id: string }>(
  'consent',
  { state: true, changed_on: true, space_id: true },
  'account_id = ? and address = ?',
);

export async function putConsent(tx: Tx, consent: Consent): Promise<void> {
  await sql(tx)
    .db('consent')
    .insert({
      space_id: consent.spaceId,
      account_id: consent.accountId,
      address: consent.address,
      state: consent.state,
      changed_on: consent.changedOn,
      evidence: consent.evidence,
    })
    .onConflict(['account_id', 'address'])
    .merge(['state', 'changed_on', 'evidence']);
}

export async function hasStopped(tx: Tx, accountId: string, address: string): Promise<boolean> {
  const row = await consentOf.first(tx, [accountId, address]);
  if (row?.state !== 'dead') return row?.state === 'stopped';
  const written = await sql(tx)
    .db('chat')
    .join('address', function sameCustomer() {
      this.on('address.space_id', 'chat.space_id').andOn('address.profile_id', 'chat.customer_id');
    })
    .where({ 'address.space_id': row.space_id, 'address.address': address })
    .where('chat.last_inbound_on', '>', row.changed_on)
    .first('chat.id');
  return written === undefined;
}

/** Forgets what addresses of somebody wanted; that they want no messages is never forgotten. */
export async function forgetConsents(tx: Tx, ways: readonly WayTo[]): Promise<void> {
  for (const { accountId, address } of ways)
    await sql(tx)
      .db('consent')
      .where({ account_id: accountId, address })
      .whereNot({ state: 'stopped' })
      .delete();
}
