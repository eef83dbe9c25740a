import { chatReassigned } from '../events/facts';
import { type AutoAssign, isToRequeue } from '../model/assignment-rules';
import { assigned, type Chat } from '../model/chat';
import { isAbsent } from '../model/presence';
import { lockAgent } from '../store/agents';
import { updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { presenceOf } from '../store/presence';
import { absentAgents, holdHand, type TeamKey } from '../store/queues';
import type { Tx } from '../store/tx';
import { GATEWAY, type TeamsContext } from './context';

/** Puts chats of agents who are away or offline back into the queue, as the team's rule says. */
export async function requeueAbsent(context: TeamsContext, key: TeamKey, rules: AutoAssign): Promise<void> {
  if (rules.absent === undefined || rules.absent.chats === 'keep') return;
  const agentIds = await context.store.read((tx) => absentAgents(tx, key));
  for (const agentId of agentIds)
    await context.store.transaction((tx) => requeueOf(context, tx, { ...key, agentId, rules }));
}

interface Absentee extends TeamKey {
  readonly agentId: string;
  readonly rules: AutoAssign;
}

async function requeueOf(context: TeamsContext, tx: Tx, absentee: Absentee): Promise<void> {
  const { spaceId, agentId, rules } = absentee;
  // Held, so that the agent is not back before this is done.
  if (!(await lockAgent(tx, spaceId, agentId))) return;
  const presence = (await presenceOf(tx, spaceId, [agentId])).get(agentId);
  if (!presence || !isAbsent(presence)) return;
  const act = { by: GATEWAY, at: context.now() };
  const chats = (await holdHand(tx, absentee)).filter((chat) =>
    isToRequeue(rules.absent, {
      forMs: act.at - presence.since,
      customerWaits: wroteSince(chat, presence.since),
    }),
  );
  if (chats.length === 0) return;
  const changes = chats.map((chat) => ({ chat, after: assigned(chat, { teamId: chat.teamId }, act) }));
  await updateChats(
    tx,
    changes.map(({ after }) => after),
  );
  await appendEvents(
    tx,
    changes.map(({ chat, after }) =>
      chatReassigned(chat, after, act, { note: `the agent is ${presence.status}` }),
    ),
  );
}

// Not by the last message: what the team says by itself comes after the customer's, and is no answer.
function wroteSince({ status, lastInboundOn = 0 }: Chat, since: number): boolean {
  return status === 'new' && lastInboundOn >= since;
}
