import { happened } from '../events/facts';
import type { AutoComplete } from '../model/assignment-rules';
import { checkMatch, etagOf } from '../model/etag';
import { newId } from '../model/id';
import { invalid, notFound, Problem } from '../model/problem';
import { listAccounts } from '../store/accounts';
import { knownAgents } from '../store/agents';
import { deleteCalendar } from '../store/calendars';
import { hasActiveChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { changedNow, madeNow } from '../store/made';
import { deleteQueue } from '../store/queues';
import type { Team } from '../store/teams';
import * as teams from '../store/teams';
import type { Tx } from '../store/tx';
import { actBy, businessOnly, type Caller } from './caller';
import type { Context } from './context';
import { followFeed } from './team-calendar';
import { type AutoAssignWish, checkDecider, keptRules } from './team-decider';

/** An agent in a team. */
export interface Member {
  readonly agentId: string;
  readonly isLead: boolean;
}

export interface TeamWish {
  readonly id?: string | undefined;
  readonly name: string;
  readonly members: readonly Member[];
  readonly autoAssign?: AutoAssignWish | undefined;
  readonly autoComplete?: AutoComplete | undefined;
}

export async function create(context: Context, caller: Caller, wish: TeamWish): Promise<Team> {
  businessOnly(caller);
  await checkDecider(context, wish.autoAssign);
  const { spaceId } = caller;
  return caller.transaction(async (tx) => {
    const { id = newId(), name, autoComplete } = wish;
    const autoAssign =
      wish.autoAssign && keptRules(context, { spaceId, teamId: id }, { wish: wish.autoAssign });
    const members = await agentsOnly(tx, spaceId, wish.members);
    const act = actBy(caller, context.now());
    const team: Team = { spaceId, id, name, ...members, autoAssign, autoComplete, ...madeNow(act) };
    if (!(await teams.insertTeam(tx, team)))
      throw new Problem('already-exists', `there is already a team "${id}"`);
    await tell(context, tx, 'team.create', team, act);
    if (team.members.length > 0) tx.afterCommit(context.onMembers);
    return team;
  });
}

export async function list(caller: Caller): Promise<Team[]> {
  return caller.read((tx) => teams.listTeams(tx, caller.spaceId));
}

export async function get(caller: Caller, id: string): Promise<Team> {
  return caller.read((tx) => known(tx, caller, id));
}

/** What may change of a team; what is absent stays, and `null` takes it away. */
export interface TeamChange {
  readonly name?: string | undefined;
  /** The members, or what makes them of the present ones. */
  readonly members?: readonly Member[] | ((present: readonly Member[]) => readonly Member[]) | undefined;
  readonly settings?: Team['settings'] | null;
  readonly appMessaging?: Team['appMessaging'] | null;
  readonly autoAssign?: AutoAssignWish | null | undefined;
  readonly autoComplete?: AutoComplete | null | undefined;
}

export async function update(
  context: Context,
  caller: Caller,
  id: string,
  { ifMatch, change }: { readonly ifMatch: string | undefined; readonly change: TeamChange },
): Promise<Team> {
  businessOnly(caller);
  await checkDecider(context, change.autoAssign);
  const follow = await followFeed(context, caller, id, change.settings);
  return caller.transaction(async (tx) => {
    const before = await lockTeam(tx, caller, id);
    checkMatch(ifMatch, etagOf(before));
    const act = actBy(caller, context.now());
    const { name = before.name, settings = before.settings, appMessaging = before.appMessaging } = change;
    const { autoComplete = before.autoComplete } = change;
    const wanted = typeof change.members === 'function' ? change.members(membersOf(before)) : change.members;
    const members = wanted && (await agentsOnly(tx, caller.spaceId, wanted));
    const team: Team = {
      ...{ ...before, name, ...members },
      ...{ settings: settings ?? undefined, appMessaging: appMessaging ?? undefined },
      calendar: await follow(tx, before),
      ...{
        autoAssign: rulesAfter(context, before, change.autoAssign),
        autoComplete: autoComplete ?? undefined,
      },
      ...changedNow(before, act),
    };
    await teams.updateTeam(tx, team);
    await tell(context, tx, 'team.update', team, act);
    if (wanted) tx.afterCommit(context.onMembers);
    return team;
  });
}

function rulesAfter(
  context: Context,
  { spaceId, id, autoAssign: before }: Team,
  wish: AutoAssignWish | null | undefined,
): Team['autoAssign'] {
  if (wish === undefined) return before;
  return wish === null ? undefined : keptRules(context, { spaceId, teamId: id }, { wish, before });
}

/** Refused while it has channel accounts or active chats. */
export async function remove(context: Context, caller: Caller, id: string, ifMatch?: string): Promise<void> {
  businessOnly(caller);
  const { spaceId } = caller;
  await caller.transaction(async (tx) => {
    const team = await lockTeam(tx, caller, id);
    checkMatch(ifMatch, etagOf(team));
    const account = (await listAccounts(tx, spaceId)).find((one) => one.teamId === id);
    if (account)
      throw new Problem(
        'in-use',
        `the channel account ${account.id} belongs to it; give that to another team first`,
      );
    if (await hasActiveChats(tx, spaceId, id))
      throw new Problem('in-use', 'it has active chats; assign or close them first');
    const act = actBy(caller, context.now());
    await teams.deleteTeam(tx, spaceId, id);
    await deleteQueue(tx, { spaceId, teamId: id });
    await deleteCalendar(tx, { spaceId, teamId: id });
    await tell(context, tx, 'team.delete', { ...team, ...changedNow(team, act) }, act);
    if (team.members.length > 0) tx.afterCommit(context.onMembers);
  });
}

async function known(tx: Tx, caller: Caller, id: string): Promise<Team> {
  const team = await teams.findTeam(tx, caller.spaceId, id);
  if (!team) throw notFound('team', id);
  return team;
}

async function lockTeam(tx: Tx, caller: Caller, id: string): Promise<Team> {
  const team = await teams.lockTeam(tx, caller.spaceId, id);
  if (!team) throw notFound('team', id);
  return team;
}

/** The members of a team with what they are there. */
export function membersOf({ members, leads }: Pick<Team, 'members' | 'leads'>): Member[] {
  return members.map((agentId) => ({ agentId, isLead: leads.includes(agentId) }));
}

async function agentsOnly(
  tx: Tx,
  spaceId: string,
  members: readonly Member[],
): Promise<Pick<Team, 'members' | 'leads'>> {
  // Who is named twice is what the last one says.
  const byId = new Map(members.map((member) => [member.agentId, member]));
  const distinct = [...byId.keys()];
  const agents = await knownAgents(tx, spaceId, distinct);
  const stranger = distinct.find((id) => !agents.has(id));
  if (stranger !== undefined) throw invalid('members', `"${stranger}" is no agent of this API space`);
  return { members: distinct, leads: distinct.filter((id) => byId.get(id)?.isLead) };
}

async function tell(
  context: Context,
  tx: Tx,
  name: 'team.create' | 'team.update' | 'team.delete',
  team: Team,
  act: { readonly by: string; readonly at: number },
): Promise<void> {
  await appendEvents(tx, [
    happened(name, { ...team, teamId: team.id }, act, {
      name: team.name,
      members: team.members,
      leads: team.leads,
    }),
  ]);
  tx.afterCommit(() => context.teamRules.put(team));
}
