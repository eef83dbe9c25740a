import type { Instant } from '../model/instant';
import type { Row } from './dialect';
import { type Columns, kept } from './kept';
import { sql, type Tx } from './tx';

/** A file that belongs to a message; its bytes lie in the media folder, or with it where it is small. */
export interface Media {
  readonly spaceId: string;
  readonly id: string;
  /** The account that it must be fetched through; absent for what the API gave us. */
  readonly accountId?: string | undefined;
  readonly messageId?: string | undefined;
  /** What the adapter's `openMedia` takes. */
  readonly ref?: string | undefined;
  readonly mimeType: string;
  readonly name: string;
  readonly bytes?: number | undefined;
  /** The file itself, where it came along with its message; read by `contentOf`. */
  readonly content?: Uint8Array | undefined;
  readonly state: 'pending' | 'stored' | 'failed';
  readonly problem?: string | undefined;
  readonly attempts: number;
  readonly notBefore: Instant;
  readonly createdOn: Instant;
}

interface MediaRow {
  space_id: string;
  id: string;
  account_id: string | null;
  message_id: string | null;
  ref: string | null;
  mime_type: string;
  name: string;
  bytes: number | null;
  state: Media['state'];
  problem: string | null;
  attempts: number;
  not_before: number;
  created_on: number;
}

/** All but the bytes of a file, which only who reads the file needs. */
const COLUMNS: Columns<MediaRow> = {
  ...{ space_id: true, id: true, account_id: true, message_id: true, ref: true, mime_type: true, name: true },
  ...{ bytes: true, state: true, problem: true, attempts: true, not_before: true, created_on: true },
};
const mediaById = kept<MediaRow>('media', COLUMNS, 'id = ?');

export async function insertMedia(tx: Tx, media: readonly Media[]): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.insert(db, { table: 'media', rows: rowsOf(tx, media) });
}

/** The same as the transaction ends: nothing of it may read them. */
export function leaveMedia(tx: Tx, media: readonly Media[]): void {
  if (media.length > 0) sql(tx).leave([{ insert: 'media', rows: rowsOf(tx, media) }]);
}

function rowsOf(tx: Tx, media: readonly Media[]): Row[] {
  const { bytes } = sql(tx).dialect;
  return media.map((one) => ({ ...toRow(one), content: one.content ? bytes(one.content) : null }));
}

export async function findMedia(tx: Tx, id: string): Promise<Media | undefined> {
  const row = await mediaById.first(tx, [id]);
  return row && toMedia(row);
}

/** The bytes of a file that lies in the database. */
export async function contentOf(tx: Tx, id: string): Promise<Uint8Array | undefined> {
  const row: { content: Uint8Array | null } | undefined = await sql(tx)
    .db('media')
    .select('content')
    .where({ id })
    .first();
  return row?.content ?? undefined;
}

/** Takes up files that are due, so that no other node fetches them until `leaseMs` have passed. */
export async function claimMedia(
  tx: Tx,
  claim: { now: Instant; leaseMs: number; limit: number },
): Promise<Media[]> {
  const { db } = sql(tx);
  const result = await db.raw(
    `update media set attempts = attempts + 1, not_before = ?
     where state = 'pending' and not_before <= ? and id in (
       select id from media where state = 'pending' and not_before <= ? order by not_before limit ?)
     returning *`,
    [claim.now + claim.leaseMs, claim.now, claim.now, claim.limit],
  );
  const rows: MediaRow[] = Array.isArray(result) ? result : result.rows;
  return rows.map(toMedia);
}

/** Says whether it was still wanted: its message may have been withdrawn meanwhile. */
export async function updateMedia(tx: Tx, media: Media): Promise<boolean> {
  const { id, ...row } = toRow(media);
  const changed = await sql(tx).db('media').where({ id, state: 'pending' }).update(row);
  return changed > 0;
}

/** Forgets the files of a message; gives their ids, for their bytes are to be removed too. */
export async function forgetMediaOf(tx: Tx, messageId: string): Promise<string[]> {
  const { db } = sql(tx);
  const rows: { id: string }[] = await db('media').select('id').where({ message_id: messageId });
  await db('media').where({ message_id: messageId }).update({
    state: 'failed',
    problem: 'withdrawn by its author',
    ref: null,
    content: null,
    name: 'withdrawn',
  });
  return rows.map((row) => row.id);
}

/** Forgets the picture of a person; its bytes are to be removed too. */
export async function forgetPicture(tx: Tx, id: string): Promise<void> {
  await sql(tx)
    .db('media')
    .where({ id })
    .whereNull('message_id')
    .update({
      ...{ state: 'failed', problem: 'its person was deleted' },
      ...{ ref: null, content: null, name: 'deleted' },
    });
}

function toRow(media: Media): MediaRow & Record<string, string | number | null> {
  return {
    space_id: media.spaceId,
    id: media.id,
    account_id: media.accountId ?? null,
    message_id: media.messageId ?? null,
    ref: media.ref ?? null,
    mime_type: media.mimeType,
    name: media.name,
    bytes: media.bytes ?? null,
    state: media.state,
    problem: media.problem ?? null,
    attempts: media.attempts,
    not_before: media.notBefore,
    created_on: media.createdOn,
  };
}

function toMedia(row: MediaRow): Media {
  return {
    spaceId: row.space_id,
    id: row.id,
    accountId: row.account_id ?? undefined,
    messageId: row.message_id ?? undefined,
    ref: row.ref ?? undefined,
    mimeType: row.mime_type,
    name: row.name,
    bytes: row.bytes ?? undefined,
    state: row.state,
    problem: row.problem ?? undefined,
    attempts: row.attempts,
    notBefore: row.not_before,
    createdOn: row.created_on,
  };
}
