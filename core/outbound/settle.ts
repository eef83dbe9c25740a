import { hasFailed, isSettled } from '../model/delivery';
import type { Message } from '../model/message';
import { deleteOutbox, findOutbox, type OutboxRow, updateOutbox } from '../store/outbox';
import type { Tx } from '../store/tx';

/** After evidence from elsewhere: lets the lane go on when its head turns out to be done. Says whether it did. */
export async function settleLane(tx: Tx, message: Message, piece: number): Promise<boolean> {
  const row = await findOutbox(tx, message.id);
  // A claimed row is being sent this moment: whoever holds it records its own outcome.
  if (!row || row.state === 'claimed' || row.piece !== piece) return false;
  if (!isSettled(message.delivery.pieces[piece]?.status ?? 'accepted')) return false;
  await goOn(tx, message, row);
  return true;
}

/** The piece of this row is done: the next piece is due, or the message leaves the outbox. */
export async function goOn(tx: Tx, message: Message, row: OutboxRow): Promise<void> {
  const next = row.piece + 1;
  if (hasFailed(message.delivery.status) || next >= message.delivery.pieces.length)
    return deleteOutbox(tx, row.messageId);
  await updateOutbox(tx, {
    ...row,
    state: 'ready',
    piece: next,
    attempt: 0,
    looks: 0,
    notBefore: 0,
    firstAttemptOn: undefined,
    owner: undefined,
    leaseUntil: undefined,
  });
}
