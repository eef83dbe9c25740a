import type { Instant } from '../model/instant';
import type { Write } from './dialect';
import { present } from './json-column';
import { sql, type Tx } from './tx';

/** One call to the provider and what came of it. */
export interface Attempt {
  readonly spaceId: string;
  readonly messageId: string;
  readonly piece: number;
  /** From 1 for each piece. */
  readonly attempt: number;
  readonly startedOn: Instant;
  readonly endedOn: Instant;
  readonly outcome: 'sent' | 'retry' | 'held' | 'unknown' | 'failed' | 'expired' | 'absent' | 'found';
  readonly kind?: string | undefined;
  readonly reason?: string | undefined;
  readonly providerCode?: string | undefined;
  /** What the adapter said; never a secret. */
  readonly detail?: string | undefined;
  readonly externalIds: readonly string[];
}

interface AttemptRow {
  space_id: string;
  message_id: string;
  piece: number;
  attempt: number;
  started_on: number;
  ended_on: number;
  outcome: Attempt['outcome'];
  kind: string | null;
  reason: string | null;
  provider_code: string | null;
  detail: string | null;
  external_ids: string;
}

const PUT = `insert into attempt (space_id, message_id, piece, attempt, started_on, ended_on, outcome, kind, reason,
     provider_code, detail, external_ids) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
   on conflict (message_id, piece, attempt) do update
     set ended_on = excluded.ended_on, outcome = excluded.outcome, external_ids = excluded.external_ids`;

/** The first attempt at a message that is being written, as a part of a larger write. */
export function newAttempts(attempts: readonly Attempt[]): Write {
  return { insert: 'attempt', rows: attempts.map(toRow) };
}

/** Adds an attempt; a look-up settles the attempt that it is about by replacing it. */
export async function putAttempt(tx: Tx, attempt: Attempt): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.query(db, PUT, Object.values(toRow(attempt)));
}

export async function attemptsOf(tx: Tx, messageId: string): Promise<Attempt[]> {
  const rows: AttemptRow[] = await sql(tx)
    .db('attempt')
    .where({ message_id: messageId })
    .orderBy(['piece', 'attempt']);
  return rows.map((row) => ({
    spaceId: row.space_id,
    messageId: row.message_id,
    piece: row.piece,
    attempt: row.attempt,
    startedOn: row.started_on,
    endedOn: row.ended_on,
    outcome: row.outcome,
    externalIds: JSON.parse(row.external_ids),
    ...present({
      kind: row.kind,
      reason: row.reason,
      providerCode: row.provider_code,
      detail: row.detail,
    }),
  }));
}

function toRow(attempt: Attempt) {
  return {
    space_id: attempt.spaceId,
    message_id: attempt.messageId,
    piece: attempt.piece,
    attempt: attempt.attempt,
    started_on: attempt.startedOn,
    ended_on: attempt.endedOn,
    outcome: attempt.outcome,
    kind: attempt.kind ?? null,
    reason: attempt.reason ?? null,
    provider_code: attempt.providerCode ?? null,
    detail: attempt.detail ?? null,
    external_ids: JSON.stringify(attempt.externalIds),
  };
}
