import { sayDue } from '../automatic/say-due';
import { GRACE_MS } from '../model/presence';
import { closePage } from '../services/agent-pages';
import { expireOffer } from '../services/offers';
import { endGrace } from '../services/presence';
import { dropSettledOffers, expiredOffers } from '../store/offers';
import { deadConnections, lostBefore } from '../store/presence';
import type { TeamKey } from '../store/queues';
import { teamsWithQueue } from '../store/queues';
import { closeQuiet } from './close-quiet';
import { GATEWAY, type TeamsContext } from './context';

const AT_ONCE = 200;

/** Finds in the database what time alone has brought and what nobody told: offers and graces that are over, pages of dead nodes, queues with room. Gives the teams to look at. */
export async function sweep(context: TeamsContext): Promise<TeamKey[]> {
  for (const step of [endConnections, endGraces, endOffers, closeQuiet, sayDue])
    await step(context).catch((error: unknown) => {
      // What one cannot do must not keep the others from their work.
      context.log.warn({ error }, `${step.name} did not end`);
    });
  return context.store.read(teamsWithQueue);
}

async function endConnections(context: TeamsContext): Promise<void> {
  const { store, now } = context;
  for (const page of await store.read((tx) => deadConnections(tx, now(), AT_ONCE)))
    await closePage(context, page);
}

async function endGraces(context: TeamsContext): Promise<void> {
  const { store, now } = context;
  const lost = await store.read((tx) => lostBefore(tx, now() - GRACE_MS, AT_ONCE));
  for (const presence of lost) await store.transaction((tx) => endGrace(context, tx, presence));
}

async function endOffers(context: TeamsContext): Promise<void> {
  const { store, now } = context;
  const expired = await store.read((tx) => expiredOffers(tx, now(), AT_ONCE));
  for (const offer of expired)
    await store.transaction((tx) => expireOffer(tx, offer, { by: GATEWAY, at: now() }));
  if (expired.length > 0) await store.transaction(dropSettledOffers);
}
