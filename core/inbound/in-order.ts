import type { InboundEvent } from '../../plugins/contract/index';
import { hasLargeFiles } from './large-files';

/**
 * Takes the events of a delivery, side by side where it does not matter: messages keep their order by themselves, and
 * with one customer of whom more is told one event follows the other.
 */
export function inOrder(
  events: readonly InboundEvent[],
  take: (event: InboundEvent) => Promise<void>,
): Promise<PromiseSettledResult<void>[]> {
  const chains = new Map<string, Promise<unknown>>();
  for (const event of events) if (!keepsItsOrder(event)) chains.set(partyOf(event), Promise.resolve());
  const taken = events.map((event) => {
    const party = partyOf(event);
    const before = chains.get(party);
    if (!before) return take(event);
    const after = before.then(() => take(event));
    chains.set(
      party,
      after.catch(() => undefined), // told by the result of the event itself
    );
    return after;
  });
  return Promise.allSettled(taken);
}

function keepsItsOrder(event: InboundEvent): boolean {
  // Its files are written first, and what was said later must not overtake it.
  if (event.type === 'message' && hasLargeFiles(event.message)) return false;
  return KEEPS_ITS_ORDER.has(event.type);
}

const KEEPS_ITS_ORDER: ReadonlySet<InboundEvent['type']> = new Set([
  'message',
  'status',
  'ignored',
  'typing',
]);

function partyOf(event: InboundEvent): string {
  switch (event.type) {
    case 'message':
    case 'echo':
      return event.message.address.party;
    case 'change':
      return event.change.address.party;
    case 'control':
      return event.address.party;
    default:
      return '';
  }
}
