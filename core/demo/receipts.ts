import { CUSTOMERS } from './people';
import type { Providers } from './providers';
import type { Troubles } from './troubles';

/**
 * Messenger tells the page what was delivered and seen, as the device shows whatever arrives; not while Meta says nothing
 * at all. Resolves when all of it is told.
 */
export function createReceipts(
  { facebook }: Providers,
  troubles: Pick<Troubles, 'now'>,
): () => Promise<void> {
  const { psid } = CUSTOMERS.messenger;
  const told = new Set<string>();
  return async () => {
    if (troubles.now().messenger === 'time-out') return;
    const news = facebook.sent().filter((message) => message.psid === psid && !told.has(message.mid));
    if (news.length === 0) return;
    for (const { mid } of news) told.add(mid);
    const watermark = Math.max(...news.map(({ at }) => at.getTime()));
    const mids = news.map(({ mid }) => mid);
    await facebook.deliver([
      facebook.happening({ delivery: { mids, watermark } }, { psid }),
      facebook.happening({ read: { watermark } }, { psid }),
    ]);
  };
}
