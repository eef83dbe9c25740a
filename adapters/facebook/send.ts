import {
  type Address,
  ChannelError,
  type OutboundMedia,
  type OutboundMessage,
  type SendContext,
  type SendReceipt,
} from '../../plugins/contract/index';
import type { Graph } from './graph-call';
import { type Json, textAt } from './json';

/** Hands one message to Meta, once. */
export async function send(
  { config, graphCall }: Graph,
  message: OutboundMessage,
  context: SendContext,
): Promise<SendReceipt> {
  const answer = await graphCall({
    method: 'POST',
    path: `${config.pageId}/messages`,
    params: {
      recipient: { id: message.to.party },
      ...windowOf(message),
      // The echo brings the key back: it proves that Meta has the message, also when this answer is lost.
      message: { ...contentOf(message), metadata: context.idempotencyKey },
    },
    creates: true,
    attempt: context.attempt,
    signal: context.signal,
  });
  const externalId = textAt(answer, 'message_id');
  if (!externalId) throw new ChannelError('unavailable', 'Meta answered without an id', { maybeSent: true });
  return { externalIds: [externalId], state: 'sent' };
}

/** Shows or hides the three dots, or marks all that a customer wrote as seen. */
export async function act(
  { config, graphCall }: Graph,
  { party }: Address,
  action: 'typing_on' | 'typing_off' | 'mark_seen',
): Promise<void> {
  await graphCall({
    method: 'POST',
    path: `${config.pageId}/messages`,
    params: { recipient: { id: party }, sender_action: action },
    canWait: true,
    signal: AbortSignal.timeout(5_000),
  });
}

// After 24 hours only a person may answer, and has to say so.
function windowOf({ window }: OutboundMessage): Json {
  if (window === 'human') return { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
  return { messaging_type: 'RESPONSE' };
}

function contentOf({ text, media, choices }: OutboundMessage): Json {
  const [file] = media;
  return {
    ...(text !== undefined && text !== '' && { text }),
    ...(file && { attachment: attachmentOf(file) }),
    ...(choices.length > 0 && { quick_replies: choices.map(quickReply) }),
  };
}

function quickReply({ id, label }: OutboundMessage['choices'][number]): Json {
  return { content_type: 'text', title: label, payload: id };
}

function attachmentOf({ url, mimeType }: OutboundMedia): Json {
  return { type: attachmentType(mimeType), payload: { url, is_reusable: false } };
}

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** What Meta shows in place; everything else is a file to open. */
export function attachmentType(mimeType: string): 'image' | 'audio' | 'video' | 'file' {
  if (PICTURES.has(mimeType)) return 'image';
  if (mimeType.startsWith('audio/')) return 'audio';
  return mimeType.startsWith('video/') ? 'video' : 'file';
}
