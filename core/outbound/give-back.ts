import { heldBy, type OutboxRow, updateOutbox } from '../store/outbox';
import type { OutboundContext } from './context';

/** Lets go of a message that was claimed and surely not submitted: whoever has room sends it, as if for the first time. */
export async function giveBack({ store }: OutboundContext, row: OutboxRow): Promise<void> {
  await store.transaction(async (tx) => {
    const held = await heldBy(tx, row);
    if (!held) return;
    const isFirst = held.attempt <= 1;
    await updateOutbox(tx, {
      ...held,
      state: 'ready',
      attempt: held.attempt - 1,
      ...(isFirst ? { firstAttemptOn: undefined, lastAttemptOn: undefined } : {}),
      owner: undefined,
      leaseUntil: undefined,
    });
  });
}
