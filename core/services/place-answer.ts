import { ChannelError } from '../../plugins/contract/index';
import { isLive, type LiveRuntime } from '../channels/registry';
import { messageProgressed } from '../events/facts';
import { advanced } from '../model/delivery';
import type { Message } from '../model/message';
import { keyOf } from '../model/send-key';
import { handed, mannerOf, pieceOf } from '../outbound/send';
import { newAttempts } from '../store/attempts';
import type { Write } from '../store/dialect';
import type { NewEvent } from '../store/events';
import { newExternalIds } from '../store/external-ids';
import { isWayFree } from '../store/outbox';
import type { Tx } from '../store/tx';
import { answered } from './clients/answer';
import type { Context } from './context';

/** What placing needs of the gateway. */
export type PlacingContext = Pick<Context, 'registry' | 'links' | 'blobs' | 'now' | 'onSent'>;

/** A message that is where it belongs, with all that is to be written beside it. */
export interface Placed {
  readonly message: Message;
  readonly events: readonly NewEvent[];
  readonly writes: readonly Write[];
}

/**
 * Where the gateway itself keeps the customer's conversation, an answer that was just accepted needs no sending: it is
 * put there by the same transaction. Undefined where it is to be sent: to another channel, behind what is on its way
 * already, in several pieces, or where it cannot be placed, of which sending makes the best.
 */
export async function placeAnswer(
  context: PlacingContext,
  tx: Tx,
  message: Message,
): Promise<Placed | undefined> {
  const { accountId = '', chatId, delivery } = message;
  const runtime = context.registry.get(accountId);
  if (!isLive(runtime) || !runtime.channel.answerOf || delivery.pieces.length > 1) return undefined;
  if (!(await isWayFree(tx, { chatId, accountId }))) return undefined;
  try {
    return await place(context, tx, { message, runtime });
  } catch (error) {
    if (ChannelError.is(error)) return undefined;
    throw error;
  }
}

async function place(
  context: PlacingContext,
  tx: Tx,
  way: { readonly message: Message; readonly runtime: LiveRuntime },
): Promise<Placed | undefined> {
  const { message, runtime } = way;
  const { account, channel } = runtime;
  const { spaceId, id: messageId, sentOn: at } = message;
  const target = { messageId, piece: 0 };
  const loaded = { ...way, piece: pieceOf(way, 0), ...(await mannerOf(tx, context, way)) };
  const answer = channel.answerOf?.(handed(loaded, context));
  if (!answer) return undefined;
  const { stored, events, writes } = await answered(context, tx, account, { ...answer, key: keyOf(target) });
  const externalId = stored.id;
  const delivery = advanced(message.delivery, { piece: 0, state: 'sent', at, externalId });
  const placed: Message = { ...message, delivery, revision: message.revision + 1 };
  tx.afterCommit(() => context.onSent(account));
  return {
    message: placed,
    events: [...events, messageProgressed(placed, { what: 'submitted', by: message.to.id, at })],
    writes: [
      ...writes,
      newExternalIds([{ spaceId, accountId: account.id, externalId, ...target }]),
      newAttempts([
        {
          spaceId,
          ...target,
          attempt: 1,
          startedOn: at,
          endedOn: at,
          outcome: 'sent',
          externalIds: [externalId],
        },
      ]),
    ],
  };
}
