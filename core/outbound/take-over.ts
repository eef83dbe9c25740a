import { putAttempt } from '../store/attempts';
import { lockChat } from '../store/chats';
import { abandonedClaims, heldBy, type OutboxRow } from '../store/outbox';
import type { Tx } from '../store/tx';
import type { OutboundContext } from './context';
import { attemptOf, markUnknown } from './record';

const CLAIMS_AT_ONCE = 200;

/** Takes up the attempts of nodes that ended in the middle of them: they are looked up, never repeated blindly. */
export async function takeOver(context: OutboundContext, which: { readonly ofAll: boolean }): Promise<void> {
  const taken = await context.store.transaction(async (tx) => {
    const rows = await abandonedClaims(tx, { ...which, limit: CLAIMS_AT_ONCE });
    for (const row of rows) await lose(tx, context, row);
    return rows.length;
  });
  if (taken > 0) context.log.warn({ messages: taken }, 'attempts of a stopped node taken over');
  if (taken === CLAIMS_AT_ONCE) await takeOver(context, which);
}

/** Leaves attempts of this node, which ends now, for others to look up. */
export async function abandon(context: OutboundContext, rows: readonly OutboxRow[]): Promise<void> {
  context.log.warn({ messages: rows.length }, 'stopped in the middle of sending');
  for (const row of rows)
    await context.store.transaction(async (tx) => {
      await lockChat(tx, row.spaceId, row.chatId); // first, as everywhere
      const held = await heldBy(tx, row);
      if (held) await lose(tx, context, held);
    });
}

async function lose(tx: Tx, { now }: OutboundContext, row: OutboxRow): Promise<void> {
  const end = { endedOn: now(), outcome: 'unknown', externalIds: [] } as const;
  await putAttempt(tx, { ...attemptOf(row, end), detail: 'the gateway stopped during this attempt' });
  await markUnknown(tx, row, now(), 0);
}
