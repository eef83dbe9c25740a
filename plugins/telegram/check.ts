import type { CheckReport } from 'parley-gateway/plugin';
import type { Account } from './api';
import { webhookSecretOf } from './config';

/** The kinds of updates that become something here. */
export const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
  'my_chat_member',
];

/** Proves the token, and sees to it that Telegram calls us (or does not, where we ask). Doing so again changes nothing. */
export async function check({ config, host, call }: Account, signal: AbortSignal): Promise<CheckReport> {
  await call('getMe', {}, { signal });
  const info = Object(await call('getWebhookInfo', {}, { signal }));
  if (config.receive === 'polling') {
    // While a webhook is set, nobody may ask; what waits is kept.
    if (info.url) await call('deleteWebhook', { drop_pending_updates: false }, { signal });
    return { warnings: [] };
  }
  if (info.url !== host.webhookUrl)
    await call(
      'setWebhook',
      { url: host.webhookUrl, secret_token: webhookSecretOf(config), allowed_updates: ALLOWED_UPDATES },
      { signal },
    );
  return { warnings: troubleOf(info) };
}

/** What Telegram says of its last failed call. */
function troubleOf({
  last_error_message: words,
  pending_update_count: waiting,
}: Record<string, unknown>): string[] {
  if (typeof words !== 'string' || !waiting) return [];
  return [`Telegram could not deliver lately: ${words} (${waiting} updates wait)`];
}
