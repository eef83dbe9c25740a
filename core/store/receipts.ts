import type { DeliveryState } from '../../plugins/contract/index';
import type { Instant } from '../model/instant';
import { present } from './json-column';
import { keptList } from './kept';
import { sql, type Tx } from './tx';

/** What the provider said about a piece of a message, once for each state. */
export interface Receipt {
  readonly spaceId: string;
  readonly messageId: string;
  readonly piece: number;
  readonly state: DeliveryState;
  readonly at: Instant;
  readonly reason?: string | undefined;
  readonly providerCode?: string | undefined;
}

/** A receipt for a message that the provider names and we do not know yet. */
export interface ParkedStatus extends Omit<Receipt, 'messageId' | 'piece'> {
  readonly accountId: string;
  readonly externalId: string;
  readonly receivedOn: Instant;
}

interface Said {
  space_id: string;
  state: DeliveryState;
  at: number;
  reason: string | null;
  provider_code: string | null;
}

interface ReceiptRow extends Said {
  message_id: string;
  piece: number;
}

interface ParkedRow extends Said {
  account_id: string;
  external_id: string;
  received_on: number;
}

/** Says whether it is new; a repeated receipt changes nothing. */
export async function insertReceipt(tx: Tx, receipt: Receipt): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const row = { message_id: receipt.messageId, piece: receipt.piece, ...said(receipt) };
  const [isNew] = await dialect.insert(db, { table: 'receipt', rows: [row], skipConflicts: true });
  return isNew === true;
}

export async function receiptsOf(tx: Tx, messageId: string): Promise<Receipt[]> {
  const rows: ReceiptRow[] = await sql(tx).db('receipt').where({ message_id: messageId }).orderBy('at');
  return rows.map((row) => ({ messageId: row.message_id, piece: row.piece, ...heard(row) }));
}

export async function parkStatus(tx: Tx, parked: ParkedStatus): Promise<void> {
  await sql(tx)
    .db('parked_status')
    .insert({
      account_id: parked.accountId,
      external_id: parked.externalId,
      received_on: parked.receivedOn,
      ...said(parked),
    })
    .onConflict(['account_id', 'external_id', 'state'])
    .ignore();
}

const parkedFor = keptList<Pick<ParkedRow, 'external_id'>>(
  'parked_status',
  { external_id: true },
  { of: 'account_id', column: 'external_id', type: 'text', order: 'parked_status.external_id' },
);

/** Whether a receipt waits for one of these ids of the provider. */
export async function isParked(tx: Tx, accountId: string, externalIds: readonly string[]): Promise<boolean> {
  return (await parkedFor.all(tx, accountId, externalIds)).length > 0;
}

/** Takes out the receipts that waited for these ids of the provider. */
export async function unpark(
  tx: Tx,
  accountId: string,
  externalIds: readonly string[],
): Promise<ParkedStatus[]> {
  const { db } = sql(tx);
  const rows: ParkedRow[] = await db('parked_status')
    .where({ account_id: accountId })
    .whereIn('external_id', [...externalIds]);
  if (rows.length > 0)
    await db('parked_status')
      .where({ account_id: accountId })
      .whereIn('external_id', [...externalIds])
      .delete();
  return rows.map(toParked);
}

/** Parked receipts whose message has become known: two transactions that just missed each other. */
export async function unparkable(tx: Tx, limit: number): Promise<ParkedStatus[]> {
  const rows: ParkedRow[] = await sql(tx)
    .db('parked_status')
    .select('parked_status.*')
    .join('external_id', (on) =>
      on
        .on('external_id.account_id', 'parked_status.account_id')
        .on('external_id.external_id', 'parked_status.external_id'),
    )
    .limit(limit);
  return rows.map(toParked);
}

export async function dropParkedBefore(tx: Tx, before: Instant): Promise<number> {
  return sql(tx).db('parked_status').where('received_on', '<', before).delete();
}

function said(receipt: Omit<Receipt, 'messageId' | 'piece'>) {
  return {
    space_id: receipt.spaceId,
    state: receipt.state,
    at: receipt.at,
    reason: receipt.reason ?? null,
    provider_code: receipt.providerCode ?? null,
  };
}

function heard(row: Said) {
  return {
    spaceId: row.space_id,
    state: row.state,
    at: row.at,
    ...present({ reason: row.reason, providerCode: row.provider_code }),
  };
}

function toParked(row: ParkedRow): ParkedStatus {
  return {
    accountId: row.account_id,
    externalId: row.external_id,
    receivedOn: row.received_on,
    ...heard(row),
  };
}
