import type { Instant } from '../model/instant';
import type { Write } from './dialect';
import { type Columns as ColumnsOf, kept, listed } from './kept';
import { sql, type Tx } from './tx';

/** A message on its way out. A chat's rows are its lane: only the first one may be worked on. */
export interface OutboxRow {
  readonly messageId: string;
  readonly spaceId: string;
  readonly chatId: string;
  readonly sentEventId: number;
  readonly accountId: string;
  /** `ready` to send; `claimed` by a node that may be sending it; `unknown`: to be looked up. */
  readonly state: 'ready' | 'claimed' | 'unknown';
  /** The piece that is next, from 0. */
  readonly piece: number;
  /** Attempts at this piece so far. */
  readonly attempt: number;
  readonly firstAttemptOn?: Instant | undefined;
  readonly lastAttemptOn?: Instant | undefined;
  /** Look-ups so far. */
  readonly looks: number;
  readonly notBefore: Instant;
  readonly owner?: string | undefined;
  readonly leaseUntil?: Instant | undefined;
  readonly createdOn: Instant;
}

interface Columns {
  message_id: string;
  space_id: string;
  chat_id: string;
  sent_event_id: number;
  account_id: string;
  state: OutboxRow['state'];
  piece: number;
  attempt: number;
  first_attempt_on: number | null;
  last_attempt_on: number | null;
  looks: number;
  not_before: number;
  owner: string | null;
  lease_until: number | null;
  created_on: number;
}

const COLUMNS: ColumnsOf<Columns> = {
  ...{ message_id: true, space_id: true, chat_id: true, sent_event_id: true, account_id: true, state: true },
  ...{ piece: true, attempt: true, first_attempt_on: true, last_attempt_on: true, looks: true },
  ...{ not_before: true, owner: true, lease_until: true, created_on: true },
};
const NAMES = Object.keys(COLUMNS).join(', ');
const rowOfMessage = kept<Columns>('outbox', COLUMNS, 'message_id = ?');

/** Messages on their way, as a part of a larger write. */
export function newOutbox(rows: readonly OutboxRow[]): Write {
  return { insert: 'outbox', rows: rows.map(toColumns) };
}

const freeWay = kept<{ id: string }>(
  'channel_account',
  { id: true },
  `channel_account.id = ? and not channel_account.is_paused
     and not exists (select 1 from outbox where outbox.chat_id = ?)`,
);

/** Whether nothing of this chat is on its way, and the account is not paused. The chat is held. */
export async function isWayFree(tx: Tx, { chatId, accountId }: Lane): Promise<boolean> {
  return (await freeWay.first(tx, [accountId, chatId])) !== undefined;
}

export interface Claim {
  readonly owner: string;
  readonly leaseMs: number;
  readonly now: Instant;
}

/**
 * Claims, for one attempt each, the heads of these lanes that are ready, due, and whose account is not paused.
 * The claim is committed before the provider is called: a crash leaves a claimed row, which means "perhaps sent".
 */
export async function claimHeads(tx: Tx, chatIds: readonly string[], claim: Claim): Promise<OutboxRow[]> {
  const { db, dialect } = sql(tx);
  const rows = await dialect.query<Columns>(
    db,
    `update outbox set state = 'claimed', owner = ?, lease_until = ${dialect.now} + ?, attempt = attempt + 1,
       first_attempt_on = coalesce(first_attempt_on, ?), last_attempt_on = ?
     where ${dialect.among('chat_id', dialect.values('uuid'))} and state = 'ready' and not_before <= ?
       and sent_event_id = (select min(head.sent_event_id) from outbox head where head.chat_id = outbox.chat_id)
       and not exists (select 1 from channel_account a where a.id = outbox.account_id and a.is_paused)
     returning ${NAMES}`,
    [claim.owner, claim.leaseMs, claim.now, claim.now, listed(chatIds), claim.now],
  );
  return rows.map(fromColumns);
}

/** Takes up, for looking up, the messages whose outcome is not known and due. */
export async function claimUnknown(tx: Tx, claim: Claim, limit: number): Promise<OutboxRow[]> {
  const { db, dialect } = sql(tx);
  const result = await db.raw(
    `update outbox set owner = ?, lease_until = ${dialect.now} + ?, not_before = ?
     where message_id in (
       select message_id from outbox where state = 'unknown' and not_before <= ? order by not_before limit ?)
       and state = 'unknown' and not_before <= ?
     returning *`,
    [claim.owner, claim.leaseMs, claim.now + claim.leaseMs, claim.now, limit, claim.now],
  );
  return rowsOf(result).map(fromColumns);
}

/** The row while it is still this claim's: another node may have taken it over after a pause. */
export async function heldBy(tx: Tx, claimed: OutboxRow): Promise<OutboxRow | undefined> {
  const [row] = await rowOfMessage.held(tx, [claimed.messageId]);
  if (!row || row.owner !== claimed.owner || row.attempt !== claimed.attempt) return undefined;
  return row.state === claimed.state && row.looks === claimed.looks ? fromColumns(row) : undefined;
}

export async function updateOutbox(tx: Tx, row: OutboxRow): Promise<void> {
  const { message_id, ...columns } = toColumns(row);
  await sql(tx).db('outbox').where({ message_id }).update(columns);
}

export async function deleteOutbox(tx: Tx, messageId: string): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.query(db, 'delete from outbox where message_id = ?', [messageId]);
}

export async function findOutbox(tx: Tx, messageId: string): Promise<OutboxRow | undefined> {
  const row = await rowOfMessage.first(tx, [messageId]);
  return row && fromColumns(row);
}

/** Rows that a node claimed and never came back to: perhaps sent. `ofAll` takes every claim, for a node that is alone. */
export async function abandonedClaims(
  tx: Tx,
  page: { readonly ofAll: boolean; readonly limit: number },
): Promise<OutboxRow[]> {
  const { db, dialect } = sql(tx);
  const query = db<Columns>('outbox').where({ state: 'claimed' }).orderBy('created_on').limit(page.limit);
  if (!page.ofAll) query.whereRaw(`lease_until < ${dialect.now}`);
  const rows = await (dialect.name === 'postgres' ? query.forUpdate().skipLocked() : query);
  return rows.map(fromColumns);
}

/** A chat's messages on their way out, and the account that the next one leaves by. */
export interface Lane {
  readonly chatId: string;
  readonly accountId: string;
}

interface LaneRow {
  chat_id: string;
  account_id: string;
}

/** Lanes that have something due, the longest waiting first. */
export async function dueLanes(tx: Tx, now: Instant, limit: number): Promise<Lane[]> {
  const rows: LaneRow[] = await sql(tx)
    .db('outbox')
    .select('chat_id', 'account_id')
    .where({ state: 'ready' })
    .where('not_before', '<=', now)
    .whereNotExists(
      sql(tx)
        .db('channel_account')
        .whereRaw('channel_account.id = outbox.account_id')
        .where('is_paused', true),
    )
    .groupBy('chat_id', 'account_id')
    .orderByRaw('min(not_before)')
    .limit(limit);
  return rows.map(toLane);
}

/** Whether an account has, or may have, a message for this address on its way. */
export async function isUnderWay(tx: Tx, accountId: string, address: string): Promise<boolean> {
  const row = await sql(tx)
    .db('outbox')
    .select('outbox.message_id')
    .join('chat', 'chat.id', 'outbox.chat_id')
    .where({ 'outbox.account_id': accountId, 'chat.route_address': address })
    .whereIn('outbox.state', ['claimed', 'unknown'])
    .first();
  return row !== undefined;
}

/** Lanes that wait for an account. */
export async function lanesOfAccount(tx: Tx, accountId: string): Promise<Lane[]> {
  const rows: LaneRow[] = await sql(tx)
    .db('outbox')
    .distinct('chat_id', 'account_id')
    .where({ account_id: accountId });
  return rows.map(toLane);
}

function toLane(row: LaneRow): Lane {
  return { chatId: row.chat_id, accountId: row.account_id };
}

/** How much waits, by state. */
export async function outboxDepth(tx: Tx): Promise<Record<string, number>> {
  const rows: { state: string; n: number }[] = await sql(tx)
    .db('outbox')
    .select('state')
    .count('* as n')
    .groupBy('state');
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.n)]));
}

function rowsOf(result: Columns[] | { rows: Columns[] }): Columns[] {
  return Array.isArray(result) ? result : result.rows;
}

function toColumns(row: OutboxRow) {
  return {
    message_id: row.messageId,
    space_id: row.spaceId,
    chat_id: row.chatId,
    sent_event_id: row.sentEventId,
    account_id: row.accountId,
    state: row.state,
    piece: row.piece,
    attempt: row.attempt,
    first_attempt_on: row.firstAttemptOn ?? null,
    last_attempt_on: row.lastAttemptOn ?? null,
    looks: row.looks,
    not_before: row.notBefore,
    owner: row.owner ?? null,
    lease_until: row.leaseUntil ?? null,
    created_on: row.createdOn,
  };
}

function fromColumns(row: Columns): OutboxRow {
  return {
    messageId: row.message_id,
    spaceId: row.space_id,
    chatId: row.chat_id,
    sentEventId: row.sent_event_id,
    accountId: row.account_id,
    state: row.state,
    piece: row.piece,
    attempt: row.attempt,
    firstAttemptOn: row.first_attempt_on ?? undefined,
    lastAttemptOn: row.last_attempt_on ?? undefined,
    looks: row.looks,
    notBefore: row.not_before,
    owner: row.owner ?? undefined,
    leaseUntil: row.lease_until ?? undefined,
    createdOn: row.created_on,
  };
}
