import { capabilitiesOf, isLive, type LiveRuntime, type Registry } from './channels/registry';
import { replyWindowEnding } from './events/facts';
import type { Log } from './log';
import type { Instant } from './model/instant';
import { canReplyUntil, longest } from './model/reply-window';
import { chatsWrittenBetween, markWarned } from './store/chats';
import { appendEvents } from './store/events';
import type { Store } from './store/store';

export interface WatchWindowsOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => Instant;
  /** Events were committed. */
}

const EVERY_MS = 2_000;
const HOUR_MS = 3_600_000;
/** How long before the end it is said. */
const AHEAD_MS = HOUR_MS;
const AT_ONCE = 100;

/** Says `chat.replyWindowEnding` an hour before a customer cannot be answered any more; once for each time they wrote. */
export function watchWindows(options: WatchWindowsOptions) {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  return {
    start: () => {
      timer = setInterval(() => {
        round ??= warnAll(options).finally(() => {
          round = undefined;
        });
      }, EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

async function warnAll(options: WatchWindowsOptions): Promise<void> {
  for (const runtime of [...options.registry.all()])
    try {
      if (isLive(runtime)) await warnOf(options, runtime);
    } catch (error) {
      options.log.warn({ error, accountId: runtime.account.id }, 'reply windows not watched');
    }
}

async function warnOf(options: WatchWindowsOptions, runtime: LiveRuntime): Promise<void> {
  const { store, now } = options;
  const capabilities = capabilitiesOf(runtime);
  const hours = longest(capabilities, false);
  if (hours === undefined) return;
  const at = now();
  const opened = at - hours * HOUR_MS;
  const span = { accountId: runtime.account.id, after: opened, upTo: opened + AHEAD_MS, limit: AT_ONCE };
  const ending = await store.read((tx) => chatsWrittenBetween(tx, span));
  for (const chat of ending)
    await store.transaction(async (tx) => {
      const until = canReplyUntil(chat, capabilities);
      // Another node may have been faster, or the customer may just have written again.
      if (until === undefined || !(await markWarned(tx, chat))) return;
      await appendEvents(tx, [replyWindowEnding(chat, until, { by: 'gateway', at })]);
    });
}
