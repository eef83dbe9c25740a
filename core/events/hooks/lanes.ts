import type { Lease } from '../../nodes/lease';
import { StoreUnavailable } from '../../store/store';
import { enabledWebhooks, type Webhook } from '../../store/webhooks';
import type { HookContext } from './context';
import { sendHeartbeat } from './heartbeat';
import { HookLane } from './lane';
import { type LaneContext, laneContext } from './lane-context';

const REFRESH_EVERY_MS = 3_000;

interface Running {
  readonly lane: HookLane;
  readonly lease: Lease;
  readonly unfollow: () => void;
  readonly heartbeat?: NodeJS.Timeout;
  readonly revision: number;
}

/** The lanes of the endpoints that this node speaks for; each apart from the others. */
export class HookLanes {
  private readonly context: LaneContext;
  private known = new Map<string, Webhook>();
  private held: ReadonlyMap<string, Lease> = new Map();
  private readonly running = new Map<string, Running>();
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private readonly ending = new Map<string, Promise<void>>();
  private isAsked = false;
  private isStopped = false;

  constructor(context: HookContext) {
    this.context = laneContext(context);
    context.leases.onChange = (held) => {
      this.held = held;
      return this.align();
    };
  }

  start(): void {
    this.timer = setInterval(() => this.refresh(), REFRESH_EVERY_MS).unref();
    this.refresh();
  }

  /** An endpoint was made, changed or deleted, or something is to be delivered again. */
  refresh(): void {
    this.isAsked = true;
    this.refreshing ??= this.look().finally(() => {
      this.refreshing = undefined;
    });
  }

  /** Ends what is under way, and writes it down. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.refreshing;
    await Promise.all([...this.running.keys()].map((id) => this.end(id)));
  }

  private async look(): Promise<void> {
    while (this.isAsked && !this.isStopped) {
      this.isAsked = false;
      try {
        const found = await this.context.store.read(enabledWebhooks);
        this.known = new Map(found.map((webhook) => [webhook.id, webhook]));
        this.context.leases.want(new Set(this.known.keys()));
        // An endpoint that is slow to end must not keep a new one waiting.
        this.align().catch((error: unknown) => this.context.log.error({ error }, 'a web hook did not end'));
      } catch (error) {
        const level = error instanceof StoreUnavailable ? 'debug' : 'error';
        this.context.log[level]({ error }, 'web hooks not looked for');
      }
    }
  }

  /** Runs a lane for each endpoint that is enabled and ours, and for no other; resolves when those others have ended. */
  private async align(): Promise<void> {
    for (const id of this.running.keys()) if (this.isOver(id)) void this.end(id);
    for (const [id, webhook] of this.known) this.run(id, webhook);
    await Promise.all(this.ending.values());
  }

  private run(id: string, webhook: Webhook): void {
    // It may be its own predecessor that still has a request under way; then it begins when that has ended.
    if (this.ending.has(id)) return;
    const lease = this.held.get(id);
    const running = this.running.get(id);
    if (running) this.follow(running, webhook);
    else if (lease && !this.isStopped) this.begin(webhook, lease);
  }

  private isOver(id: string): boolean {
    const running = this.running.get(id);
    // After a pause of this node, the lease of the same endpoint is another one.
    return running?.lane.isOver || !this.known.has(id) || this.held.get(id) !== running?.lease;
  }

  private begin(webhook: Webhook, lease: Lease): void {
    const lane = new HookLane(this.context, lease, webhook);
    lane.advance(0);
    this.running.set(webhook.id, {
      lane,
      lease,
      unfollow: this.context.feed.follow(webhook.spaceId, (lastSeq) => lane.advance(lastSeq)),
      revision: webhook.revision,
      ...this.heartbeatOf(lane, webhook),
    });
  }

  private heartbeatOf(lane: HookLane, { heartbeatSecs, id: webhookId }: Webhook) {
    if (heartbeatSecs === undefined) return {};
    const beat = () =>
      sendHeartbeat(this.context, lane).catch((error: unknown) =>
        this.context.log.debug({ error, webhookId }, 'heartbeat not sent'),
      );
    return { heartbeat: setInterval(beat, heartbeatSecs * 1000).unref() };
  }

  private follow(running: Running, webhook: Webhook): void {
    if (webhook.revision !== running.revision) {
      clearInterval(running.heartbeat);
      const { lane, lease, unfollow } = running;
      this.running.set(webhook.id, {
        ...{ lane, lease, unfollow, revision: webhook.revision },
        ...this.heartbeatOf(lane, webhook),
      });
    }
    running.lane.follow(webhook);
  }

  /** An endpoint that hangs takes its time to end; the others begin and go on meanwhile. */
  private end(id: string): Promise<void> {
    const known = this.ending.get(id);
    const running = this.running.get(id);
    if (known || !running) return known ?? Promise.resolve();
    running.unfollow();
    clearInterval(running.heartbeat);
    const ended = running.lane.stop().finally(() => {
      this.running.delete(id);
      this.ending.delete(id);
      const webhook = this.known.get(id);
      if (webhook) this.run(id, webhook);
    });
    this.ending.set(id, ended);
    return ended;
  }
}
