import type { Body } from '../../support/shop';

interface Had {
  readonly teamId: string;
  readonly channelId: string;
  readonly agentId?: string;
}

/** Who has which chat at the end of a log, and what of it cannot have been right. */
export interface Retraced {
  readonly owners: ReadonlyMap<string, Had>;
  readonly faults: readonly string[];
}

/** Follows a log from its start: whether each change took the chat from who had it, and nobody was given too much. */
export function retrace(
  log: readonly Body[],
  { capacity, weigh }: { readonly capacity: number; readonly weigh: (chat: Had) => number },
): Retraced {
  const owners = new Map<string, Had>();
  const faults: string[] = [];
  const given = (id: string, payload: Body) => {
    const { teamId, agentId, previousTeamId, previousAgentId } = payload;
    const before = owners.get(id);
    if (!before) return;
    if (before.teamId !== previousTeamId || before.agentId !== previousAgentId)
      faults.push(`${id} was taken from ${previousTeamId} ${previousAgentId}, who did not have it`);
    owners.set(id, { ...before, teamId, agentId });
  };
  const mustHaveRoom = (agentId: string) => {
    const hand = [...owners.values()].filter((chat) => chat.agentId === agentId);
    const load = hand.reduce((sum, chat) => sum + weigh(chat), 0);
    if (load > capacity) faults.push(`${agentId} was given ${load} of ${capacity}`);
  };
  for (const { name, payload } of log) {
    const { id, teamId, channelId } = payload;
    if (name === 'chat.create') owners.set(id, { teamId, channelId });
    if (name === 'chat.closed') owners.delete(id);
    if (name === 'chat.assigned' || name === 'chat.transferred') given(id, payload);
    if (name === 'chat.assigned') mustHaveRoom(payload.agentId);
  }
  return { owners, faults };
}
