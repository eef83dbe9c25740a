import { setTimeout as pause } from 'node:timers/promises';
import type { InboundEvent, Inbox } from '../../plugins/contract/index';
import type { Ingest } from '../inbound/ingest';
import type { Log } from '../log';
import { backoffMs } from '../model/after-failure';
import type { Lease, LeaseGroup } from '../nodes/lease';
import { type Account, accountById, setCursor } from '../store/accounts';
import type { Store } from '../store/store';
import { together } from '../store/together';
import type { Health } from './health';
import { isLive, type LiveRuntime, type Runtime } from './registry';
import { type ListenerFault, type Listening, supervise } from './supervise';

export interface ListenersOptions {
  readonly store: Store;
  readonly ingest: Ingest;
  readonly health: Health;
  readonly log: Log;
  /** Of the accounts that are listened to; each by one node at a time. */
  readonly leases: LeaseGroup;
}

interface Running {
  readonly runtime: LiveRuntime;
  readonly lease: Lease;
  readonly stop: AbortController;
  ended: Promise<void>;
  isOver: boolean;
}

interface Reading {
  readonly lease: Lease;
  readonly onReady: () => void;
  readonly cursor: { value: string | undefined };
}

/** How long a listener may take to end before it is not waited for any more. */
const END_WITHIN_MS = 3_000;

/** Runs the listeners of the accounts whose lease this node has, each apart from the others. */
export class Listeners {
  private readonly options: ListenersOptions;
  private readonly accounts = new Map<string, LiveRuntime>();
  private readonly running = new Map<string, Running>();
  private isStopped = false;

  constructor(options: ListenersOptions) {
    this.options = options;
    options.leases.onChange = (held) => this.keepTo(held);
  }

  /** An account works again: its listener goes on, where wrong credentials had ended it. */
  resume(accountId: string, runtime: Runtime | undefined): void {
    if (!this.running.get(accountId)?.isOver) return;
    this.running.delete(accountId);
    this.follow(accountId, runtime);
  }

  /** Starts, restarts or ends the listener of an account that appeared, changed or went. */
  follow(accountId: string, runtime: Runtime | undefined): void {
    if (isLive(runtime) && runtime.channel.listen) this.accounts.set(accountId, runtime);
    else this.accounts.delete(accountId);
    this.options.leases.want(new Set(this.accounts.keys()));
    this.run(accountId);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all([...this.running.keys()].map((accountId) => this.end(accountId)));
  }

  private async keepTo(held: ReadonlyMap<string, Lease>): Promise<void> {
    const lost = [...this.running.keys()].filter((accountId) => !held.has(accountId));
    const ended = lost.map((accountId) => this.end(accountId));
    for (const accountId of held.keys()) this.run(accountId);
    await Promise.all(ended);
  }

  // As it should run now: with the account's newest settings, under the lease of this moment, or not at all.
  private run(accountId: string): void {
    const runtime = this.accounts.get(accountId);
    const lease = this.options.leases.holds(accountId);
    const before = this.running.get(accountId);
    if (before && before.runtime.channel === runtime?.channel && before.lease === lease) return;
    const freed = this.end(accountId);
    if (!runtime || !lease || this.isStopped) return;
    const running: Running = {
      ...{ runtime, lease, stop: new AbortController(), isOver: false },
      ended: Promise.resolve(),
    };
    // The one before may still be reading the same mailbox.
    running.ended = freed
      .then(() => this.listen(running))
      .finally(() => {
        running.isOver = true;
      });
    this.running.set(accountId, running);
  }

  private async end(accountId: string): Promise<void> {
    const running = this.running.get(accountId);
    if (!running) return;
    running.stop.abort();
    this.running.delete(accountId);
    await Promise.race([running.ended, pause(END_WITHIN_MS, undefined, { ref: false })]);
  }

  private async listen({ runtime, lease, stop: { signal } }: Running): Promise<void> {
    const { account, channel } = runtime;
    const { log } = this.options;
    if (signal.aborted) return;
    const cursor = await this.cursorOf(account);
    await supervise({
      channel,
      signal,
      backoffMs: (failures) => backoffMs(failures + 1),
      inbox: (onReady) => this.inboxOf(runtime, { lease, onReady, cursor }),
      onHealth: (listening, error) => this.note(account.id, listening, error),
    }).catch((error: unknown) => log.error({ error, accountId: account.id }, 'listener ended'));
  }

  // What this node knows of an account may be older than what its listener, here or elsewhere, has come to.
  private async cursorOf(account: Account): Promise<{ value: string | undefined }> {
    try {
      const stored = await this.options.store.read((tx) => accountById(tx, account.id));
      return { value: stored?.cursor ?? account.cursor };
    } catch (error) {
      this.options.log.warn({ error, accountId: account.id }, 'a listener goes on from an older place');
      return { value: account.cursor };
    }
  }

  private inboxOf(runtime: LiveRuntime, { lease, onReady, cursor }: Reading): Inbox {
    const { store, ingest } = this.options;
    const { account } = runtime;
    return {
      ready: onReady,
      get cursor() {
        return cursor.value;
      },
      // Events first: a crash in between repeats them, and what is repeated changes nothing. So may a power cut.
      async accept(events: readonly InboundEvent[], next?: string) {
        await ingest.accept(runtime, events);
        if (next === undefined) return;
        // Only by who holds the lease now: one that was asleep would set it back.
        await store.lightTransaction(async (tx) => {
          await together([lease.fence(tx), setCursor(tx, account, next)]);
        });
        cursor.value = next;
      },
    };
  }

  private note(accountId: string, listening: Listening, error?: ListenerFault): void {
    if (listening === 'stopped') return;
    this.options.health
      .note(accountId, { state: listening, ...(error && { error }) })
      .catch((cause: unknown) => this.options.log.warn({ error: cause, accountId }, 'health not noted'));
  }
}
