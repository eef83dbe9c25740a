import type { Instant } from '../model/instant';
import { present } from './json-column';
import { sql, type Tx } from './tx';

/** One POST to an endpoint, with one event or several. */
export interface WebhookDelivery {
  readonly spaceId: string;
  readonly id: string;
  readonly webhookId: string;
  /** The number of its first event at this endpoint. */
  readonly sequence: number;
  readonly count: number;
  /** Its events in the log of the space. */
  readonly seqs: readonly number[];
  /** Those with the same one leave one after the other. */
  readonly lane: string;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly isReplay: boolean;
  readonly attempts: number;
  readonly notBefore: Instant;
  readonly lastAttempt?: DeliveryAttempt | undefined;
  /** Since when it is to be delivered; its time runs from then. */
  readonly createdOn: Instant;
  readonly settledOn?: Instant | undefined;
}

/** How the last attempt went. */
export interface DeliveryAttempt {
  readonly on: Instant;
  readonly durationMs: number;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** The beginning of the answer. */
  readonly answer?: string;
  readonly error?: string;
}

interface DeliveryRow {
  id: string;
  space_id: string;
  webhook_id: string;
  sequence: number;
  count: number;
  seqs: string;
  lane: string;
  state: WebhookDelivery['state'];
  is_replay: boolean | number;
  attempts: number;
  not_before: number;
  last_attempt: string | null;
  created_on: number;
  settled_on: number | null;
}

export async function insertDeliveries(tx: Tx, deliveries: readonly WebhookDelivery[]): Promise<void> {
  const { db, dialect } = sql(tx);
  await dialect.insert(db, { table: 'webhook_delivery', rows: deliveries.map((one) => ({ ...toRow(one) })) });
}

/** Notes what became of some of them. */
export async function updateDeliveries(tx: Tx, deliveries: readonly WebhookDelivery[]): Promise<void> {
  const { db, dialect } = sql(tx);
  const rows = deliveries.map((one) => {
    const { id, state, attempts, not_before, last_attempt, settled_on } = toRow(one);
    return { id, state, attempts, not_before, last_attempt, settled_on };
  });
  await dialect.update(db, { table: 'webhook_delivery', keys: ['id'], rows });
}

/** What was given up, or has waited long, gets its whole time anew. */
export async function beginAnew(tx: Tx, which: BeginAnew): Promise<void> {
  const { webhookId, id, now } = which;
  const query = sql(tx).db('webhook_delivery').where({ webhook_id: webhookId });
  query.where(id === undefined ? { state: 'waiting' } : { id });
  const since = { created_on: now, not_before: now };
  await query.update({ ...since, state: 'waiting', attempts: 0, settled_on: null });
}

export interface BeginAnew {
  readonly webhookId: string;
  /** Absent: all that waits. */
  readonly id?: string;
  readonly now: Instant;
}

/** What waits at an endpoint after a number, in order. */
export async function waitingDeliveries(
  tx: Tx,
  page: { readonly webhookId: string; readonly after: number; readonly limit: number },
): Promise<WebhookDelivery[]> {
  const rows: DeliveryRow[] = await sql(tx)
    .db('webhook_delivery')
    .where({ webhook_id: page.webhookId, state: 'waiting' })
    .where('sequence', '>', page.after)
    .orderBy('sequence')
    .limit(page.limit);
  return rows.map(toDelivery);
}

export interface DeliveryPage {
  readonly spaceId: string;
  readonly webhookId: string;
  readonly state?: WebhookDelivery['state'] | undefined;
  /** Only numbers below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The deliveries of an endpoint, the newest first. */
export async function listDeliveries(tx: Tx, page: DeliveryPage): Promise<WebhookDelivery[]> {
  const query = sql(tx)
    .db<DeliveryRow>('webhook_delivery')
    .where({ space_id: page.spaceId, webhook_id: page.webhookId })
    .orderBy('sequence', 'desc')
    .limit(page.limit);
  if (page.state !== undefined) query.where('state', page.state);
  if (page.before !== undefined) query.where('sequence', '<', page.before);
  return (await query).map(toDelivery);
}

export async function findDelivery(
  tx: Tx,
  key: { readonly spaceId: string; readonly webhookId: string; readonly id: string },
): Promise<WebhookDelivery | undefined> {
  const row: DeliveryRow | undefined = await sql(tx)
    .db('webhook_delivery')
    .where({ space_id: key.spaceId, webhook_id: key.webhookId, id: key.id })
    .first();
  return row && toDelivery(row);
}

/** How much waits at an endpoint, and how much was given up. */
export async function countDeliveries(
  tx: Tx,
  webhookId: string,
): Promise<{ readonly waiting: number; readonly dead: number }> {
  const rows: { state: string; n: number }[] = await sql(tx)
    .db('webhook_delivery')
    .select('state')
    .count('* as n')
    .where({ webhook_id: webhookId })
    .whereIn('state', ['waiting', 'dead'])
    .groupBy('state');
  const counts = new Map(rows.map((row) => [row.state, Number(row.n)]));
  return { waiting: counts.get('waiting') ?? 0, dead: counts.get('dead') ?? 0 };
}

/** Forgets what was settled long ago; gives how many. */
export async function forgetDeliveries(
  tx: Tx,
  before: { readonly delivered: Instant; readonly dead: Instant },
): Promise<number> {
  const of = (state: string, on: Instant) =>
    sql(tx).db('webhook_delivery').where({ state }).where('settled_on', '<', on).delete();
  return (await of('delivered', before.delivered)) + (await of('dead', before.dead));
}

function toRow(delivery: WebhookDelivery): DeliveryRow {
  return {
    id: delivery.id,
    space_id: delivery.spaceId,
    webhook_id: delivery.webhookId,
    sequence: delivery.sequence,
    count: delivery.count,
    seqs: JSON.stringify(delivery.seqs),
    lane: delivery.lane,
    state: delivery.state,
    is_replay: delivery.isReplay,
    attempts: delivery.attempts,
    not_before: delivery.notBefore,
    last_attempt: delivery.lastAttempt ? JSON.stringify(delivery.lastAttempt) : null,
    created_on: delivery.createdOn,
    settled_on: delivery.settledOn ?? null,
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    spaceId: row.space_id,
    webhookId: row.webhook_id,
    sequence: row.sequence,
    count: row.count,
    seqs: JSON.parse(row.seqs),
    lane: row.lane,
    state: row.state,
    isReplay: Boolean(row.is_replay),
    attempts: row.attempts,
    notBefore: row.not_before,
    createdOn: row.created_on,
    ...present({
      lastAttempt: row.last_attempt === null ? undefined : JSON.parse(row.last_attempt),
      settledOn: row.settled_on,
    }),
  };
}
