import type { Feed } from '../events/feed';
import type { Log } from '../log';
import { eventsAfter, type LoggedEvent, lastSeq } from '../store/events';
import { type Store, StoreUnavailable } from '../store/store';

const AT_ONCE = 500;
const AFTER_FAULT_MS = 1_000;

export interface FollowerOptions {
  readonly store: Store;
  readonly log: Log;
  readonly feed: Pick<Feed, 'follow'>;
  readonly spaceId: string;
  /** Which events are wanted now. */
  readonly names: () => readonly string[];
  readonly tell: (events: readonly LoggedEvent[]) => Promise<void>;
}

/** Reads the log of a space from where it is, and tells of each event once and in order. The log is the truth: a missed wake-up only delays. */
export class Follower {
  /** Resolves when whatever is committed from now on will be told. */
  readonly ready: Promise<void>;
  private readonly options: FollowerOptions;
  private cursor = 0;
  private target = 0;
  private running: Promise<void> | undefined;
  private unfollow = () => {};
  private isReading = false;
  private isStopped = false;

  constructor(options: FollowerOptions) {
    this.options = options;
    this.ready = this.begin();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.unfollow();
    await this.ready.catch(() => undefined); // whoever waits for it heard of it
    await this.running;
  }

  private async begin(): Promise<void> {
    const { store, feed, spaceId } = this.options;
    this.cursor = await store.read((tx) => lastSeq(tx, spaceId));
    if (this.isStopped) return;
    this.unfollow = feed.follow(spaceId, (last) => {
      this.target = Math.max(this.target, last);
      if (!this.isReading) this.running = this.run();
    });
  }

  private async run(): Promise<void> {
    const { log, spaceId } = this.options;
    this.isReading = true;
    while (this.cursor < this.target && !this.isStopped) {
      try {
        await this.readOn();
      } catch (error) {
        log[error instanceof StoreUnavailable ? 'warn' : 'error'](
          { error, spaceId },
          'sockets wait for the log',
        );
        await new Promise((resolve) => setTimeout(resolve, AFTER_FAULT_MS).unref());
      }
    }
    // Here and not later: whoever looks from now on must find that nobody reads.
    this.isReading = false;
  }

  private async readOn(): Promise<void> {
    const { store, spaceId, names, tell } = this.options;
    const { target } = this;
    const page = { spaceId, after: this.cursor, limit: AT_ONCE, names: names() };
    const events = await store.read((tx) => eventsAfter(tx, page));
    if (events.length > 0) await tell(events);
    const last = events.at(-1)?.seq ?? this.cursor;
    this.cursor = events.length < AT_ONCE ? Math.max(last, target) : last;
  }
}
