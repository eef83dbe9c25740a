import type { Log } from '../log';
import type { Instant } from '../model/instant';
import { isLive, type Registry } from './registry';

export interface ProbeOptions {
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => Instant;
  /** Tries an account's settings at the provider, and notes how it is doing. */
  readonly check: (accountId: string) => Promise<unknown>;
}

const EVERY_MS = 2_000;
const MINUTE_MS = 60_000;

/** Checks the accounts of adapters that ask for it from time to time, so that what stops working is seen at once. */
export function probeAccounts({ registry, log, now, check }: ProbeOptions) {
  const checkedOn = new Map<string, Instant>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  const probe = async () => {
    for (const runtime of [...registry.all()]) {
      const minutes = isLive(runtime) ? runtime.definition.checkEveryMinutes : undefined;
      if (minutes === undefined) continue;
      const { id } = runtime.account;
      // The first one is at the start: a gateway that was away does not know what happened meanwhile.
      if (now() - (checkedOn.get(id) ?? 0) < minutes * MINUTE_MS) continue;
      checkedOn.set(id, now());
      await check(id).catch((error: unknown) => log.warn({ error, accountId: id }, 'account not probed'));
    }
  };
  return {
    start: () => {
      timer = setInterval(() => {
        round ??= probe().finally(() => {
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
