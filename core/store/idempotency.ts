import type { Instant } from '../model/instant';
import { sql, type Tx } from './tx';

/** The first answer to a request that carried an idempotency key. */
export interface KeptAnswer {
  /** The API space, or the partner for requests outside of any. */
  readonly spaceId: string;
  readonly key: string;
  /** What was asked: method, path and a hash of the body. */
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  readonly createdOn: Instant;
}

/** Says whether the key is new. In a transaction that other requests with the same key must wait for. */
export async function reserveKey(tx: Tx, kept: KeptAnswer): Promise<boolean> {
  const { db, dialect } = sql(tx);
  const [isNew] = await dialect.insert(db, {
    table: 'idempotency',
    rows: [toRow(kept)],
    skipConflicts: true,
  });
  return isNew === true;
}

export async function keepAnswer(tx: Tx, kept: KeptAnswer): Promise<void> {
  const { space_id, key, ...row } = toRow(kept);
  await sql(tx).db('idempotency').where({ space_id, key }).update(row);
}

export async function findAnswer(tx: Tx, spaceId: string, key: string): Promise<KeptAnswer | undefined> {
  const row = await sql(tx).db('idempotency').where({ space_id: spaceId, key }).first();
  return (
    row && {
      spaceId: row.space_id,
      key: row.key,
      request: row.request,
      status: row.status,
      answer: row.answer,
      createdOn: row.created_on,
    }
  );
}

export async function forgetAnswersBefore(tx: Tx, before: Instant): Promise<void> {
  await sql(tx).db('idempotency').where('created_on', '<', before).delete();
}

function toRow(kept: KeptAnswer) {
  return {
    space_id: kept.spaceId,
    key: kept.key,
    request: kept.request,
    status: kept.status,
    answer: kept.answer,
    created_on: kept.createdOn,
  };
}
