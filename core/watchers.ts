import type { Health } from './channels/health';
import { probeAccounts } from './channels/probe';
import type { Registry } from './channels/registry';
import { fetchProfiles } from './inbound/fetch-profiles';
import type { Log } from './log';
import type { Instant } from './model/instant';
import { tryOut } from './services/check-channel';
import type { Store } from './store/store';
import { watchWindows } from './watch-windows';

export interface WatcherOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly health: Health;
  readonly log: Log;
  readonly now: () => Instant;
  /** Events were committed. */
}

/** What looks after accounts and their chats on its own: credentials, reply windows, names. */
export function createWatchers(options: WatcherOptions) {
  const watchers = [
    watchWindows(options),
    fetchProfiles(options),
    probeAccounts({ ...options, check: (id) => tryOut(options, id) }),
  ];
  return {
    start: () => {
      for (const watcher of watchers) watcher.start();
    },
    stop: async () => {
      await Promise.all(watchers.map((watcher) => watcher.stop()));
    },
  };
}
