import type { Instant } from '../model/instant';
import type { Subscription } from '../model/subscription';
import { type Made, type MadeRow, madeRow, toMade } from './made';
import { held, sql, type Tx } from './tx';

/** An address of a business that events are delivered to. */
export interface Webhook extends Made {
  readonly spaceId: string;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** None: everything. */
  readonly subscriptions: readonly Subscription[];
  /** The signing secrets, encrypted. */
  readonly secrets: string;
  readonly batch: boolean;
  readonly maxBatchSize: number;
  readonly batchTimeoutSecs: number;
  readonly heartbeatSecs?: number | undefined;
  readonly isEnabled: boolean;
  readonly disabledReason?: string | undefined;
  readonly failingSince?: Instant | undefined;
  readonly lastSuccessOn?: Instant | undefined;
  /** The `seq` up to which the log was taken up. */
  readonly cursor: number;
  /** The number that was given last. */
  readonly sequence: number;
  /** Grows when somebody wants its lane to look again at what waits. */
  readonly nudges: number;
  readonly deletedOn?: Instant | undefined;
}

interface WebhookRow extends MadeRow {
  id: string;
  space_id: string;
  name: string;
  url: string;
  subscriptions: string;
  secrets: string;
  batch: boolean | number;
  max_batch_size: number;
  batch_timeout_secs: number;
  heartbeat_secs: number | null;
  is_enabled: boolean | number;
  disabled_reason: string | null;
  failing_since: number | null;
  last_success_on: number | null;
  cursor: number;
  sequence: number;
  nudges: number;
  deleted_on: number | null;
}

export async function insertWebhook(tx: Tx, webhook: Webhook): Promise<void> {
  await sql(tx).db('webhook').insert(toRow(webhook));
}

export async function findWebhook(tx: Tx, spaceId: string, id: string): Promise<Webhook | undefined> {
  const row: WebhookRow | undefined = await living(tx).where({ space_id: spaceId, id }).first();
  return row && toWebhook(row);
}

/** The same, held until the transaction ends. */
export async function lockWebhook(tx: Tx, spaceId: string, id: string): Promise<Webhook | undefined> {
  const query = living(tx).where({ space_id: spaceId, id }).first();
  const row: WebhookRow | undefined = await held(tx, query);
  return row && toWebhook(row);
}

export async function listWebhooks(tx: Tx, spaceId: string): Promise<Webhook[]> {
  const rows: WebhookRow[] = await living(tx).where({ space_id: spaceId }).orderBy('id');
  return rows.map(toWebhook);
}

/** Those of every space that something is to be delivered to. */
export async function enabledWebhooks(tx: Tx): Promise<Webhook[]> {
  const { db } = sql(tx);
  const rows: WebhookRow[] = await living(tx)
    .where({ is_enabled: true })
    .whereIn('space_id', db('api_space').select('id').whereNull('deleted_on'))
    .orderBy('id');
  return rows.map(toWebhook);
}

export async function updateWebhook(tx: Tx, webhook: Webhook): Promise<void> {
  const { id, space_id, ...row } = toRow(webhook);
  await sql(tx).db('webhook').where({ space_id, id }).update(row);
}

/** Notes how far the log was taken up. */
export async function moveOn(
  tx: Tx,
  webhook: Pick<Webhook, 'id' | 'spaceId' | 'cursor' | 'sequence'>,
): Promise<void> {
  const { id, spaceId, cursor, sequence } = webhook;
  await sql(tx).db('webhook').where({ space_id: spaceId, id }).update({ cursor, sequence });
}

/** An endpoint as somebody knows it, and where it is to be. */
export interface Advance {
  readonly known: Webhook;
  readonly cursor: number;
  readonly sequence: number;
}

/** Notes how far the log was taken up for several endpoints; gives the ids of those that were still as they are known. */
export async function moveAllOn(tx: Tx, advances: readonly Advance[]): Promise<ReadonlySet<string>> {
  const { db, dialect } = sql(tx);
  const source = dialect.source({
    ...{ id: 'uuid', cursor: 'bigint', sequence: 'bigint', known_cursor: 'bigint' },
    ...{ known_sequence: 'bigint', revision: 'bigint' },
  });
  const rows = advances.map(({ known, cursor, sequence }) => ({
    ...{ id: known.id, cursor, sequence, revision: known.revision },
    ...{ known_cursor: known.cursor, known_sequence: known.sequence },
  }));
  const result = await db.raw(
    `update webhook set cursor = v.cursor, sequence = v.sequence from ${source} as v
     where webhook.id = v.id and webhook.cursor = v.known_cursor and webhook.sequence = v.known_sequence
       and webhook.revision = v.revision and webhook.is_enabled and webhook.deleted_on is null
     returning webhook.id`,
    [JSON.stringify(rows)],
  );
  const moved: { id: string }[] = dialect.name === 'postgres' ? result.rows : result;
  return new Set(moved.map(({ id }) => id));
}

/** Notes how the endpoint does. */
export async function noteHealth(
  tx: Tx,
  webhook: Pick<Webhook, 'id' | 'spaceId' | 'failingSince' | 'lastSuccessOn'>,
): Promise<void> {
  const { id, spaceId, failingSince, lastSuccessOn } = webhook;
  await sql(tx)
    .db('webhook')
    .where({ space_id: spaceId, id })
    .update({ failing_since: failingSince ?? null, last_success_on: lastSuccessOn ?? null });
}

/** Asks its lane, on whichever node, to look again. */
export async function nudge(tx: Tx, webhook: Pick<Webhook, 'id' | 'spaceId'>): Promise<void> {
  await sql(tx).db('webhook').where({ space_id: webhook.spaceId, id: webhook.id }).increment('nudges', 1);
}

function living(tx: Tx) {
  return sql(tx).db('webhook').whereNull('deleted_on');
}

function toRow(webhook: Webhook): WebhookRow {
  return {
    id: webhook.id,
    space_id: webhook.spaceId,
    name: webhook.name,
    url: webhook.url,
    subscriptions: JSON.stringify(webhook.subscriptions),
    secrets: webhook.secrets,
    batch: webhook.batch,
    max_batch_size: webhook.maxBatchSize,
    batch_timeout_secs: webhook.batchTimeoutSecs,
    heartbeat_secs: webhook.heartbeatSecs ?? null,
    is_enabled: webhook.isEnabled,
    disabled_reason: webhook.disabledReason ?? null,
    failing_since: webhook.failingSince ?? null,
    last_success_on: webhook.lastSuccessOn ?? null,
    cursor: webhook.cursor,
    sequence: webhook.sequence,
    nudges: webhook.nudges,
    deleted_on: webhook.deletedOn ?? null,
    ...madeRow(webhook),
  };
}

function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    spaceId: row.space_id,
    name: row.name,
    url: row.url,
    subscriptions: JSON.parse(row.subscriptions),
    secrets: row.secrets,
    batch: Boolean(row.batch),
    maxBatchSize: row.max_batch_size,
    batchTimeoutSecs: row.batch_timeout_secs,
    heartbeatSecs: row.heartbeat_secs ?? undefined,
    isEnabled: Boolean(row.is_enabled),
    disabledReason: row.disabled_reason ?? undefined,
    failingSince: row.failing_since ?? undefined,
    lastSuccessOn: row.last_success_on ?? undefined,
    cursor: row.cursor,
    sequence: row.sequence,
    nudges: row.nudges,
    deletedOn: row.deleted_on ?? undefined,
    ...toMade(row),
  };
}
