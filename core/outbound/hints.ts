import type { Hint, WorkQueue } from '../queue/queue';
import type { Lane } from '../store/outbox';

const KIND = 'lane';
/** How many lanes of others a node looks after beside its own. */
const AT_ONCE = 32;

/** Tells whoever has room of a lane for which this node has none. */
export function laneHint({ chatId, accountId }: Lane): Hint {
  return { kind: KIND, key: chatId, data: accountId };
}

/** Takes up the lanes for which other nodes have no room; `take` resolves when nothing more is to do in one. */
export function takeHints(queue: Pick<WorkQueue, 'work'>, take: (lane: Lane) => Promise<void>): void {
  queue.work(KIND, {
    atOnce: AT_ONCE,
    async take({ key, data }) {
      if (typeof data === 'string') await take({ chatId: key, accountId: data });
    },
  });
}
