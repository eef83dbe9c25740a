import { type AgentConnection, deleteConnection, putConnection } from '../store/presence';
import type { Store } from '../store/store';
import { noteConnection, type PresenceContext } from './presence';

/** What pages of agents need of the gateway. */
export interface PagesContext extends PresenceContext {
  readonly store: Pick<Store, 'transaction'>;
}

/** How long a page counts as open after the last word of its node. */
const LIVE_MS = 90_000;

/** These pages of agents are open: they were opened just now, or are still. */
export async function keepPagesOpen(context: PagesContext, pages: readonly AgentConnection[]): Promise<void> {
  for (const page of pages)
    await context.store.transaction(async (tx) => {
      await putConnection(tx, page, context.now() + LIVE_MS);
      await noteConnection(context, tx, page);
    });
}

/** A page of an agent's was closed, or its connection broke. */
export async function closePage(context: PagesContext, page: AgentConnection): Promise<void> {
  await context.store.transaction(async (tx) => {
    await deleteConnection(tx, page.id);
    await noteConnection(context, tx, page);
  });
}
