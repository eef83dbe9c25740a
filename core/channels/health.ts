import { accountHappened } from '../events/facts';
import type { Log } from '../log';
import { iso } from '../model/instant';
import type { AccountHealth, HealthState } from '../store/accounts';
import * as accounts from '../store/accounts';
import { appendEvents } from '../store/events';
import type { Store } from '../store/store';
import type { Registry } from './registry';

/** What was seen of an account. */
export interface HealthNews {
  readonly state: HealthState;
  readonly error?: { readonly message: string; readonly setting?: string | undefined };
  readonly credentialExpiresOn?: Date | undefined;
  /** Said by whom: a person who repaired it, or the gateway itself. */
  readonly by?: string;
}

export interface HealthOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => number;
  /** Called when an account may send again. */
  readonly onResumed: (accountId: string) => void;
}

const FLUSH_EVERY_MS = 10_000;

/** Keeps how each account is doing; says `channel.healthChanged` when that changes, and pauses what cannot work. */
export class Health {
  private readonly options: HealthOptions;
  private readonly lastInbound = new Map<string, number>();
  private readonly lastOutbound = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: HealthOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  sawInbound(accountId: string): void {
    this.lastInbound.set(accountId, this.options.now());
  }

  sawOutbound(accountId: string): void {
    this.lastOutbound.set(accountId, this.options.now());
  }

  /** The health as it is known here, with what is not written down yet. */
  current(account: accounts.Account): AccountHealth {
    const lastInboundOn = this.lastInbound.get(account.id) ?? account.health.lastInboundOn;
    const lastOutboundOn = this.lastOutbound.get(account.id) ?? account.health.lastOutboundOn;
    return { ...account.health, lastInboundOn, lastOutboundOn };
  }

  /** Notes news of an account; wrong credentials pause it, and anything better lets it go on. */
  async note(accountId: string, news: HealthNews): Promise<void> {
    const { registry, store } = this.options;
    const known = registry.get(accountId)?.account;
    if (!known || isOldNews(known, news)) return;
    const outcome = await store.transaction(async (tx) => {
      const account = await accounts.lockAccount(tx, known.spaceId, accountId);
      if (!account || isOldNews(account, news)) return undefined;
      const after = this.after(account, news);
      await accounts.updateHealth(tx, after);
      if (after.health.state !== account.health.state) await appendEvents(tx, [this.changed(account, after)]);
      return { account, after };
    });
    if (!outcome) return;
    registry.written(outcome.after);
    const { account, after } = outcome;
    this.options.log.info(
      { accountId, state: after.health.state, previousState: account.health.state },
      'channel account health changed',
    );
    if (account.isPaused && !after.isPaused) this.options.onResumed(accountId);
  }

  private after(account: accounts.Account, news: HealthNews): accounts.Account {
    const on = this.options.now();
    const current = this.current(account);
    const isSame = current.state === news.state;
    return {
      ...account,
      isPaused: news.state === 'unauthorized',
      health: {
        ...current,
        state: news.state,
        since: isSame ? current.since : on,
        changes: current.changes + (isSame ? 0 : 1),
        lastError: news.error
          ? { ...news.error, on }
          : news.state === 'connected'
            ? undefined
            : current.lastError,
        credentialExpiresOn: news.credentialExpiresOn?.getTime() ?? current.credentialExpiresOn,
      },
    };
  }

  private changed(before: accounts.Account, after: accounts.Account) {
    const { lastError } = after.health;
    return accountHappened(
      'channel.healthChanged',
      after,
      { by: 'gateway', at: this.options.now() },
      {
        accountId: after.id,
        kind: after.channelId,
        state: after.health.state,
        previousState: before.health.state,
        error: lastError && { ...lastError, on: iso(lastError.on) },
      },
    );
  }

  private async flush(): Promise<void> {
    const { registry, store, log } = this.options;
    const ids = new Set([...this.lastInbound.keys(), ...this.lastOutbound.keys()]);
    try {
      for (const id of ids) {
        const known = registry.get(id)?.account;
        if (!known) continue;
        await store.transaction(async (tx) => {
          const account = await accounts.lockAccount(tx, known.spaceId, id);
          if (account) await accounts.updateHealth(tx, { ...account, health: this.current(account) });
        });
      }
      this.lastInbound.clear();
      this.lastOutbound.clear();
    } catch (error) {
      log.warn({ error }, 'last activity of accounts not written down');
    }
  }
}

function isOldNews(account: accounts.Account, news: HealthNews): boolean {
  const { health } = account;
  if (health.state !== news.state || news.credentialExpiresOn) return false;
  return health.lastError?.message === news.error?.message;
}
