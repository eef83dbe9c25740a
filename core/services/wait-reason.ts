import { weightOf } from '../model/assignment';
import type { Chat } from '../model/chat';
import type { Instant } from '../model/instant';
import { isThere } from '../model/presence';
import type { WaitReason } from '../model/queue';
import { findAgents } from '../store/agents';
import { presenceOf } from '../store/presence';
import { findTeam, type Team } from '../store/teams';
import type { Tx } from '../store/tx';
import { loadsOf } from './loads';
import { isHandingOut } from './team-hours';

/** Why nobody of its team takes a chat now; undefined where somebody will, or where the team says nothing of it. */
export async function waitReason(tx: Tx, chat: Chat, at: Instant): Promise<WaitReason | undefined> {
  const team = await findTeam(tx, chat.spaceId, chat.teamId);
  if (chat.agentId !== undefined || !team?.autoAssign) return undefined;
  if (team.autoAssign.strategy === 'manual') return 'byHand';
  if (!isHandingOut(team, at)) return 'outsideHours';
  const there = await whoIsThere(tx, team);
  if (there.length === 0) return 'nobodyAvailable';
  const loads = await loadsOf(
    tx,
    team,
    there.map(({ id }) => id),
  );
  const weight = weightOf(team.autoAssign.weights, chat.channelId);
  const hasRoom = there.some(({ id, capacity }) => (loads.get(id) ?? 0) + weight <= capacity);
  return hasRoom ? undefined : 'allBusy';
}

/** The members of a team who take chats now. */
export async function whoIsThere(tx: Tx, { spaceId, members }: Team) {
  const presence = await presenceOf(tx, spaceId, members);
  const agents = await findAgents(tx, spaceId, members);
  return agents.filter((agent) => isThere(agent, presence.get(agent.id)));
}
