import { wants } from '../../model/subscription';
import type { Lease } from '../../nodes/lease';
import type { Tx } from '../../store/tx';
import { insertDeliveries, type WebhookDelivery } from '../../store/webhook-deliveries';
import { type Advance, moveAllOn, type Webhook } from '../../store/webhooks';
import type { RecentEvents } from '../recent';
import type { HookContext } from './context';
import { makeDeliveries, type TakenUp, type TakeUpOptions, takeUp, takeUpReplay } from './take-up';

const TAKEN_UP_AT_ONCE = 250;
// Under load a transaction costs more than what is in it: the first event waits for nothing, those behind it gather.
const LEAST_BETWEEN_MS = 15;

/** An endpoint for which the log is to be taken up. */
export interface Taking {
  /** As it was known last. */
  readonly webhook: Webhook;
  readonly partnerId: string;
  readonly lease: Lease;
  /** So far goes the log. */
  readonly lastSeq: number;
}

type TakeUpsContext = Pick<HookContext, 'store' | 'log' | 'now'>;

interface Waiting extends Taking {
  readonly resolve: (taken: TakenUp) => void;
  readonly reject: (error: unknown) => void;
}

interface Prepared extends Advance {
  readonly of: Waiting;
  readonly deliveries: readonly WebhookDelivery[];
  readonly hasMore: boolean;
}

/**
 * Takes up the log for the endpoints of this node: for all that ask at the same time in one transaction, since one
 * event wakes them all. Whatever keeps one of them from it does not keep the others.
 */
export class TakeUps {
  private readonly context: TakeUpsContext;
  private readonly recent: RecentEvents;
  private readonly onRound: () => void;
  private waiting: Waiting[] = [];
  private draining: Promise<void> | undefined;
  private nextRoundAt = 0;

  /** `onRound` is called whenever a transaction begins: what else there is to write can go along with it. */
  constructor(context: TakeUpsContext, recent: RecentEvents, onRound: () => void) {
    this.context = context;
    this.recent = recent;
    this.onRound = onRound;
  }

  /** Makes deliveries of what is new. */
  next(taking: Taking): Promise<TakenUp> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...taking, resolve, reject });
      this.draining ??= this.drain();
    });
  }

  /** Makes deliveries of what somebody asked to have once more. */
  nextReplay(taking: Taking): Promise<TakenUp> {
    return this.alone(taking, takeUpReplay);
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.turn();
      const group = this.waiting;
      this.waiting = [];
      await this.takeAll(group);
    }
    this.draining = undefined;
  }

  private async turn(): Promise<void> {
    // Whoever heard of the same event is here after this turn of the event loop.
    await new Promise(setImmediate);
    const earlyMs = this.nextRoundAt - performance.now();
    if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs));
    this.nextRoundAt = performance.now() + LEAST_BETWEEN_MS;
  }

  private async takeAll(group: readonly Waiting[]): Promise<void> {
    try {
      const prepared = await Promise.all(group.map((one) => this.prepare(one)));
      const moved = await this.write(prepared);
      for (const { of, known, cursor, sequence, deliveries, hasMore } of prepared)
        if (moved.has(known.id)) of.resolve({ webhook: { ...known, cursor, sequence }, deliveries, hasMore });
      await this.eachAlone(group.filter(({ webhook }) => !moved.has(webhook.id)));
    } catch (error) {
      // Each for itself finds out what is wrong with it, and hears of it.
      this.context.log.debug({ error }, 'events taken up for one endpoint after the other');
      await this.eachAlone(group);
    }
  }

  private async prepare(of: Waiting): Promise<Prepared> {
    const { webhook: known, partnerId, lastSeq } = of;
    const range = { after: known.cursor, upTo: lastSeq, limit: TAKEN_UP_AT_ONCE };
    const events = await this.recent.after({ spaceId: known.spaceId, partnerId }, range);
    const wanted = events.filter((event) => wants(known.subscriptions, event));
    const deliveries = makeDeliveries(known, wanted, { now: this.context.now(), isReplay: false });
    const given = deliveries.reduce((sum, { count }) => sum + count, 0);
    return {
      ...{ of, known, deliveries, cursor: events.at(-1)?.seq ?? known.cursor },
      ...{ sequence: known.sequence + given, hasMore: events.length === TAKEN_UP_AT_ONCE },
    };
  }

  private write(prepared: readonly Prepared[]): Promise<ReadonlySet<string>> {
    this.onRound();
    // Durable before anything leaves: a receiver is never shown one number under two ids of deliveries.
    return this.context.store.transaction(async (tx) => {
      for (const { of } of prepared) await of.lease.fence(tx);
      const moved = await moveAllOn(tx, prepared);
      const deliveries = prepared.flatMap((one) => (moved.has(one.known.id) ? one.deliveries : []));
      if (deliveries.length > 0) await insertDeliveries(tx, deliveries);
      return moved;
    });
  }

  /** Of an endpoint that somebody changed meanwhile, what is in the database is looked at first. */
  private async eachAlone(group: readonly Waiting[]): Promise<void> {
    await Promise.all(group.map((one) => this.alone(one, takeUp).then(one.resolve, one.reject)));
  }

  private alone(
    { webhook, lease }: Taking,
    how: (tx: Tx, options: TakeUpOptions) => Promise<TakenUp>,
  ): Promise<TakenUp> {
    const { store, now } = this.context;
    const { spaceId, id: webhookId } = webhook;
    return store.transaction(async (tx) => {
      await lease.fence(tx);
      return how(tx, { spaceId, webhookId, limit: TAKEN_UP_AT_ONCE, now: now() });
    });
  }
}
