import type { Bus } from '../bus/bus';
import type { Vault } from '../channels/secrets';
import { createEgress, type Egress } from '../egress/egress';
import type { Log } from '../log';
import type { MediaLinks } from '../media/links';
import type { Instant } from '../model/instant';
import type { Leases } from '../nodes/lease';
import type { LastSeqs } from '../store/log-statement';
import type { Store } from '../store/store';
import { Feed } from './feed';
import type { HookContext } from './hooks/context';
import { HookLanes } from './hooks/lanes';
import { lastSeqsIn, News } from './news';
import { Numbering } from './numbering';

export interface EventsOutOptions {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly bus: Bus;
  readonly leases: Leases;
  readonly vault: Vault;
  readonly links: MediaLinks;
  readonly allowPrivateEgress: boolean;
  readonly count: HookContext['count'];
}

const NEWS = 'events';
const HOOKS = 'webhooks';
/** Other nodes need not hear of every commit. */
const TOLD_EVERY_MS = 10;

/** Everything between the commit of an event and its receivers: numbers, the feed of the streams, web hooks. */
export class EventsOut {
  readonly feed: Feed;
  readonly egress: Egress;
  readonly hooks: HookLanes;
  private readonly numbering: Numbering;
  private readonly bus: Bus;
  private readonly hearNoMore: () => void;
  private readonly news = new News();
  private toldTimer: NodeJS.Timeout | undefined;

  constructor(options: EventsOutOptions) {
    const { store, log, now, vault, links, bus, leases, count } = options;
    this.bus = bus;
    this.feed = new Feed({ store, log });
    this.numbering = new Numbering({ store, log, onNumbered: () => this.numbered() });
    this.egress = createEgress({ allowPrivate: options.allowPrivateEgress, now });
    this.hooks = new HookLanes({
      ...{ store, log, now, vault, links, count, feed: this.feed, egress: this.egress },
      leases: leases.group('webhook'),
    });
    this.hearNoMore = store.onCommitted((_events, areNumbered, lastSeqs) => {
      if (areNumbered) this.numbered(lastSeqs);
      else this.numbering.wake();
    });
    bus.subscribe(NEWS, (news, from) => {
      if (from !== bus.nodeId) this.goOn(lastSeqsIn(news));
    });
    bus.subscribe(HOOKS, () => this.hooks.refresh());
  }

  start(): void {
    this.numbering.start();
    this.feed.start();
    this.hooks.start();
  }

  /** A web hook changed, or is to deliver something again: every node looks. */
  webhooksChanged(): void {
    this.bus.publish(HOOKS, null);
  }

  /** Ends the streams and the deliveries; what is under way is written down. */
  async stop(): Promise<void> {
    await this.hooks.stop();
    this.hearNoMore();
    clearTimeout(this.toldTimer);
    await Promise.all([this.numbering.stop(), this.feed.stop()]);
    this.egress.close();
  }

  private numbered(lastSeqs?: LastSeqs): void {
    this.goOn(lastSeqs);
    this.news.add(lastSeqs);
    this.toldTimer ??= setTimeout(() => {
      this.toldTimer = undefined;
      this.bus.publish(NEWS, this.news.take());
    }, TOLD_EVERY_MS).unref();
  }

  private goOn(lastSeqs: LastSeqs | undefined): void {
    if (lastSeqs) this.feed.reaches(lastSeqs);
    else this.feed.poke();
  }
}
