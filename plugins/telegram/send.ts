import {
  ChannelError,
  type OutboundMedia,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from 'parley-gateway/plugin';
import type { Account } from './api';
import { externalIdOf } from './updates';

/** Hands one message to Telegram, once. */
export async function send(
  { call }: Account,
  message: OutboundMessage,
  { signal }: SendContext,
): Promise<SendReceipt> {
  const { to, text, choices, inReplyTo } = message;
  const [file] = message.media;
  const [method, content] = file ? ofFile(file) : (['sendMessage', { text }] as const);
  const sent = await call(
    method,
    {
      chat_id: to.party,
      ...content,
      ...(choices.length > 0 && { reply_markup: { inline_keyboard: choices.map(buttonRow) } }),
      ...(inReplyTo !== undefined && answering(inReplyTo)),
    },
    { signal, isSend: true },
  );
  const { message_id: id } = Object(sent);
  if (typeof id !== 'number')
    throw new ChannelError('unavailable', 'Telegram gave no id', { maybeSent: true });
  return { externalIds: [externalIdOf(to.party, id)], state: 'sent' };
}

// https://core.telegram.org/bots/api#sending-files: Telegram fetches it from our signed link
function ofFile({ url, mimeType }: OutboundMedia): readonly [string, object] {
  if (mimeType === 'image/gif') return ['sendAnimation', { animation: url }];
  return mimeType.startsWith('image/') ? ['sendPhoto', { photo: url }] : ['sendDocument', { document: url }];
}

function buttonRow({ id, label }: OutboundMessage['choices'][number]): readonly object[] {
  // 64 bytes at most: https://core.telegram.org/bots/api#inlinekeyboardbutton
  if (Buffer.byteLength(id) > 64)
    throw new ChannelError('rejected', 'the id of a choice is longer than 64 bytes');
  return [{ text: label, callback_data: id }];
}

/** Where it is gone meanwhile, the message goes without. */
function answering(externalId: string): object {
  const id = Number(externalId.split(':')[1]);
  return Number.isInteger(id)
    ? { reply_parameters: { message_id: id, allow_sending_without_reply: true } }
    : {};
}
