import type { Lease } from '../../nodes/lease';
import { StoreUnavailable } from '../../store/store';
import type { Tx } from '../../store/tx';
import { updateDeliveries, type WebhookDelivery } from '../../store/webhook-deliveries';
import { noteHealth, type Webhook } from '../../store/webhooks';
import type { HookContext } from './context';

// A crash makes what was not written down go again: that little more, for a tenth of the transactions.
const GATHERED_FOR_MS = 40;
const TRY_AGAIN_MS = 500;

/** How an endpoint does, as it is written down. */
export type HookHealth = Pick<Webhook, 'failingSince' | 'lastSuccessOn'>;

type OutcomesContext = Pick<HookContext, 'store' | 'log'>;

/**
 * Writes down what became of deliveries, behind the sending: that of all endpoints of this node together, many at once.
 * What a crash keeps from being written is delivered again, with the same id and number.
 */
export class Outcomes {
  private readonly context: OutcomesContext;
  private readonly dirty = new Set<Notes>();
  private writing: Promise<void> | undefined;
  private round: Promise<void> = Promise.resolve();
  private endGathering = () => {};

  constructor(context: OutcomesContext) {
    this.context = context;
  }

  /** Where the lane of one endpoint notes them. */
  of(lease: Lease, webhook: Pick<Webhook, 'id' | 'spaceId'>): OutcomesOfOne {
    const notes = new Notes(lease, webhook);
    return {
      add: (delivery) => {
        notes.waiting.set(delivery.id, delivery);
        this.wake(notes);
      },
      note: (health) => {
        notes.health = health;
        this.wake(notes);
      },
      idle: () => this.idle(notes),
    };
  }

  /** Writes now what was noted so far. */
  flush(): void {
    this.endGathering();
  }

  private wake(notes: Notes): void {
    this.dirty.add(notes);
    this.writing ??= this.write();
  }

  private async idle(notes: Notes): Promise<void> {
    while (this.dirty.has(notes) || notes.isBeingWritten) {
      this.flush();
      await this.round;
    }
  }

  private async write(): Promise<void> {
    while (this.dirty.size > 0) {
      this.round = this.once();
      await this.round;
    }
    // In the same turn as the last look, so that nothing is noted in vain.
    this.writing = undefined;
  }

  private async once(): Promise<void> {
    await this.gather();
    const pages = [...this.dirty].map((notes) => notes.turn());
    this.dirty.clear();
    await this.storeAll(pages);
  }

  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHERED_FOR_MS);
      this.endGathering = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async storeAll(pages: readonly Page[]): Promise<void> {
    try {
      await this.store(pages);
      for (const { notes } of pages) notes.isBeingWritten = false;
    } catch (error) {
      if (pages.length === 1 && pages[0]) await this.failed(pages[0], error);
      // Whatever is wrong with one of them, the others are written.
      else await Promise.all(pages.map((page) => this.storeAll([page])));
    }
  }

  private store(pages: readonly Page[]): Promise<void> {
    return this.context.store.lightTransaction(async (tx) => {
      for (const { notes } of pages) await notes.lease.fence(tx);
      const deliveries = pages.flatMap((page) => page.deliveries);
      if (deliveries.length > 0) await updateDeliveries(tx, deliveries);
      for (const page of pages) await writeHealth(tx, page);
    });
  }

  private async failed({ notes, deliveries, health }: Page, error: unknown): Promise<void> {
    if (error instanceof StoreUnavailable && notes.lease.isHeld()) {
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS).unref());
      // What was said meanwhile is newer.
      notes.waiting = new Map([...deliveries.map((one) => [one.id, one] as const), ...notes.waiting]);
      notes.health ??= health;
      this.dirty.add(notes);
    } else {
      this.context.log.warn(
        { error, webhookId: notes.webhook.id },
        'outcomes of deliveries not written down',
      );
    }
    notes.isBeingWritten = false;
  }
}

/** What is written down of one endpoint. */
export interface OutcomesOfOne {
  add(delivery: WebhookDelivery): void;
  note(health: HookHealth): void;
  /** Resolves when all is written, or belongs to another node. */
  idle(): Promise<void>;
}

interface Page {
  readonly notes: Notes;
  readonly deliveries: readonly WebhookDelivery[];
  readonly health: HookHealth | undefined;
}

class Notes {
  readonly lease: Lease;
  readonly webhook: Pick<Webhook, 'id' | 'spaceId'>;
  waiting = new Map<string, WebhookDelivery>();
  health: HookHealth | undefined;
  isBeingWritten = false;

  constructor(lease: Lease, webhook: Pick<Webhook, 'id' | 'spaceId'>) {
    this.lease = lease;
    this.webhook = webhook;
  }

  /** Gives what was noted so far, and begins anew. */
  turn(): Page {
    const page = { notes: this, deliveries: [...this.waiting.values()], health: this.health };
    this.waiting = new Map();
    this.health = undefined;
    this.isBeingWritten = true;
    return page;
  }
}

async function writeHealth(tx: Tx, { notes, health }: Page): Promise<void> {
  if (health) await noteHealth(tx, { ...notes.webhook, ...health });
}
