import type { Log } from './log';
import { MOST_REPEAT_HOURS } from './model/automatic-repeat';
import type { Instant } from './model/instant';
import { forgetSaidBefore } from './store/automatic';
import { forgetMovesBefore } from './store/away';
import { forgetSessionsBefore } from './store/client-sessions';
import { forgetAnswersBefore } from './store/idempotency';
import { dropChangesBefore } from './store/parked-changes';
import { dropParkedBefore } from './store/receipts';
import type { Store } from './store/store';
import { forgetDeliveries } from './store/webhook-deliveries';

const EVERY_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
const ANSWERS_KEPT_MS = 48 * HOUR_MS;
const SESSIONS_KEPT_MS = 30 * 24 * HOUR_MS;
const MOVES_COUNT_MS = 24 * HOUR_MS;
const RECEIPTS_WAIT_MS = 7 * 24 * HOUR_MS;
const DELIVERED_KEPT_MS = 7 * 24 * HOUR_MS;
const DEAD_LETTERS_KEPT_MS = 30 * 24 * HOUR_MS;

/** Lets go of what is kept for a time only: answers to idempotent requests, receipts that nobody claimed, what web hooks were sent. */
export function keepHouse({ store, log, now }: { store: Store; log: Log; now: () => Instant }) {
  let timer: NodeJS.Timeout | undefined;
  const round = async () => {
    const dropped = await store.transaction(async (tx) => {
      await forgetSessionsBefore(tx, now() - SESSIONS_KEPT_MS);
      await forgetSaidBefore(tx, now() - MOST_REPEAT_HOURS * HOUR_MS);
      await forgetMovesBefore(tx, now() - MOVES_COUNT_MS);
      await forgetAnswersBefore(tx, now() - ANSWERS_KEPT_MS);
      await forgetDeliveries(tx, {
        delivered: now() - DELIVERED_KEPT_MS,
        dead: now() - DEAD_LETTERS_KEPT_MS,
      });
      const changes = await dropChangesBefore(tx, now() - RECEIPTS_WAIT_MS);
      return changes + (await dropParkedBefore(tx, now() - RECEIPTS_WAIT_MS));
    });
    if (dropped > 0) log.warn({ receipts: dropped }, 'receipts of unknown messages dropped after a week');
  };
  return {
    start: () => {
      timer = setInterval(() => {
        round().catch((error: unknown) => log.warn({ error }, 'house not kept'));
      }, EVERY_MS).unref();
    },
    stop: () => clearInterval(timer),
  };
}
