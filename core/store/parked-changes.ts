import type { MessageChange } from '../../plugins/contract/index';
import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** A change of a message that is not here yet. */
export interface ParkedChange {
  readonly id: string;
  readonly spaceId: string;
  readonly accountId: string;
  readonly change: MessageChange;
  readonly receivedOn: Instant;
}

interface Row {
  id: string;
  space_id: string;
  account_id: string;
  external_id: string;
  change: string;
  received_on: number;
}

export async function parkChange(tx: Tx, parked: ParkedChange): Promise<void> {
  await sql(tx)
    .db('parked_change')
    .insert({
      id: parked.id,
      space_id: parked.spaceId,
      account_id: parked.accountId,
      external_id: parked.change.externalId,
      change: JSON.stringify(parked.change),
      received_on: parked.receivedOn,
    });
}

/** Those whose message has come meanwhile, in the order in which they came. */
export async function ripeChanges(tx: Tx, limit: number): Promise<ParkedChange[]> {
  const rows: Row[] = await sql(tx)
    .db('parked_change')
    .select('parked_change.*')
    .join('external_id', (on) =>
      on
        .on('external_id.account_id', 'parked_change.account_id')
        .on('external_id.external_id', 'parked_change.external_id'),
    )
    .orderBy('parked_change.id')
    .limit(limit);
  return rows.map((row) => ({
    id: row.id,
    spaceId: row.space_id,
    accountId: row.account_id,
    change: changeOf(row),
    receivedOn: row.received_on,
  }));
}

function changeOf(row: Row): MessageChange {
  const { at, ...change } = JSON.parse(row.change);
  return { ...change, ...(at === undefined ? {} : { at: new Date(at) }) };
}

export async function dropParkedChange(tx: Tx, id: string): Promise<void> {
  await sql(tx).db('parked_change').where({ id }).delete();
}

export async function dropChangesBefore(tx: Tx, before: Instant): Promise<number> {
  return sql(tx).db('parked_change').where('received_on', '<', before).delete();
}
