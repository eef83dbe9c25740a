import type { Log } from '../log';
import { lastSeqs } from '../store/events';
import type { LastSeqs } from '../store/log-statement';
import { type Store, StoreUnavailable } from '../store/store';

const POLL_EVERY_MS = 1_000;

/** Told how far the log of a space goes now. */
export type OnAdvance = (lastSeq: number) => void;

interface Followed {
  lastSeq: number;
  readonly followers: Set<OnAdvance>;
}

/** Says that the log of a space has grown, to whoever follows it: web hooks and streams. */
export class Feed {
  private readonly options: { readonly store: Store; readonly log: Log };
  private readonly spaces = new Map<string, Followed>();
  private timer: NodeJS.Timeout | undefined;
  private isAsked = false;
  private looking: Promise<void> | undefined;
  private readonly ending = new AbortController();

  constructor(options: { readonly store: Store; readonly log: Log }) {
    this.options = options;
  }

  /** Calls back with how far the log goes, now and whenever it has grown; call what it gives to end that. */
  follow(spaceId: string, onAdvance: OnAdvance): () => void {
    const followed = this.spaces.get(spaceId) ?? { lastSeq: 0, followers: new Set() };
    this.spaces.set(spaceId, followed);
    followed.followers.add(onAdvance);
    if (followed.lastSeq > 0) onAdvance(followed.lastSeq);
    this.poke();
    return () => {
      followed.followers.delete(onAdvance);
      if (followed.followers.size === 0) this.spaces.delete(spaceId);
    };
  }

  /** Aborted when streams are to end: this node goes. */
  get ended(): AbortSignal {
    return this.ending.signal;
  }

  /** How many follow a space. */
  followersOf(spaceId: string): number {
    return this.spaces.get(spaceId)?.followers.size ?? 0;
  }

  /** Ends the streams; their readers go on at another node, from where they were. */
  end(): void {
    this.ending.abort();
  }

  /** Something may have been written. */
  poke(): void {
    this.isAsked = true;
    if (this.spaces.size > 0) this.looking ??= this.look();
  }

  /** The logs of some spaces are known to go so far: what is committed with a number stands behind all lower ones. */
  reaches(lastSeqs: LastSeqs): void {
    for (const [spaceId, lastSeq] of Object.entries(lastSeqs)) this.advance(spaceId, lastSeq);
  }

  /** What nobody said it was written, by other nodes, is found too. */
  start(): void {
    this.timer = setInterval(() => this.poke(), POLL_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    this.end();
    clearInterval(this.timer);
    this.spaces.clear();
    await this.looking;
  }

  private async look(): Promise<void> {
    while (this.isAsked && this.spaces.size > 0) {
      this.isAsked = false;
      try {
        const found = await this.options.store.read((tx) => lastSeqs(tx, [...this.spaces.keys()]));
        for (const [spaceId, lastSeq] of found) this.advance(spaceId, lastSeq);
      } catch (error) {
        const level = error instanceof StoreUnavailable ? 'debug' : 'error';
        this.options.log[level]({ error }, 'events not looked for');
      }
    }
    // In the same turn as the last look at `isAsked`, so that nobody asks in vain.
    this.looking = undefined;
  }

  private advance(spaceId: string, lastSeq: number): void {
    const followed = this.spaces.get(spaceId);
    if (!followed || followed.lastSeq >= lastSeq) return;
    followed.lastSeq = lastSeq;
    for (const onAdvance of followed.followers) onAdvance(lastSeq);
  }
}
