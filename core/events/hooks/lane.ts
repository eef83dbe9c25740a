import { afterDelivery, type DeliveryDecision, isOverdue } from '../../model/after-delivery';
import type { Instant } from '../../model/instant';
import { type Lease, LeaseLost } from '../../nodes/lease';
import { findSpace } from '../../store/spaces';
import { StoreUnavailable } from '../../store/store';
import { type WebhookDelivery, waitingDeliveries } from '../../store/webhook-deliveries';
import type { Webhook } from '../../store/webhooks';
import { type Attempted, attempt } from './attempt';
import { bodyOf } from './body';
import { disable } from './disable';
import { EndpointHealth } from './endpoint-health';
import type { LaneContext } from './lane-context';
import type { OutcomesOfOne } from './outcomes';
import { DeliveryQueue } from './queue';
import { OpenedSecrets } from './secrets';
import type { TakenUp } from './take-up';

const MOST_AT_ONCE = 16;
/** What waits beyond this stays in the log until there is room. */
const MOST_WAITING = 5_000;
/** Whose events are read along with those of one delivery, where the log has to be read for it. */
const READ_AHEAD = 64;
const TRY_AGAIN_MS = 1_000;
// A clock that was set, or a machine that slept, is noticed within this.
const LONGEST_SLEEP_MS = 1_000;
const OVERDUE_LOOKED_FOR_EVERY_MS = 60_000;

/**
 * Delivers to one endpoint, for as long as this node holds its lease. Chats leave side by side, the events of one chat
 * one after the other; an endpoint that keeps failing is probed by one request at a time.
 */
export class HookLane {
  private webhook: Webhook;
  private readonly context: LaneContext;
  private readonly lease: Lease;
  private readonly queue = new DeliveryQueue();
  private readonly outcomes: OutcomesOfOne;
  private readonly secrets: OpenedSecrets;
  private readonly health: EndpointHealth;
  private readonly underWay = new Set<Promise<void>>();
  private readonly settledWhileLoading = new Set<string>();
  private partnerId = '';
  private lastSeq = 0;
  private hasReplays = true;
  private isLoaded = false;
  private lookedForOverdueOn = 0;
  private isStopped = false;
  private isAsked = false;
  private working: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private batchDueAt: Instant | undefined;

  constructor(context: LaneContext, lease: Lease, webhook: Webhook) {
    this.context = context;
    this.lease = lease;
    this.webhook = webhook;
    this.health = new EndpointHealth(webhook);
    this.outcomes = context.outcomes.of(lease, webhook);
    this.secrets = new OpenedSecrets(context.vault);
  }

  /** The endpoint as it is known here, and how much waits for it. */
  get mark(): { readonly webhook: Webhook; readonly pending: number; readonly partnerId: string } {
    return { webhook: this.webhook, pending: this.queue.size, partnerId: this.partnerId };
  }

  /** Whether nothing more is delivered by this lane: the endpoint was disabled. */
  get isOver(): boolean {
    return this.isStopped;
  }

  /** The log of the space goes up to here now, as far as is known; what a predecessor left is taken over first. */
  advance(lastSeq: number): void {
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
    this.wake();
  }

  /** Somebody changed the endpoint, or wants it to look again. */
  follow(webhook: Webhook): void {
    const { cursor, sequence, nudges } = this.webhook;
    this.webhook = { ...webhook, cursor: Math.max(cursor, webhook.cursor), sequence };
    if (webhook.nudges !== nudges) {
      this.hasReplays = true;
      this.isLoaded = false;
      this.health.beginAnew(webhook);
      this.queue.hurry(this.context.now());
    }
    this.wake();
  }

  /** Sends nothing more; resolves when what is under way has ended and is written down. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.working;
    await Promise.all(this.underWay);
    await this.outcomes.idle();
  }

  private async load(): Promise<void> {
    const { store } = this.context;
    const { id: webhookId, spaceId } = this.webhook;
    const page = { webhookId, after: 0, limit: MOST_WAITING };
    this.settledWhileLoading.clear();
    // What was delivered, and is not written down yet, would be found to wait.
    await this.outcomes.idle();
    const [space, waiting] = await store.read(async (tx) => [
      await findSpace(tx, spaceId),
      await waitingDeliveries(tx, page),
    ]);
    this.partnerId = space?.partnerId ?? '';
    this.queue.add(waiting.filter(({ id }) => !this.settledWhileLoading.has(id)));
    this.isLoaded = true;
  }

  private wake(): void {
    this.isAsked = true;
    if (!this.isStopped) this.working ??= this.work();
  }

  private async work(): Promise<void> {
    while (this.isAsked && !this.isStopped) {
      this.isAsked = false;
      clearTimeout(this.timer);
      try {
        await this.once();
      } catch (error) {
        if (error instanceof LeaseLost) break;
        const level = error instanceof StoreUnavailable ? 'warn' : 'error';
        this.context.log[level]({ error, webhookId: this.webhook.id }, 'web hook waits');
        this.sleep(TRY_AGAIN_MS);
      }
    }
    // In the same turn as the last look at `isAsked`, so that nobody asks in vain.
    this.working = undefined;
  }

  private async once(): Promise<void> {
    if (!this.isLoaded) await this.load();
    await this.takeUpNew();
    await this.giveUpOverdue();
    this.pump();
    this.sleepUntilDue();
  }

  private async takeUpNew(): Promise<void> {
    const { takeUps } = this.context;
    let hasMore = this.isTimeToTakeUp();
    while (hasMore && this.hasRoom()) hasMore = this.took(await takeUps.next(this.taking()));
    while (this.hasReplays && this.hasRoom())
      this.hasReplays = this.took(await takeUps.nextReplay(this.taking()));
  }

  private taking() {
    const { webhook, partnerId, lease, lastSeq } = this;
    return { webhook, partnerId, lease, lastSeq };
  }

  private hasRoom(): boolean {
    return this.queue.size < MOST_WAITING && !this.isStopped;
  }

  private took({ webhook, deliveries, hasMore }: TakenUp): boolean {
    if (webhook) this.movedTo(webhook);
    this.queue.add(deliveries);
    this.pump();
    return hasMore;
  }

  // Whoever changed the endpoint meanwhile is heard by `follow`, which alone takes notice of nudges.
  private movedTo(webhook: Webhook): void {
    const { cursor, sequence } = webhook;
    const newest = webhook.revision >= this.webhook.revision ? webhook : this.webhook;
    this.webhook = { ...newest, cursor, sequence, nudges: this.webhook.nudges };
  }

  // A batch waits until it is full or its time is over.
  private isTimeToTakeUp(): boolean {
    const { batch, maxBatchSize, batchTimeoutSecs, cursor } = this.webhook;
    if (this.lastSeq <= cursor) return false;
    if (batch && this.lastSeq - cursor < maxBatchSize) {
      const now = this.context.now();
      this.batchDueAt ??= now + batchTimeoutSecs * 1000;
      if (this.batchDueAt > now) return false;
    }
    this.batchDueAt = undefined;
    return true;
  }

  private pump(): void {
    const { now } = this.context;
    while (!this.isStopped && this.lease.isHeld() && this.underWay.size < this.mostAtOnce()) {
      if (this.health.restsUntil > now()) return;
      const delivery = this.queue.next(now());
      if (!delivery) return;
      const sending = this.deliver(delivery).finally(() => {
        this.underWay.delete(sending);
        this.pump();
        if (this.underWay.size < this.mostAtOnce()) this.wake();
      });
      this.underWay.add(sending);
    }
  }

  private mostAtOnce(): number {
    return this.health.isProbed ? 1 : MOST_AT_ONCE;
  }

  private async deliver(delivery: WebhookDelivery): Promise<void> {
    const { webhook, partnerId, context } = this;
    const startedAt = performance.now();
    try {
      const ahead = () => this.queue.upcoming(context.now(), READ_AHEAD);
      const body = await bodyOf(context.recent, { webhook, partnerId, delivery, ahead });
      const secrets = this.secrets.live(webhook, context.now());
      const attempted = await attempt(context, { webhook, delivery, body, secrets });
      await this.ended(delivery, attempted, startedAt);
    } catch (error) {
      // Nothing was sent, or what became of it is not known here: it goes again.
      const level = error instanceof StoreUnavailable ? 'warn' : 'error';
      context.log[level]({ error, webhookId: webhook.id, deliveryId: delivery.id }, 'delivery put off');
      this.queue.returned({ ...delivery, notBefore: context.now() + TRY_AGAIN_MS });
    }
  }

  private async ended(delivery: WebhookDelivery, attempted: Attempted, startedAt: number): Promise<void> {
    const now = this.context.now();
    const tried = { ...delivery, attempts: delivery.attempts + 1, lastAttempt: attempted.record };
    const decision = afterDelivery(attempted, tried, { now, random: Math.random() });
    this.noteHealth(decision, attempted, startedAt);
    switch (decision.step) {
      case 'done':
        return this.settle({ ...tried, state: 'delivered', settledOn: now });
      case 'give-up':
        return this.settle({ ...tried, state: 'dead', settledOn: now });
      case 'retry':
        return this.putOff({ ...tried, notBefore: now + decision.afterMs });
      case 'disable':
        this.putOff({ ...tried, notBefore: now });
        return this.disable(decision.why);
    }
  }

  private settle(delivery: WebhookDelivery): void {
    this.queue.settled(delivery);
    if (!this.isLoaded) this.settledWhileLoading.add(delivery.id);
    this.outcomes.add(delivery);
    this.context.count(delivery.state === 'dead' ? 'dead' : 'delivered');
  }

  private putOff(delivery: WebhookDelivery): void {
    this.queue.returned(delivery);
    this.outcomes.add(delivery);
    this.context.count('retried');
  }

  private noteHealth(decision: DeliveryDecision, { status }: Attempted, startedAt: number): void {
    const now = this.context.now();
    // Whoever answers at all to this one event is there for the others.
    if (decision.step !== 'done' && status !== 400) {
      const failing = this.health.failed(now, startedAt);
      if (failing) this.outcomes.note({ ...failing, lastSuccessOn: this.webhook.lastSuccessOn });
      return;
    }
    if (this.health.isProbed) this.queue.hurry(now);
    const well = this.health.answered(now);
    if (well) this.outcomes.note(well);
  }

  private async giveUpOverdue(): Promise<void> {
    const now = this.context.now();
    if (now - this.lookedForOverdueOn < OVERDUE_LOOKED_FOR_EVERY_MS) return;
    this.lookedForOverdueOn = now;
    // Where the endpoint is not left alone, each of them is tried at least once before.
    const overdue = this.health.isProbed ? this.queue.takeOut((one) => isOverdue(one, now)) : [];
    for (const delivery of overdue) {
      this.outcomes.add({ ...delivery, state: 'dead', settledOn: now });
      this.context.count('dead');
    }
    if (this.health.hasFailedTooLong(now)) await this.disable('it failed for five days');
  }

  private async disable(why: string): Promise<void> {
    this.isStopped = true;
    await disable(this.context, { webhook: this.webhook, lease: this.lease, why });
  }

  private sleepUntilDue(): void {
    const due = [this.queue.nextDue(this.context.now()), this.batchDueAt].filter((at) => at !== undefined);
    if (due.length === 0 || this.underWay.size >= this.mostAtOnce()) return;
    const at = Math.max(Math.min(...due), this.health.restsUntil);
    this.sleep(Math.min(Math.max(at - this.context.now(), 1), LONGEST_SLEEP_MS));
  }

  private sleep(ms: number): void {
    if (!this.isStopped) this.timer = setTimeout(() => this.wake(), ms).unref();
  }
}
