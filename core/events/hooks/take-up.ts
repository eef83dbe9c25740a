import { newId } from '../../model/id';
import type { Instant } from '../../model/instant';
import { wants } from '../../model/subscription';
import { eventsAfter, type LoggedEvent } from '../../store/events';
import type { Tx } from '../../store/tx';
import { insertDeliveries, type WebhookDelivery } from '../../store/webhook-deliveries';
import { advanceReplay, nextReplay, type WebhookReplay } from '../../store/webhook-replays';
import { lockWebhook, moveOn, type Webhook } from '../../store/webhooks';

export interface TakeUpOptions {
  readonly spaceId: string;
  readonly webhookId: string;
  /** At most so many events are looked at. */
  readonly limit: number;
  readonly now: Instant;
}

export interface TakenUp {
  /** As it is then; absent when it is gone or gets nothing any more. */
  readonly webhook?: Webhook;
  readonly deliveries: readonly WebhookDelivery[];
  readonly hasMore: boolean;
}

const NOTHING: TakenUp = { deliveries: [], hasMore: false };

/**
 * Makes deliveries of what is new in the log, numbered for this endpoint without gaps, and notes how far it came: one
 * transaction, so that a crash neither skips an event nor gives a number twice.
 */
export async function takeUp(tx: Tx, options: TakeUpOptions): Promise<TakenUp> {
  const webhook = await lockWebhook(tx, options.spaceId, options.webhookId);
  if (!webhook?.isEnabled) return NOTHING;
  const { spaceId, cursor: after } = webhook;
  const events = await eventsAfter(tx, { spaceId, after, limit: options.limit });
  const wanted = events.filter((event) => wants(webhook.subscriptions, event));
  const deliveries = makeDeliveries(webhook, wanted, { now: options.now, isReplay: false });
  const cursor = events.at(-1)?.seq ?? after;
  const moved = cursor > after ? await store(tx, { ...webhook, cursor }, deliveries) : webhook;
  return { webhook: moved, deliveries, hasMore: events.length === options.limit };
}

/** The same for what somebody asked to have once more. */
export async function takeUpReplay(tx: Tx, options: TakeUpOptions): Promise<TakenUp> {
  const webhook = await lockWebhook(tx, options.spaceId, options.webhookId);
  if (!webhook?.isEnabled) return NOTHING;
  const replay = await nextReplay(tx, webhook.id);
  if (!replay) return NOTHING;
  const { spaceId } = webhook;
  const page = await eventsAfter(tx, { spaceId, after: replay.at, limit: options.limit });
  const events = page.filter(({ seq = 0 }) => seq <= replay.to);
  const wanted = events.filter((event) => isAskedFor(replay, webhook, event));
  const deliveries = makeDeliveries(webhook, wanted, { now: options.now, isReplay: true });
  const isDone = events.length < options.limit;
  await advanceReplay(tx, { ...replay, at: isDone ? replay.to : (events.at(-1)?.seq ?? replay.to) });
  return { webhook: await store(tx, webhook, deliveries), deliveries, hasMore: true };
}

function isAskedFor(replay: WebhookReplay, webhook: Webhook, event: LoggedEvent): boolean {
  return replay.types ? replay.types.includes(event.name) : wants(webhook.subscriptions, event);
}

async function store(tx: Tx, webhook: Webhook, deliveries: readonly WebhookDelivery[]): Promise<Webhook> {
  if (deliveries.length > 0) await insertDeliveries(tx, deliveries);
  const given = deliveries.reduce((sum, { count }) => sum + count, 0);
  const moved = { ...webhook, sequence: webhook.sequence + given };
  await moveOn(tx, moved);
  return moved;
}

interface Making {
  readonly now: Instant;
  readonly isReplay: boolean;
}

/** Deliveries of these events, with the endpoint's next numbers. */
export function makeDeliveries(
  webhook: Webhook,
  events: readonly LoggedEvent[],
  making: Making,
): WebhookDelivery[] {
  const size = webhook.batch ? webhook.maxBatchSize : 1;
  const deliveries: WebhookDelivery[] = [];
  let sequence = webhook.sequence + 1;
  for (let start = 0; start < events.length; start += size) {
    const group = events.slice(start, start + size);
    deliveries.push(makeDelivery(webhook, group, { ...making, sequence }));
    sequence += group.length;
  }
  return deliveries;
}

function makeDelivery(
  webhook: Webhook,
  events: readonly LoggedEvent[],
  { now, isReplay, sequence }: Making & { readonly sequence: number },
): WebhookDelivery {
  const { spaceId, id: webhookId } = webhook;
  return {
    ...{ spaceId, id: newId(), webhookId, sequence, count: events.length },
    seqs: events.map(({ seq = 0 }) => seq),
    lane: `${isReplay ? 'again ' : ''}${laneOf(webhook, events)}`,
    ...{ state: 'waiting', isReplay, attempts: 0, notBefore: now, createdOn: now },
  };
}

// Inside a chat the order holds; a batch holds many chats, so batches leave one after the other.
function laneOf(webhook: Webhook, [first]: readonly LoggedEvent[]): string {
  return webhook.batch ? 'batches' : (first?.chatId ?? first?.entityId ?? '');
}
