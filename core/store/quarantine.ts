import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** A delivery that was the provider's and that we could not read: kept whole, to be replayed after a fix. */
export interface Quarantined {
  readonly spaceId: string;
  readonly id: string;
  readonly accountId: string;
  readonly receivedOn: Instant;
  readonly problem: string;
  readonly request: StoredRequest;
  readonly state: 'waiting' | 'replayed' | 'discarded';
  readonly settledOn?: Instant | undefined;
}

export interface StoredRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
}

interface QuarantineRow {
  space_id: string;
  id: string;
  account_id: string;
  received_on: number;
  problem: string;
  request: string;
  state: Quarantined['state'];
  settled_on: number | null;
}

export async function insertQuarantined(tx: Tx, item: Quarantined): Promise<void> {
  await sql(tx)
    .db('quarantine')
    .insert({
      space_id: item.spaceId,
      id: item.id,
      account_id: item.accountId,
      received_on: item.receivedOn,
      problem: item.problem,
      request: JSON.stringify(item.request),
      state: item.state,
      settled_on: item.settledOn ?? null,
    });
}

export async function findQuarantined(tx: Tx, spaceId: string, id: string): Promise<Quarantined | undefined> {
  const row: QuarantineRow | undefined = await sql(tx)
    .db('quarantine')
    .where({ space_id: spaceId, id })
    .first();
  return row && toQuarantined(row);
}

/** The newest first. */
export async function listQuarantined(
  tx: Tx,
  page: { spaceId: string; state?: string | undefined; before?: string | undefined; limit: number },
): Promise<Quarantined[]> {
  const query = sql(tx)
    .db('quarantine')
    .where({ space_id: page.spaceId })
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.state !== undefined) query.where({ state: page.state });
  if (page.before !== undefined) query.where('id', '<', page.before);
  const rows: QuarantineRow[] = await query;
  return rows.map(toQuarantined);
}

export async function settleQuarantined(
  tx: Tx,
  item: Pick<Quarantined, 'spaceId' | 'id' | 'state' | 'settledOn' | 'problem'>,
): Promise<void> {
  await sql(tx)
    .db('quarantine')
    .where({ space_id: item.spaceId, id: item.id })
    .update({ state: item.state, settled_on: item.settledOn ?? null, problem: item.problem });
}

function toQuarantined(row: QuarantineRow): Quarantined {
  return {
    spaceId: row.space_id,
    id: row.id,
    accountId: row.account_id,
    receivedOn: row.received_on,
    problem: row.problem,
    request: JSON.parse(row.request),
    state: row.state,
    settledOn: row.settled_on ?? undefined,
  };
}
