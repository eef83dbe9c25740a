import {
  ChannelError,
  type OutboundMessage,
  type SendReceipt,
  type Speaker,
} from '../../plugins/contract/index';
import { capabilitiesOf, isLive, type LiveRuntime } from '../channels/registry';
import type { Piece } from '../model/fit';
import type { Message } from '../model/message';
import { keyOf } from '../model/send-key';
import { hasStopped } from '../store/consent';
import { messagesById } from '../store/messages';
import type { OutboxRow } from '../store/outbox';
import type { Tx } from '../store/tx';
import { type About, aboutOf } from './answered';
import { type OutboundContext, SEND_TIMEOUT_MS } from './context';
import { mustNotLoop } from './no-loops';
import { fitted, type RenderTools, rendered } from './render';
import { replyWindowOf } from './reply-time';
import { speakerOf } from './speaker';

/** What one attempt came to. */
export type SendResult =
  | { readonly sent: true; readonly receipt: SendReceipt }
  | { readonly sent: false; readonly error: ChannelError };

/** A message and the account that it leaves by. */
export interface Way {
  readonly message: Message;
  readonly runtime: LiveRuntime;
}

/** Who says it, in which window, and what it is about. */
export interface Manner {
  readonly from: Speaker;
  readonly window?: OutboundMessage['window'];
  readonly about: About;
}

/** A claimed row with what is needed to send it. */
export interface Loaded extends Way, Manner {
  readonly row: OutboxRow;
  readonly piece: Piece;
}

/** Reads what a claimed row is about; a ChannelError where it can never be sent, or not now. */
export async function load(
  context: OutboundContext,
  row: OutboxRow,
  purpose: 'send' | 'look-up' = 'send',
): Promise<Loaded> {
  const runtime = context.registry.get(row.accountId) ?? (await context.registry.find(row.accountId));
  if (!runtime) throw new ChannelError('rejected', 'the channel account was deleted');
  if (!isLive(runtime)) throw new ChannelError('unavailable', 'the plugin of this account is missing');
  const found = await context.store.read(async (tx) => {
    const [message] = await messagesById(tx, row.spaceId, [row.messageId]);
    if (!message) return undefined;
    const way = { message, runtime };
    // Consent may have ended while the message waited.
    if (purpose === 'send' && (await hasStopped(tx, row.accountId, message.route?.address ?? '')))
      throw new ChannelError('unreachable', 'the customer opted out', { reason: 'opted_out' });
    return { message, manner: await mannerOf(tx, context, way, purpose) };
  });
  if (!found) throw new ChannelError('rejected', 'the message was erased');
  const { message, manner } = found;
  return { row, message, runtime, piece: pieceOf({ message, runtime }, row.piece), ...manner };
}

/** How a message leaves; a ChannelError where it may not leave now. */
export async function mannerOf(
  tx: Tx,
  { now }: Pick<OutboundContext, 'now'>,
  way: Way,
  purpose: 'send' | 'look-up' = 'send',
): Promise<Manner> {
  const { message, runtime } = way;
  if (purpose === 'send') await mustNotLoop(tx, message);
  const window = purpose === 'send' ? await replyWindowOf(tx, now(), way) : undefined;
  const agent = message.isAutomatedSend ? undefined : message.from;
  const about = await aboutOf(tx, message, capabilitiesOf(runtime));
  return { about, from: await speakerOf(tx, { ...message, agent }), ...(window && { window }) };
}

/** A piece of a message, as far as its channel can show it. */
export function pieceOf({ message, runtime }: Way, index: number): Piece {
  const piece = fitted(message.parts, runtime.definition.capabilities).pieces[index];
  if (!piece) throw new ChannelError('rejected', 'nothing of this message can be shown on this channel');
  return piece;
}

/** A message as it is handed to its adapter. */
export function handed(
  { message, piece, about, from, window }: Omit<Loaded, 'row'>,
  tools: RenderTools,
): OutboundMessage {
  return { ...rendered(message, piece, tools), ...about, from, ...(window && { window }) };
}

/** Submits one piece once. Never throws: whatever happens is a result. */
export async function send(context: OutboundContext, loaded: Loaded): Promise<SendResult> {
  const { row, runtime } = loaded;
  const timeout = AbortSignal.timeout(SEND_TIMEOUT_MS);
  try {
    const receipt = await Promise.race([
      runtime.channel.send(handed(loaded, context), {
        idempotencyKey: keyOf(row),
        attempt: row.attempt,
        signal: timeout,
      }),
      afterAbort(timeout),
    ]);
    if (!isReceipt(receipt))
      throw new ChannelError('unavailable', 'the adapter gave no receipt', { maybeSent: true });
    return { sent: true, receipt };
  } catch (error) {
    return { sent: false, error: asChannelError(error) };
  }
}

function isReceipt(value: unknown): value is SendReceipt {
  if (typeof value !== 'object' || value === null || !('externalIds' in value)) return false;
  const { externalIds } = value;
  if (!Array.isArray(externalIds) || externalIds.length === 0) return false;
  return externalIds.every((id) => typeof id === 'string' && id !== '');
}

const GRACE_MS = 1_000;

// An adapter that does not obey its signal holds a message, never the gateway.
function afterAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      const error = new ChannelError('unavailable', 'the provider did not answer in time', {
        maybeSent: true,
      });
      setTimeout(() => reject(error), GRACE_MS).unref();
    });
  });
}

/** Anything else that an adapter throws is a fault in it: whether the provider has the message is not known. */
export function asChannelError(error: unknown): ChannelError {
  if (ChannelError.is(error)) return error;
  const words = error instanceof Error ? error.name : 'an unknown error';
  return new ChannelError('unavailable', `the adapter failed: ${words}`, { maybeSent: true, cause: error });
}
