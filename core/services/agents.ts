import { happened } from '../events/facts';
import { checkMatch, etagOf } from '../model/etag';
import { newId } from '../model/id';
import { notFound, Problem } from '../model/problem';
import type { Agent } from '../store/agents';
import * as agents from '../store/agents';
import { listChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { changedNow, madeNow } from '../store/made';
import { deletePresence } from '../store/presence';
import { teamsOfAgent } from '../store/teams';
import { revokeTokensOfAgent } from '../store/tokens';
import type { Tx } from '../store/tx';
import { addProfile } from './add-profile';
import { actBy, businessOnly, type Caller, mustHave } from './caller';
import type { Context } from './context';
import { type Member, update as updateTeam } from './teams';
import { type Minted, mintToken } from './tokens';

export interface AgentWish {
  readonly id?: string | undefined;
  readonly name: string;
  readonly email: string;
  readonly capacity?: number | undefined;
  readonly isProgram?: boolean | undefined;
  /** None, or nothing in it, takes it away. */
  readonly signature?: string | null | undefined;
}

const DEFAULT_CAPACITY = 5;
const SESSION_MS = 12 * 3_600_000;
const SESSION_SCOPES = ['chat:read', 'chat:write', 'config:read', 'profiles:read'];

/** Makes an agent, who is a profile too. */
export async function create(context: Context, caller: Caller, wish: AgentWish): Promise<Agent> {
  businessOnly(caller);
  const { spaceId } = caller;
  return caller.transaction(async (tx) => {
    const act = actBy(caller, context.now());
    const { name, email, id = newId(), capacity = DEFAULT_CAPACITY, isProgram = false } = wish;
    const signature = signatureIn(wish);
    const agent: Agent = { spaceId, id, name, email, capacity, isProgram, signature, ...madeNow(act) };
    if (!(await agents.insertAgent(tx, agent)))
      throw new Problem('already-exists', `there is already an agent "${id}"`);
    await addProfile(tx, { spaceId, id, name, data: { email }, ...madeNow(act) });
    await tell(tx, 'agent.create', agent, act);
    return agent;
  });
}

export async function list(caller: Caller): Promise<Agent[]> {
  return caller.read((tx) => agents.listAgents(tx, caller.spaceId));
}

export async function get(caller: Caller, id: string): Promise<Agent> {
  return caller.read((tx) => known(tx, caller, id));
}

export async function update(
  context: Context,
  caller: Caller,
  id: string,
  change: { readonly ifMatch: string | undefined; readonly wish: Omit<AgentWish, 'id'> },
): Promise<Agent> {
  businessOnly(caller);
  return caller.transaction(async (tx) => {
    const before = await lockAgent(tx, caller, id);
    checkMatch(change.ifMatch, etagOf(before));
    const act = actBy(caller, context.now());
    const { name, email, capacity = before.capacity, isProgram = before.isProgram } = change.wish;
    const signature = change.wish.signature === undefined ? before.signature : signatureIn(change.wish);
    const wanted = { name, email, capacity, isProgram, signature };
    const agent: Agent = { ...before, ...wanted, ...changedNow(before, act) };
    await agents.updateAgent(tx, agent);
    await tell(tx, 'agent.update', agent, act);
    return agent;
  });
}

function signatureIn({ signature }: Pick<AgentWish, 'signature'>): string | undefined {
  return signature?.trim() ? signature : undefined;
}

/** Refused while chats are theirs. Their sessions end at once. */
export async function remove(context: Context, caller: Caller, id: string, ifMatch?: string): Promise<void> {
  businessOnly(caller);
  await caller.transaction(async (tx) => {
    const agent = await lockAgent(tx, caller, id);
    checkMatch(ifMatch, etagOf(agent));
    const filter = {
      spaceId: caller.spaceId,
      agentId: id,
      includeClosed: false,
      includeDeleted: false,
      limit: 1,
    };
    const [chat] = await listChats(tx, filter);
    if (chat)
      throw new Problem(
        'in-use',
        `the agent still has chats, such as ${chat.id}; assign them to somebody else first`,
      );
    const act = actBy(caller, context.now());
    await leaveTeams(context, tx, caller, id);
    await agents.deleteAgent(tx, caller.spaceId, id);
    await deletePresence(tx, caller.spaceId, id);
    await revokeTokensOfAgent(tx, caller.spaceId, id, act.at);
    await tell(tx, 'agent.delete', { ...agent, ...changedNow(agent, act) }, act);
    tx.afterCommit(context.onToken);
  });
}

/** A session token, with which an agent's own page sees and does what that agent may. */
export async function openSession(
  context: Context,
  caller: Caller & { readonly partnerId: string },
  id: string,
): Promise<Minted> {
  businessOnly(caller);
  mustHave(caller, SESSION_SCOPES);
  return caller.transaction(async (tx) => {
    // Held: whoever takes the agent away ends this session, too, or has done so before.
    const agent = await lockAgent(tx, caller, id);
    const now = context.now();
    return mintToken(tx, {
      ...{ partnerId: caller.partnerId, spaceId: caller.spaceId, kind: 'agent' as const, agentId: agent.id },
      ...{
        name: agent.name,
        scopes: SESSION_SCOPES,
      },
      ...{ createdOn: now, createdBy: caller.by, expiresOn: now + SESSION_MS },
    });
  });
}

async function leaveTeams(context: Context, tx: Tx, caller: Caller, id: string): Promise<void> {
  const joined = { ...caller, transaction: <T>(work: (own: Tx) => Promise<T>) => work(tx) };
  const members = (present: readonly Member[]) => present.filter(({ agentId }) => agentId !== id);
  for (const teamId of await teamsOfAgent(tx, caller.spaceId, id))
    await updateTeam(context, joined, teamId, { ifMatch: undefined, change: { members } });
}

async function lockAgent(tx: Tx, caller: Caller, id: string): Promise<Agent> {
  const agent = await agents.lockAgent(tx, caller.spaceId, id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

async function known(tx: Tx, caller: Caller, id: string): Promise<Agent> {
  const agent = await agents.findAgent(tx, caller.spaceId, id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

async function tell(
  tx: Tx,
  name: string,
  agent: Agent,
  act: { readonly by: string; readonly at: number },
): Promise<void> {
  const payload = { name: agent.name, email: agent.email, capacity: agent.capacity };
  await appendEvents(tx, [happened(name, agent, act, payload)]);
}
