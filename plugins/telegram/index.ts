import { type Channel, type ChannelDefinition, ChannelError, type Host } from 'parley-gateway/plugin';
import { type Account, botApi } from './api';
import { check } from './check';
import { botIdOf, configSchema, type TelegramConfig } from './config';
import { listen } from './listen';
import { openMedia } from './media';
import { send } from './send';
import { webhook } from './webhook';

/** Telegram by the Bot API: customers write to the business's bot. */
export const telegram: ChannelDefinition<TelegramConfig> = {
  contract: '^0.1',
  id: 'telegram',
  channel: 'telegram',
  title: 'Telegram',
  capabilities: {
    // https://core.telegram.org/bots/api#sendmessage: 1 to 4096 characters
    text: { maxLength: 4_096 },
    // Telegram fetches a link of up to 20 MB, a picture of up to 5 MB; a caption is shorter than a message.
    media: {
      mimeTypes: ['image/jpeg', 'image/png', 'application/pdf', 'application/zip', 'image/gif'],
      maxBytes: 5_000_000,
      perMessage: 1,
      alone: true,
    },
    choices: { max: 20, maxLabel: 40 },
    // It tells neither of deliveries nor of reads.
    states: [],
    // A person has to speak first: bots cannot.
    canStart: false,
    idempotentSend: false,
    sendConcurrency: 16,
  },
  checkEveryMinutes: 15,
  configSchema,
  identities: (config) => [botIdOf(config)],
  // A private chat has the id of its person: https://core.telegram.org/bots/api#chat
  normalizeAddress(raw) {
    const id = raw.trim();
    return /^[1-9]\d{3,15}$/.test(id) ? id : undefined;
  },
  create,
};

export default telegram;

function create(config: Readonly<TelegramConfig>, host: Host): Channel {
  const closing = new AbortController();
  const account: Account = { config, host, call: botApi({ config, host, closing: closing.signal }) };
  const isPolling = config.receive === 'polling';
  return {
    check: (signal) => check(account, signal),
    send: (message, context) => send(account, message, context),
    openMedia: (ref, signal) => openMedia(account, ref, signal),
    async typing({ party }, on) {
      // It fades by itself after five seconds, and cannot be taken back.
      const signal = AbortSignal.timeout(TYPING_MS);
      if (on) await account.call('sendChatAction', { chat_id: party, action: 'typing' }, { signal });
    },
    ...(isPolling
      ? {
          async listen(inbox, signal) {
            if (closing.signal.aborted) throw new ChannelError('unavailable', 'this account is closed');
            await listen(account, inbox, signal);
          },
        }
      : { webhook: webhook(config) }),
    close() {
      closing.abort();
      return Promise.resolve();
    },
  } satisfies Channel;
}

const TYPING_MS = 5_000;
