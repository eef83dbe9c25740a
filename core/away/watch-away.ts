import { isLive } from '../channels/registry';
import { StoreUnavailable } from '../store/store';
import { type AwayContext, moveAwayOf } from './move-away';

const EVERY_MS = 5_000;

/** Looks, for each account with such a rule, for chats whose customer has left. */
export function watchAway(context: AwayContext) {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  return {
    start: () => {
      timer = setInterval(() => {
        round ??= lookAtAll(context).finally(() => {
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

async function lookAtAll(context: AwayContext): Promise<void> {
  for (const runtime of [...context.registry.all()]) {
    const rule = isLive(runtime) ? runtime.channel.site?.leaving : undefined;
    if (!rule || runtime.account.deletedOn !== undefined) continue;
    try {
      await moveAwayOf(context, runtime.account, rule);
    } catch (error) {
      const level = error instanceof StoreUnavailable ? 'warn' : 'error';
      context.log[level]({ error, accountId: runtime.account.id }, 'customers who left not looked after');
    }
  }
}
