import { CATALOGUE } from '../events/catalogue';
import { send } from '../events/hooks/attempt';
import { liveSecrets } from '../events/hooks/secrets';
import { etagOf } from '../model/etag';
import { isId, newId } from '../model/id';
import { type Instant, iso } from '../model/instant';
import { invalid, notFound, Problem } from '../model/problem';
import { lastSeq, seqAt } from '../store/events';
import type { Tx } from '../store/tx';
import * as store from '../store/webhook-deliveries';
import { insertReplay, type WebhookReplay } from '../store/webhook-replays';
import { nudge } from '../store/webhooks';
import { businessOnly, type Caller } from './caller';
import type { Context } from './context';
import { known } from './webhooks';

/** What was sent to an endpoint, the newest first. */
export async function list(
  caller: Caller,
  webhookId: string,
  page: Pick<store.DeliveryPage, 'state' | 'before' | 'limit'>,
): Promise<store.WebhookDelivery[]> {
  businessOnly(caller);
  return caller.read(async (tx) => {
    const webhook = await known(tx, caller, webhookId);
    return store.listDeliveries(tx, { spaceId: caller.spaceId, webhookId: webhook.id, ...page });
  });
}

/** Sends a delivery once more, with its old number; for the dead letters. */
export async function redeliver(
  context: Context,
  caller: Caller,
  key: { readonly webhookId: string; readonly deliveryId: string },
): Promise<store.WebhookDelivery> {
  businessOnly(caller);
  const { spaceId } = caller;
  return caller.transaction(async (tx) => {
    const webhook = await known(tx, caller, key.webhookId);
    const found = isId(key.deliveryId)
      ? await store.findDelivery(tx, { spaceId, webhookId: webhook.id, id: key.deliveryId })
      : undefined;
    if (!found) throw notFound('delivery', key.deliveryId);
    // What waits is not touched: the lane that has it tries it again now.
    const now = context.now();
    if (found.state !== 'waiting') await store.beginAnew(tx, { webhookId: webhook.id, id: found.id, now });
    await wakeLane(context, tx, webhook);
    return (await store.findDelivery(tx, { spaceId, webhookId: webhook.id, id: found.id })) ?? found;
  });
}

export interface ReplayWish {
  /** A `seq`, or a time. */
  readonly from: number | Instant;
  readonly to?: number | Instant | undefined;
  readonly isByTime: boolean;
  readonly types?: readonly string[] | undefined;
}

/** Sends a part of the log once more, with new numbers; beside what happens meanwhile. */
export async function replay(
  context: Context,
  caller: Caller,
  webhookId: string,
  wish: ReplayWish,
): Promise<WebhookReplay> {
  businessOnly(caller);
  const stranger = wish.types?.findIndex((type) => !CATALOGUE.has(type)) ?? -1;
  if (stranger >= 0) throw invalid(`types.${stranger}`, 'unknown; GET /webhooks/availableevents lists them');
  return caller.transaction(async (tx) => {
    const webhook = await known(tx, caller, webhookId);
    if (!webhook.isEnabled) throw new Problem('conflict', 'the web hook is disabled; enable it first');
    const { from, to } = await rangeOf(tx, caller.spaceId, wish);
    const made: WebhookReplay = {
      ...{ spaceId: caller.spaceId, id: newId(), webhookId: webhook.id },
      ...{ from, to, at: from - 1, types: wish.types },
      ...{ createdOn: context.now(), createdBy: caller.by },
    };
    await insertReplay(tx, made);
    await wakeLane(context, tx, webhook);
    return made;
  });
}

async function rangeOf(tx: Tx, spaceId: string, wish: ReplayWish) {
  const last = await lastSeq(tx, spaceId);
  const from = wish.isByTime ? await seqAt(tx, spaceId, wish.from) : wish.from;
  const until =
    wish.to === undefined ? last : wish.isByTime ? (await seqAt(tx, spaceId, wish.to + 1)) - 1 : wish.to;
  const to = Math.min(until, last);
  if (from > to) throw invalid('from', `there is no event in this range; the log goes from 1 to ${last}`);
  return { from, to };
}

async function wakeLane(
  context: Context,
  tx: Tx,
  webhook: { readonly id: string; readonly spaceId: string },
): Promise<void> {
  await nudge(tx, webhook);
  tx.afterCommit(context.onWebhook);
}

/** How an endpoint took an example. */
export interface TestResult {
  readonly ok: boolean;
  readonly attempt: store.DeliveryAttempt;
}

/** Sends an example of an event at once, outside of the numbers, and says what came back. */
export async function test(
  context: Context,
  caller: Caller & { readonly partnerId: string },
  webhookId: string,
  type: string,
): Promise<TestResult> {
  businessOnly(caller);
  const example = CATALOGUE.get(type)?.example;
  if (!example) throw invalid('type', 'unknown; GET /webhooks/availableevents lists them');
  const webhook = await caller.read((tx) => known(tx, caller, webhookId));
  const [id, on] = [newId(), context.now()];
  const envelope = {
    ...{ eventId: id, accountId: caller.partnerId, apiSpaceId: caller.spaceId, name: type, payload: example },
    ...{ revision: 0, etag: etagOf({ revision: 0, updatedOn: on }), timestamp: iso(on), seq: 0 },
  };
  const body = JSON.stringify(webhook.batch ? [envelope] : envelope);
  const { status = 0, record } = await send(context, {
    ...{ webhook, id, body, secrets: liveSecrets(context.vault, webhook, on) },
    headers: { 'x-parley-test': 'true' },
  });
  return { ok: status >= 200 && status < 300, attempt: record };
}
