import { type Plan, planAssignment, type Situation } from '../model/assignment';
import type { AutoAssign } from '../model/assignment-rules';
import { isThere } from '../model/presence';
import { loadsOf } from '../services/loads';
import { isHandingOut } from '../services/team-hours';
import { type Agent, holdMembers } from '../store/agents';
import { presenceOf } from '../store/presence';
import {
  changedQueue,
  holdQueue,
  lastAgents,
  makeQueue,
  type QueuedChat,
  type TeamKey,
} from '../store/queues';
import { findTeam, type Team } from '../store/teams';
import { together } from '../store/together';
import type { Tx } from '../store/tx';
import { GATEWAY, type TeamsContext } from './context';
import type { Deciders, Word } from './deciders';
import { give } from './give';
import type { Lane } from './lanes';
import { type Question, questionOf } from './question';

const AT_ONCE = 100;
/** An agent who comes, or has room again, takes one or a few: what is behind these is looked at when there is room for it. */
const AT_FIRST = 10;

type HandOutContext = TeamsContext & { readonly deciders: Deciders };

/** Gives the chats that wait in a team's queue to its agents, until nobody has room or nothing waits. */
export async function handOut(context: HandOutContext, key: TeamKey, lane: Lane): Promise<void> {
  let next: Next | undefined = { limit: AT_FIRST };
  while (next !== undefined) {
    const { from, limit, question }: Next = next;
    // Outside of any transaction, and of the lanes that other teams wait for.
    const word: Word | undefined =
      question && (await lane.aside(() => context.deciders.ask(question, lane.signal)));
    if (lane.signal.aborted) return;
    next = await context.store.transaction((tx) => handOutSome(context, tx, { key, from, limit, word }));
  }
}

interface Next {
  /** Behind which chat to go on; absent: from the oldest. */
  readonly from?: string | undefined;
  /** How many to look at. */
  readonly limit: number;
  /** To ask before that. */
  readonly question?: Question | undefined;
}

interface Some {
  readonly key: TeamKey;
  readonly from: string | undefined;
  readonly limit: number;
  readonly word: Word | undefined;
}

/** A group of them, in one transaction that holds the team and its agents; gives how to go on, if there may be more to do. */
async function handOutSome(
  context: TeamsContext,
  tx: Tx,
  { key, from, limit, word }: Some,
): Promise<Next | undefined> {
  const page = { after: from, limit };
  const [team, queue] = await together([findTeam(tx, key.spaceId, key.teamId), holdQueue(tx, key, page)]);
  const act = { by: GATEWAY, at: context.now() };
  if (!team?.autoAssign || !isHandingOut(team, act.at)) return undefined;
  const rules = team.autoAssign;
  if (!queue) {
    await makeQueue(tx, key);
    return { from, limit };
  }
  const { lastServed, oldest } = queue;
  // What came after the question was not asked about.
  const chats = word ? oldest.filter(({ id }) => word.asked.has(id)) : oldest;
  if (chats.length === 0) return oldest.length > 0 ? { from, limit } : undefined;
  const { agents, situation } = await facing(tx, { team, rules, chats, lastServed });
  const plan = planAssignment({ ...situation, chosen: word?.chosen });
  if (rules.decider && !word && plan.allotments.length > 0)
    return {
      from,
      limit,
      question: await questionOf(tx, { ...key, decider: rules.decider, situation, agents }),
    };
  const turn = plan.lastServed === lastServed ? [] : [changedQueue(key, plan.lastServed)];
  const given = await give(
    tx,
    { key, rules, agents, chats, allotments: plan.allotments, word, beside: turn },
    act,
  );
  return following({ from, limit, oldest, chats, plan, given });
}

interface Done {
  readonly from: string | undefined;
  readonly limit: number;
  readonly oldest: readonly QueuedChat[];
  readonly chats: readonly QueuedChat[];
  readonly plan: Plan;
  readonly given: number;
}

function following({ from, limit, oldest, chats, plan, given }: Done): Next | undefined {
  // A chat that was taken from under us left room behind, and what was not asked about is asked about now.
  if (given < plan.allotments.length || chats.length < oldest.length) return { from, limit };
  const isMore = plan.hasRoom && oldest.length === limit;
  return isMore ? { from: oldest.at(-1)?.id, limit: AT_ONCE } : undefined;
}

interface Facing {
  readonly team: Team;
  readonly rules: AutoAssign;
  readonly chats: readonly QueuedChat[];
  readonly lastServed: string | undefined;
}

interface Faced {
  readonly agents: readonly Agent[];
  readonly situation: Situation;
}

async function facing(tx: Tx, { team, rules, chats, lastServed }: Facing): Promise<Faced> {
  const { spaceId, members } = team;
  const customerIds = chats.map((chat) => chat.customerId);
  // Asked in this order: whatever is said of agents is said while they are held.
  const [held, presence, loads, last] = await together([
    holdMembers(tx, spaceId, team.id),
    presenceOf(tx, spaceId, members),
    loadsOf(tx, team, members),
    rules.lastAgentFirst ? lastAgents(tx, spaceId, customerIds) : Promise.resolve(undefined),
  ]);
  // Of whoever came into the team just now nothing was asked.
  const agents = held.filter(({ id }) => members.includes(id));
  const there = agents.filter((agent) => isThere(agent, presence.get(agent.id)));
  return {
    agents,
    situation: {
      ...{
        strategy: rules.strategy,
        weights: rules.weights,
        lastAgentFirst: rules.lastAgentFirst,
        lastServed,
      },
      agents: there.map(({ id, capacity }) => ({ agentId: id, capacity, load: loads.get(id) ?? 0 })),
      chats: chats.map(({ id, channelId, customerId, tried }) => ({
        ...{ chatId: id, channelId, tried, lastAgentId: last?.get(customerId) },
      })),
    },
  };
}
