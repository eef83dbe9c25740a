import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log';
import { NUMBERED_AT_ONCE, numberEvents } from '../store/events';
import type { Store } from '../store/store';

const EVERY_MS = 1_000;
/** A round for one event costs nearly as much as one for fifty: the first waits for nothing, those behind it gather. */
const LEAST_APART_MS = 20;
// The node that is at it may be frozen in the middle.
const BUSY_LONGEST_MS = 500;

/** Gives committed events their numbers where commits overtake each other (PostgreSQL); does nothing on SQLite. */
export class Numbering {
  private readonly store: Store;
  private readonly log: Log;
  private readonly onNumbered: () => void;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private isAsked = false;
  private readonly ending = new AbortController();

  constructor(options: { store: Store; log: Log; onNumbered: () => void }) {
    this.store = options.store;
    this.log = options.log;
    this.onNumbered = options.onNumbered;
  }

  start(): void {
    if (this.store.kind === 'postgres') this.timer = setInterval(() => this.wake(), EVERY_MS).unref();
  }

  /** Events were committed. */
  wake(): void {
    if (this.store.kind === 'sqlite') {
      this.onNumbered();
      return;
    }
    this.isAsked = true;
    this.round ??= this.run();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.ending.abort();
    await this.round;
  }

  private async run(): Promise<void> {
    // Whatever else was committed in this turn is numbered along with it.
    await new Promise(setImmediate);
    let apartMs = LEAST_APART_MS;
    while (this.isAsked) {
      this.isAsked = false;
      const next = this.pause(apartMs);
      try {
        const isOurs = await this.once();
        if (!isOurs && this.ending.signal.aborted) break; // it is the other node's now
        apartMs = isOurs ? LEAST_APART_MS : Math.min(apartMs * 2, BUSY_LONGEST_MS);
      } catch (error) {
        this.log.warn({ error }, 'events not numbered');
      }
      await next;
    }
    // In the same turn as the last look at `isAsked`, so that nobody asks in vain.
    this.round = undefined;
  }

  /** Whether it was our turn. */
  private async once(): Promise<boolean> {
    const numbered = await this.store.routine(numberEvents);
    // The other node may not have seen our events any more. What is written from now on asks by itself.
    if (numbered === undefined || numbered === NUMBERED_AT_ONCE) this.isAsked = true;
    if (numbered) this.onNumbered();
    return numbered !== undefined;
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.ending;
    await sleep(ms, undefined, { signal }).catch(() => undefined); // then it is over
  }
}
