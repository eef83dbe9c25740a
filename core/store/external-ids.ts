import type { Write } from './dialect';
import { sql, type Tx } from './tx';

/** What the provider calls a message, or a piece of one. */
export interface ExternalId {
  readonly spaceId: string;
  readonly accountId: string;
  readonly externalId: string;
  readonly messageId: string;
  readonly piece: number;
}

/** Says for each whether it is new: false is a repeated delivery. The unique index decides, also between nodes. */
export async function insertExternalIds(tx: Tx, ids: readonly ExternalId[]): Promise<boolean[]> {
  const { db, dialect } = sql(tx);
  return dialect.insert(db, { table: 'external_id', rows: ids.map(toRow), skipConflicts: true });
}

/** Ids that nobody can have had before, as a part of a larger write. */
export function newExternalIds(ids: readonly ExternalId[]): Write {
  return { insert: 'external_id', rows: ids.map(toRow) };
}

export async function findByExternalId(
  tx: Tx,
  accountId: string,
  externalId: string,
): Promise<{ messageId: string; piece: number } | undefined> {
  const row = await sql(tx)
    .db('external_id')
    .where({ account_id: accountId, external_id: externalId })
    .first();
  return row && { messageId: row.message_id, piece: row.piece };
}

/** Those of these ids that already belong to a message. */
export async function takenExternalIds(
  tx: Tx,
  accountId: string,
  externalIds: readonly string[],
): Promise<Set<string>> {
  const rows: { external_id: string }[] = await sql(tx)
    .db('external_id')
    .select('external_id')
    .where({ account_id: accountId })
    .whereIn('external_id', [...externalIds]);
  return new Set(rows.map((row) => row.external_id));
}

/** The provider's id of an inbound message, to mark it as read there. */
export async function externalIdsOf(tx: Tx, messageId: string): Promise<string[]> {
  const rows: { external_id: string }[] = await sql(tx)
    .db('external_id')
    .select('external_id')
    .where({ message_id: messageId })
    .orderBy('piece');
  return rows.map((row) => row.external_id);
}

function toRow(id: ExternalId) {
  return {
    space_id: id.spaceId,
    account_id: id.accountId,
    external_id: id.externalId,
    message_id: id.messageId,
    piece: id.piece,
  };
}
