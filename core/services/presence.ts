import { presenceChanged } from '../events/team-facts';
import type { Act } from '../model/chat';
import type { Instant } from '../model/instant';
import {
  chose,
  connected,
  disconnected,
  graceOver,
  isThere,
  type Presence,
  type PresenceStatus,
  unheardOf,
} from '../model/presence';
import { notFound, Problem } from '../model/problem';
import { type Agent, listAgents, lockAgent } from '../store/agents';
import { appendEventsWith } from '../store/events';
import {
  connectedAgents,
  customersOnline,
  isConnected,
  presenceOf,
  writtenPresence,
} from '../store/presence';
import { together } from '../store/together';
import type { Tx } from '../store/tx';
import { actBy, type Caller } from './caller';
import type { Context } from './context';
import { passOffersOf } from './offers';

/** How an agent is, as others see it. */
export interface AgentPresence {
  readonly presence: Presence;
  readonly isConnected: boolean;
}

/** The agents of the space, or those with one of the ids or statuses. */
export async function list(
  context: Context,
  caller: Caller,
  filter: { readonly ids?: readonly string[] | undefined; readonly statuses?: readonly string[] | undefined },
): Promise<AgentPresence[]> {
  const { spaceId } = caller;
  return caller.read(async (tx) => {
    const agents = (await listAgents(tx, spaceId)).filter(({ id }) => filter.ids?.includes(id) ?? true);
    const known = await presenceOf(
      tx,
      spaceId,
      agents.map(({ id }) => id),
    );
    const connections = await connectedAgents(tx, spaceId, context.now());
    const all = agents.map((agent) => ({
      presence: shown(agent, known.get(agent.id)),
      isConnected: agent.isProgram || connections.has(agent.id),
    }));
    return all.filter(({ presence }) => filter.statuses?.includes(presence.status) ?? true);
  });
}

function shown(agent: Agent, known: Presence | undefined): Presence {
  if (!agent.isProgram) return known ?? unheardOf(agent);
  return { ...unheardOf(agent), ...known, status: 'available', since: known?.since ?? agent.createdOn };
}

/** An agent says how they are, or the business says it for them. */
export async function set(
  context: Context,
  caller: Caller,
  agentId: string,
  status: PresenceStatus,
): Promise<AgentPresence> {
  if (caller.agent && caller.agent.id !== agentId)
    throw new Problem('forbidden', "an agent's session speaks for that agent only");
  const { spaceId } = caller;
  return caller.transaction(async (tx) => {
    const act = actBy(caller, context.now());
    const [presence, hasPage] = await together([
      change(tx, { spaceId, agentId, act }, (before, { isProgram }) => {
        if (isProgram) throw new Problem('conflict', 'this agent is a program: it is always available');
        return chose(before, status, act.at);
      }),
      isConnected(tx, spaceId, agentId, act.at),
    ]);
    if (!presence) throw notFound('agent', agentId);
    return { presence, isConnected: hasPage };
  });
}

export interface OfAgent {
  readonly spaceId: string;
  readonly agentId: string;
}

/** A page of an agent's connected, or their last one ended; part of the caller's transaction. */
export async function noteConnection(
  context: PresenceContext,
  tx: Tx,
  { spaceId, agentId }: OfAgent,
): Promise<void> {
  const at = context.now();
  const hasPage = await isConnected(tx, spaceId, agentId, at);
  const act = { by: hasPage ? `session:${agentId}` : 'gateway', at };
  await change(tx, { spaceId, agentId, act }, (before) =>
    hasPage ? connected(before, at) : disconnected(before, at),
  );
}

/** Whoever lost their connection and did not come back in time is offline; unless they did come back. */
export async function endGrace(context: PresenceContext, tx: Tx, agent: OfAgent): Promise<void> {
  const act = { by: 'gateway', at: context.now() };
  await change(tx, { ...agent, act }, (before) => graceOver(before, act.at));
}

/** What a change of presence needs of the gateway. */
export type PresenceContext = Pick<Context, 'now'>;

async function change(
  tx: Tx,
  { spaceId, agentId, act }: OfAgent & { readonly act: Act },
  decide: (before: Presence, agent: Agent) => Presence,
): Promise<Presence | undefined> {
  // Whoever hands out chats holds the agent too, and sees either the state before or the one after. Asked in this order.
  const [agent, all] = await together([lockAgent(tx, spaceId, agentId), presenceOf(tx, spaceId, [agentId])]);
  if (!agent) return undefined;
  const known = all.get(agentId);
  const before = known ?? unheardOf(agent);
  const after = decide(before, agent);
  if (after === before) return after;
  const isOther = after.status !== before.status;
  const events = isOther ? [presenceChanged(before, after, act)] : [];
  await appendEventsWith(tx, events, [writtenPresence(after, { isNew: known === undefined })], {
    isLast: true,
  });
  if (!isOther) return after;
  if (!isThere(agent, after)) await passOffersOf(tx, { spaceId, agentId }, act);
  return after;
}

/** Customers whose app is connected, or was. */
export async function customers(
  context: Context,
  caller: Caller,
  ids: readonly string[] | undefined,
): Promise<{ readonly profileId: string; readonly isOnline: boolean; readonly until: Instant }[]> {
  const now = context.now();
  const known = await caller.read((tx) => customersOnline(tx, caller.spaceId, ids));
  return known.map(({ profileId, onlineUntil }) => ({
    ...{ profileId, isOnline: onlineUntil > now, until: onlineUntil },
  }));
}
