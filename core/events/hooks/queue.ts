import type { Instant } from '../../model/instant';
import type { WebhookDelivery } from '../../store/webhook-deliveries';

interface LaneOfOne {
  readonly waiting: WebhookDelivery[];
  isBusy: boolean;
}

/** What waits at one endpoint, in memory: one lane for each chat, of which only the first delivery may leave. */
export class DeliveryQueue {
  private readonly lanes = new Map<string, LaneOfOne>();
  private readonly ids = new Set<string>();

  /** How many wait or are under way. */
  get size(): number {
    return this.ids.size;
  }

  /** Adds what is not there yet, in the order of the numbers. */
  add(deliveries: readonly WebhookDelivery[]): void {
    for (const delivery of deliveries) {
      if (this.ids.has(delivery.id)) continue;
      this.ids.add(delivery.id);
      const lane = this.lanes.get(delivery.lane) ?? { waiting: [], isBusy: false };
      this.lanes.set(delivery.lane, lane);
      insertInOrder(lane.waiting, delivery);
    }
  }

  /** Takes the next delivery that is due, and keeps its lane busy until it is `settled` or `returned`. */
  next(now: Instant): WebhookDelivery | undefined {
    for (const lane of this.lanes.values()) {
      const [head] = lane.waiting;
      if (!head || lane.isBusy || head.notBefore > now) continue;
      lane.isBusy = true;
      return head;
    }
    return undefined;
  }

  /** It is over with this delivery: the next of its lane may leave. */
  settled(delivery: WebhookDelivery): void {
    const lane = this.lanes.get(delivery.lane);
    if (!lane) return;
    lane.waiting.shift();
    lane.isBusy = false;
    this.ids.delete(delivery.id);
    this.lanes.delete(delivery.lane);
    // Behind the others, so that a busy chat does not keep them waiting.
    if (lane.waiting.length > 0) this.lanes.set(delivery.lane, lane);
  }

  /** It stays at the head of its lane, as it is now. */
  returned(delivery: WebhookDelivery): void {
    const lane = this.lanes.get(delivery.lane);
    if (!lane) return;
    lane.waiting[0] = delivery;
    lane.isBusy = false;
    this.lanes.delete(delivery.lane);
    this.lanes.set(delivery.lane, lane);
  }

  /** What is due and comes next, at most so many; they stay where they are. */
  upcoming(now: Instant, most: number): WebhookDelivery[] {
    const next: WebhookDelivery[] = [];
    for (const { waiting, isBusy } of this.lanes.values()) {
      if (next.length >= most) break;
      const [head] = waiting;
      if (head && !isBusy && head.notBefore <= now) next.push(head);
    }
    return next;
  }

  /** When the next one is due that nobody is at, `now` if that is so already; undefined when nothing waits. */
  nextDue(now: Instant): Instant | undefined {
    let due: Instant | undefined;
    for (const { waiting, isBusy } of this.lanes.values()) {
      const [head] = waiting;
      if (!head || isBusy) continue;
      // Thousands may wait, and this is asked after each delivery.
      if (head.notBefore <= now) return now;
      due = Math.min(due ?? Infinity, head.notBefore);
    }
    return due;
  }

  /** Whatever waits is due at once: the endpoint answers again. */
  hurry(now: Instant): void {
    for (const { waiting, isBusy } of this.lanes.values()) {
      const [head] = waiting;
      if (head && !isBusy && head.notBefore > now) waiting[0] = { ...head, notBefore: now };
    }
  }

  /** Takes out what has waited beyond its time and is not under way. */
  takeOut(isOver: (delivery: WebhookDelivery) => boolean): WebhookDelivery[] {
    const out: WebhookDelivery[] = [];
    for (const [name, lane] of this.lanes) {
      const [head] = lane.waiting;
      if (lane.isBusy || !head || !isOver(head)) continue;
      out.push(head);
      lane.waiting.shift();
      this.ids.delete(head.id);
      if (lane.waiting.length === 0) this.lanes.delete(name);
    }
    return out;
  }
}

function insertInOrder(waiting: WebhookDelivery[], delivery: WebhookDelivery): void {
  let place = waiting.length;
  while (place > 0 && (waiting[place - 1]?.sequence ?? 0) > delivery.sequence) place -= 1;
  waiting.splice(place, 0, delivery);
}
