import { createHash } from 'node:crypto';

export interface TelegramConfig {
  /** As @BotFather gives it: the bot's id, a colon, a secret. */
  readonly token: string;
  /** `webhook` (the default): Telegram calls us. `polling`: we ask, for a gateway that cannot be reached from outside. */
  readonly receive?: 'webhook' | 'polling';
}

export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['token'],
  properties: {
    token: {
      type: 'string',
      title: 'Bot token',
      description: 'Write /newbot to @BotFather in Telegram; it answers with the token',
      pattern: '^\\d{5,15}:[A-Za-z0-9_-]{30,60}$',
      writeOnly: true,
    },
    receive: {
      type: 'string',
      title: 'How messages come',
      description:
        'webhook: Telegram calls this gateway; polling: the gateway asks, where it cannot be reached',
      enum: ['webhook', 'polling'],
      default: 'webhook',
    },
  },
} as const;

/** The name of the account: the id is no secret, what stands behind the colon is. */
export function botIdOf({ token }: Pick<TelegramConfig, 'token'>): string {
  return token.slice(0, token.indexOf(':'));
}

/** What Telegram brings along with each update, so that nobody else can: https://core.telegram.org/bots/api#setwebhook */
export function webhookSecretOf({ token }: Pick<TelegramConfig, 'token'>): string {
  return createHash('sha256').update(`the webhook of ${token}`).digest('hex');
}
