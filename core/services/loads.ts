import { weightOf } from '../model/assignment';
import { handsOf } from '../store/queues';
import { findTeam, type Team } from '../store/teams';
import type { Tx } from '../store/tx';

/** What agents have to do, each chat weighed by the rules of its own team. */
export async function loadsOf(
  tx: Tx,
  team: Pick<Team, 'spaceId' | 'id' | 'autoAssign'>,
  agentIds: readonly string[],
): Promise<Map<string, number>> {
  const loads = new Map<string, number>();
  const weights = new Map([[team.id, team.autoAssign?.weights]]);
  for (const { agentId, teamId, channelId, chats } of await handsOf(tx, team.spaceId, agentIds)) {
    if (!weights.has(teamId))
      weights.set(teamId, (await findTeam(tx, team.spaceId, teamId))?.autoAssign?.weights);
    loads.set(agentId, (loads.get(agentId) ?? 0) + chats * weightOf(weights.get(teamId), channelId));
  }
  return loads;
}
