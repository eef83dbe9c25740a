import { ChannelError, type Inbox } from 'parley-gateway/plugin';
import type { Account } from './api';
import { ALLOWED_UPDATES } from './check';
import { botIdOf } from './config';
import { eventsOf } from './updates';

/** How long one question may stay open on their side. */
const HELD_SECONDS = 25;
const MOST = 100;

/**
 * Asks for updates until aborted: https://core.telegram.org/bots/api#getupdates. Asking with an offset forgets all that
 * is before it, so it moves only behind what is stored.
 */
export async function listen({ config, call }: Account, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const botId = botIdOf(config);
  // The first one answers at once, so that `ready` says that the token is right.
  for (let held = 0; !signal.aborted; held = HELD_SECONDS) {
    const asked = {
      offset: Number(inbox.cursor ?? 0),
      limit: MOST,
      timeout: held,
      allowed_updates: ALLOWED_UPDATES,
    };
    const updates = await call('getUpdates', asked, { signal }).catch((error: unknown) => {
      if (signal.aborted) return [];
      throw error;
    });
    if (!Array.isArray(updates)) throw new ChannelError('unavailable', 'Telegram gave no updates');
    if (held === 0) inbox.ready();
    for (const update of updates) await handIn(update, { inbox, botId, call, signal });
  }
}

async function handIn(
  update: unknown,
  {
    inbox,
    botId,
    call,
    signal,
  }: Pick<Account, 'call'> & { inbox: Inbox; botId: string; signal: AbortSignal },
): Promise<void> {
  const { update_id: id, callback_query: tap } = Object(update);
  if (typeof id !== 'number') throw new ChannelError('unavailable', 'Telegram gave an update without an id');
  await inbox.accept(eventsOf(update, botId, JSON.stringify(update)), String(id + 1));
  const { id: tapId } = Object(tap);
  // Only the spinner on the button hangs on it.
  if (typeof tapId === 'string')
    await call('answerCallbackQuery', { callback_query_id: tapId }, { signal }).catch(() => undefined);
}
