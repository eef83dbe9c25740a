import { sayGoodbye } from '../automatic/goodbye';
import { chatClosed, chatDeleted, chatReassigned, chatUpdated } from '../events/facts';
import { chatQueued } from '../events/team-facts';
import {
  assigned,
  type Chat,
  closed,
  type Description,
  deleted,
  described,
  participantsOf,
} from '../model/chat';
import { checkMatch, etagOf } from '../model/etag';
import { invalid } from '../model/problem';
import type { WaitReason } from '../model/queue';
import { findAgent } from '../store/agents';
import { type ChatFilter, listChats, updateChats } from '../store/chats';
import { appendEvents, type NewEvent } from '../store/events';
import { findTeam } from '../store/teams';
import type { Tx } from '../store/tx';
import { actBy, type Caller } from './caller';
import { heldChat, heldForTransfer, mustBeOpen, readableChat } from './chat-access';
import type { Context } from './context';
import { waitReason } from './wait-reason';

export type ListFilter = Omit<ChatFilter, 'spaceId' | 'visibleTo'>;

/** The newest chats first; an agent's session gets those that the agent may read. */
export async function list(caller: Caller, filter: ListFilter): Promise<Chat[]> {
  const { spaceId, agent } = caller;
  const visibleTo = agent && { agentId: agent.id, teamIds: agent.teamIds };
  return caller.read((tx) => listChats(tx, { ...filter, spaceId, visibleTo }));
}

export async function get(
  caller: Caller,
  id: string,
  options: { readonly includeDeleted?: boolean } = {},
): Promise<Chat> {
  return caller.read((tx) => readableChat(tx, caller, id, options.includeDeleted));
}

interface Change {
  readonly id: string;
  readonly ifMatch: string | undefined;
}

export async function describe(
  context: Context,
  caller: Caller,
  change: Change & { readonly description: Description },
): Promise<Chat> {
  return changeChat(context, caller, change, async (_tx, chat, act) => {
    const after = described(chat, change.description, act);
    return { after, event: chatUpdated(after, act) };
  });
}

export interface Assignment extends Change {
  readonly teamId: string;
  readonly agentId?: string | undefined;
  readonly note?: string | undefined;
}

/** The transfer: to a team's queue, or to an agent directly. Answers still go back the way the customer came. */
export async function assign(
  context: Context,
  caller: Caller,
  change: Assignment,
): Promise<Chat & { readonly waits?: WaitReason | undefined }> {
  let waits: WaitReason | undefined;
  const decide: Decide = async (tx, chat, act) => {
    mustBeOpen(chat);
    const { teamId, agentId } = change;
    await mustExist(tx, caller.spaceId, { teamId, agentId });
    if (chat.teamId === teamId && chat.agentId === agentId) return { after: chat };
    const after = assigned(chat, { teamId, agentId }, act);
    waits = await waitReason(tx, after, act.at);
    const event = chatReassigned(chat, after, act, { note: change.note });
    return { after, event, more: waits ? [chatQueued(after, waits, act)] : [] };
  };
  const chat = await changeChat(context, caller, change, decide, heldForTransfer);
  return { ...chat, waits };
}

/** Throws a 400 that names a team or an agent which does not exist. */
export async function mustExist(
  tx: Tx,
  spaceId: string,
  owner: { readonly teamId: string; readonly agentId?: string | undefined },
): Promise<void> {
  if (!(await findTeam(tx, spaceId, owner.teamId)))
    throw invalid('teamId', `there is no team "${owner.teamId}"`);
  if (owner.agentId !== undefined && !(await findAgent(tx, spaceId, owner.agentId)))
    throw invalid('agentId', `there is no agent "${owner.agentId}"`);
}

export async function close(
  context: Context,
  caller: Caller,
  change: Change & { readonly bypassMessage: boolean },
): Promise<Chat> {
  return changeChat(context, caller, change, async (tx, chat, act) => {
    mustBeOpen(chat);
    const { bypassMessage } = change;
    const last = bypassMessage ? chat : await sayGoodbye(context, tx, chat, { act, isDeliberate: true });
    const after = closed(last, 'closed', act);
    return { after, event: chatClosed(after, act, bypassMessage) };
  });
}

/** Soft: it can still be read with `includeDeleted`. What was accepted before is still sent. */
export async function remove(context: Context, caller: Caller, change: Change): Promise<void> {
  await changeChat(context, caller, change, async (_tx, chat, act) => {
    const after = deleted(chat, act);
    return { after, event: chatDeleted(after, act) };
  });
}

export async function participants(caller: Caller, id: string) {
  return participantsOf(await get(caller, id));
}

type Act = ReturnType<typeof actBy>;
type Decide = (tx: Tx, chat: Chat, act: Act) => Promise<Decided>;

interface Decided {
  readonly after: Chat;
  readonly event?: NewEvent;
  /** What follows from it. */
  readonly more?: readonly NewEvent[];
}

/** One change of one chat: held, compared with what the caller read, decided, stored with its event. */
export async function changeChat(
  context: Context,
  caller: Caller,
  change: Change,
  decide: Decide,
  hold = heldChat,
): Promise<Chat> {
  return caller.transaction(async (tx) => {
    const chat = await hold(tx, caller, change.id);
    checkMatch(change.ifMatch, etagOf(chat));
    const { after, event, more = [] } = await decide(tx, chat, actBy(caller, context.now()));
    if (!event) return after;
    await updateChats(tx, [after]);
    await appendEvents(tx, [event, ...more]);
    return after;
  });
}
