import {
  ChannelError,
  type ClientPorts,
  type ConversationAnswer,
  type ConversationPart,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from '../contract/index';
import { choicesPart } from './choices-part';

/** Puts an agent's answer into the customer's conversation; the same key is the same message. The `send` of channels whose provider is the gateway itself. */
export async function answerInConversation(
  { conversations }: Pick<ClientPorts, 'conversations'>,
  message: OutboundMessage,
  { idempotencyKey: key, signal }: SendContext,
): Promise<SendReceipt> {
  if (signal.aborted) throw new ChannelError('unavailable', 'it was given up before it was begun');
  const written = conversations.answer({ ...answerOf(message), key, signal });
  const kept = await Promise.race([written, afterAbort(signal)]);
  if (!kept.id) throw new ChannelError('unavailable', 'the gateway gave no id', { maybeSent: true });
  return { externalIds: [kept.id], state: 'sent' };
}

/** An agent's answer as it stands in the customer's conversation. */
export function answerOf(message: OutboundMessage): ConversationAnswer {
  const { to, metadata, alert } = message;
  return {
    ...{ conversationId: to.thread, to: to.party, metadata, alert },
    from: message.from ?? { id: to.own },
    parts: partsOf(message),
  };
}

function partsOf({ text, html, media, choices }: OutboundMessage): ConversationPart[] {
  const words: ConversationPart[] = [];
  if (text !== undefined) words.push({ type: 'text/plain', data: text, size: Buffer.byteLength(text) });
  if (html !== undefined) words.push({ type: 'text/html', data: html, size: Buffer.byteLength(html) });
  const files = media.map(({ name, mimeType, url }) => ({ name, type: mimeType, url }));
  return [...words, ...files, ...choicesPart(choices)];
}

function afterAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => reject(new ChannelError('unavailable', 'it was given up', { maybeSent: true }));
    signal.addEventListener('abort', give, { once: true });
  });
}
