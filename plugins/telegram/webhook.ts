import { timingSafeEqual } from 'node:crypto';
import { ChannelError, type HttpReply, type RawRequest, type Webhook } from 'parley-gateway/plugin';
import { botIdOf, type TelegramConfig, webhookSecretOf } from './config';
import { eventsOf } from './updates';

const HEADER = 'x-telegram-bot-api-secret-token';

/** Telegram calls us, with the secret that we gave it: it signs nothing. */
export function webhook(config: TelegramConfig): Webhook {
  const secret = Buffer.from(webhookSecretOf(config));
  const botId = botIdOf(config);
  return {
    verify({ headers }) {
      const given = Buffer.from(headers[HEADER] ?? '');
      if (given.length !== secret.length || !timingSafeEqual(given, secret))
        throw new ChannelError('forbidden', 'the secret is not the one that Telegram was given');
    },
    parse: (request) => eventsOf(jsonOf(request), botId, textOf(request)),
    reply,
  };
}

/**
 * A tap shows a spinner until it is answered, and the answer to the webhook may itself be a call:
 * https://core.telegram.org/bots/api#making-requests-when-getting-updates
 */
function reply(request: RawRequest): HttpReply {
  const { id } = Object(Object(jsonOf(request)).callback_query);
  if (typeof id !== 'string') return { status: 200 };
  const body = JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: id });
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function textOf({ body }: RawRequest): string {
  return Buffer.from(body).toString('utf8');
}

function jsonOf(request: RawRequest): unknown {
  try {
    return JSON.parse(textOf(request));
  } catch {
    return undefined;
  }
}
