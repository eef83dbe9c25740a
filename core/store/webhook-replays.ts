import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** A part of the log that an endpoint gets once more. */
export interface WebhookReplay {
  readonly spaceId: string;
  readonly id: string;
  readonly webhookId: string;
  /** The first and the last `seq`. */
  readonly from: number;
  readonly to: number;
  /** Up to here it was taken up. */
  readonly at: number;
  /** Only events with these names; absent: whatever the endpoint subscribes to. */
  readonly types?: readonly string[] | undefined;
  readonly createdOn: Instant;
  readonly createdBy: string;
}

interface ReplayRow {
  id: string;
  space_id: string;
  webhook_id: string;
  from_seq: number;
  to_seq: number;
  at_seq: number;
  types: string | null;
  created_on: number;
  created_by: string;
}

export async function insertReplay(tx: Tx, replay: WebhookReplay): Promise<void> {
  const row: ReplayRow = {
    id: replay.id,
    space_id: replay.spaceId,
    webhook_id: replay.webhookId,
    from_seq: replay.from,
    to_seq: replay.to,
    at_seq: replay.at,
    types: replay.types ? JSON.stringify(replay.types) : null,
    created_on: replay.createdOn,
    created_by: replay.createdBy,
  };
  await sql(tx).db('webhook_replay').insert(row);
}

/** The oldest that is not wholly taken up. */
export async function nextReplay(tx: Tx, webhookId: string): Promise<WebhookReplay | undefined> {
  const row: ReplayRow | undefined = await sql(tx)
    .db('webhook_replay')
    .where({ webhook_id: webhookId })
    .orderBy('id')
    .first();
  return row && toReplay(row);
}

/** Notes how far it was taken up; what is taken up wholly goes. */
export async function advanceReplay(tx: Tx, replay: WebhookReplay): Promise<void> {
  const query = sql(tx).db('webhook_replay').where({ id: replay.id });
  if (replay.at >= replay.to) await query.delete();
  else await query.update({ at_seq: replay.at });
}

function toReplay(row: ReplayRow): WebhookReplay {
  return {
    id: row.id,
    spaceId: row.space_id,
    webhookId: row.webhook_id,
    from: row.from_seq,
    to: row.to_seq,
    at: row.at_seq,
    types: row.types === null ? undefined : JSON.parse(row.types),
    createdOn: row.created_on,
    createdBy: row.created_by,
  };
}
