import {
  ChannelError,
  type OutboundMedia,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from 'parley-gateway/plugin';
import { isUserId } from './address';
import type { Account } from './graph';
import { recordsAt, textAt } from './json';
import { contentOf, type FileAt } from './outgoing';

/** Hands one message to Meta, once. */
export async function send(
  account: Account,
  message: OutboundMessage,
  { idempotencyKey, signal }: SendContext,
): Promise<SendReceipt> {
  const { config, call } = account;
  const { to, inReplyTo } = message;
  const [file] = message.media;
  const at = file && (await placeOf(account, file, signal));
  const answer = await call(`${config.phoneNumberId}/messages`, {
    body: {
      ...{ messaging_product: 'whatsapp', recipient_type: 'individual' },
      ...(isUserId(to.party) ? { recipient: to.party } : { to: to.party }),
      ...(inReplyTo !== undefined && { context: { message_id: inReplyTo } }),
      ...contentOf(message, config, at),
      // Every status brings it back: it proves that Meta has the message, also when this answer is lost.
      biz_opaque_callback_data: idempotencyKey,
    },
    isSend: true,
    signal,
  });
  const [sent = {}] = recordsAt(answer, 'messages');
  const externalId = textAt(sent, 'id');
  if (!externalId) throw new ChannelError('unavailable', 'Meta answered without an id', { maybeSent: true });
  return { externalIds: [externalId], state: 'accepted' };
}

/** Uploading is no sending: whatever goes wrong with it, the customer surely has nothing. */
async function placeOf(account: Account, file: OutboundMedia, signal: AbortSignal): Promise<FileAt> {
  const { config, call } = account;
  if (config.sendFiles !== 'upload') return { link: file.url };
  const body = new FormData();
  body.set('messaging_product', 'whatsapp');
  body.set('type', file.mimeType);
  body.set('file', await readWhole(file), file.name);
  const answer = await call(`${config.phoneNumberId}/media`, { body, signal });
  const id = textAt(answer, 'id');
  if (!id) throw new ChannelError('unavailable', 'Meta took the file and gave no id');
  return { id };
}

async function readWhole(file: OutboundMedia): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  try {
    for await (const chunk of (await file.open()).body) chunks.push(Uint8Array.from(chunk));
  } catch {
    throw new ChannelError('unavailable', 'the file could not be read');
  }
  return new Blob(chunks, { type: file.mimeType });
}

/** Shows that a message was read; with `typing` also that somebody answers it, for 25 seconds at most. */
export async function showRead(
  { config, call }: Account,
  externalId: string,
  isTyping = false,
): Promise<void> {
  await call(`${config.phoneNumberId}/messages`, {
    body: {
      ...{ messaging_product: 'whatsapp', status: 'read', message_id: externalId },
      ...(isTyping && { typing_indicator: { type: 'text' } }),
    },
    signal: AbortSignal.timeout(HINT_MS),
  });
}

const HINT_MS = 5_000;
