import type { Inbox } from '../../plugins/contract/index';
import { isLive, type LiveRuntime, type Registry } from '../channels/registry';
import type { Log } from '../log';
import type { Instant } from '../model/instant';
import { setBackFilledTo } from '../store/accounts';
import type { Store } from '../store/store';
import type { Ingest } from './ingest';

export interface BackFillOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly ingest: Ingest;
  readonly log: Log;
  readonly now: () => Instant;
}

const EVERY_MS = 5 * 60_000;
/** Providers list with a delay, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;
const TIMEOUT_MS = 2 * 60_000;

/** Asks providers what arrived while they could not reach us, so that an outage of ours loses nothing. */
export class BackFill {
  private readonly options: BackFillOptions;
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(options: BackFillOptions) {
    this.options = options;
  }

  start(): void {
    this.wake();
    this.timer = setInterval(() => this.wake(), EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.round;
  }

  private wake(): void {
    this.round ??= this.run().finally(() => {
      this.round = undefined;
    });
  }

  private async run(): Promise<void> {
    for (const runtime of [...this.options.registry.all()])
      if (isLive(runtime) && !runtime.account.isPaused) await this.fill(runtime);
  }

  private async fill(runtime: LiveRuntime): Promise<void> {
    const { store, ingest, log, now } = this.options;
    const { account, channel } = runtime;
    if (!channel.listSince) return;
    const started = now();
    const since = (account.backFilledTo ?? account.createdOn) - OVERLAP_MS;
    // What was written before the account was connected is none of our business.
    const from = new Date(Math.max(since, account.createdOn));
    const inbox: Inbox = {
      cursor: undefined,
      ready: () => {},
      accept: (events) => ingest.accept(runtime, events, { isHistory: true }),
    };
    try {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      await channel.listSince(from, inbox, signal);
      await store.transaction((tx) => setBackFilledTo(tx, account, started));
    } catch (error) {
      if (!this.stopping.signal.aborted) log.warn({ error, accountId: account.id }, 'back-fill failed');
    }
  }
}
