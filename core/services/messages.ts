import { dueInChat } from '../automatic/due';
import { messageSent } from '../events/facts';
import { leadsTeamOf } from '../model/access';
import { type Chat, withMessage } from '../model/chat';
import { RECEIVED } from '../model/delivery';
import { isId, newId } from '../model/id';
import type { Message, Part } from '../model/message';
import { invalid, notFound, Problem } from '../model/problem';
import { findAgent } from '../store/agents';
import { type Attempt, attemptsOf } from '../store/attempts';
import { putDue } from '../store/automatic';
import { updateChats } from '../store/chats';
import { appendEvents, type Ending } from '../store/events';
import { externalIdsOf } from '../store/external-ids';
import { insertMedia } from '../store/media';
import { findMessage, insertMessages } from '../store/messages';
import { findOutbox, type OutboxRow } from '../store/outbox';
import { type Receipt, receiptsOf } from '../store/receipts';
import type { Tx } from '../store/tx';
import { appendOutbound, type Draft } from './append-outbound';
import { actBy, type Caller } from './caller';
import { heldChat, mustBeOpen, readableChat } from './chat-access';
import type { Context } from './context';
import { keepFiles } from './keep-files';
import { planSend, type SendPlan } from './plan-send';

/** A message as the API is given it. */
export interface MessagePost {
  readonly from?: { readonly profileId: string; readonly name?: string | undefined } | undefined;
  readonly metadata?: unknown;
  readonly parts: readonly Part[];
  readonly alert?: unknown;
  readonly direction?: 'inbound' | 'outbound' | undefined;
  readonly isAutomatedSend: boolean;
}

/** Accepts a message into a chat; resolves once it is stored, and it is sent after that. */
export async function post(
  context: Context,
  caller: Caller,
  chatId: string,
  given: MessagePost,
): Promise<Message> {
  const { parts, files } = await keepFiles(context, caller.spaceId, given.parts);
  return caller.transaction(async (tx) => {
    const chat = await heldChat(tx, caller, chatId);
    mustBeOpen(chat);
    await insertMedia(tx, files);
    const ending = { isLast: true };
    return postInto(context, tx, { caller, chat, given: { ...given, parts }, ending });
  });
}

/** The same for a chat that the transaction holds or has just made. */
export async function postInto(
  context: Context,
  tx: Tx,
  posting: {
    readonly caller: Caller;
    readonly chat: Chat;
    readonly given: MessagePost;
    readonly ending?: Ending;
  },
): Promise<Message> {
  const { caller, chat, given, ending } = posting;
  const act = actBy(caller, context.now());
  if (directionOf(caller, chat, given) === 'inbound') return appendInbound(context, tx, { chat, given, act });
  const draft = await draftOf(tx, { caller, chat, given });
  return (await appendOutbound(context, tx, chat, draft, act, ending)).message;
}

function directionOf(caller: Caller, chat: Chat, given: MessagePost): 'inbound' | 'outbound' {
  const isCustomers = given.from?.profileId === chat.customerId;
  const direction = given.direction ?? (isCustomers ? 'inbound' : 'outbound');
  if (direction === 'inbound' && !isCustomers)
    throw invalid('from.profileId', `an inbound message comes from the customer, ${chat.customerId}`);
  if (direction === 'outbound' && isCustomers)
    throw invalid('direction', 'the customer cannot be the sender of an outbound message');
  if (direction === 'inbound' && caller.agent)
    throw new Problem('forbidden', 'an agent cannot speak for the customer');
  return direction;
}

async function draftOf(
  tx: Tx,
  { caller, chat, given }: { caller: Caller; chat: Chat; given: MessagePost },
): Promise<Draft> {
  const { metadata, parts, alert, isAutomatedSend } = given;
  const content = { metadata, parts, alert, isAutomatedSend };
  const id = given.from?.profileId ?? caller.agent?.id;
  if (id === undefined) throw invalid('from.profileId', 'it is required: say which agent sends this');
  if (caller.agent && id !== caller.agent.id)
    throw new Problem('forbidden', "an agent's session sends as that agent");
  const from = { id, name: given.from?.name };
  const agent = await findAgent(tx, chat.spaceId, id);
  // Exactly one side holds a chat: a program that handed it over says nothing more there.
  if (agent?.isProgram && id !== chat.agentId)
    throw new Problem('third-participant', `the program ${id} does not have this chat; assign it first`);
  if (isAutomatedSend && id !== chat.agentId) return { ...content, from };
  mustBeTheirTurn(caller, chat, id);
  if (!agent)
    throw invalid('from.profileId', `there is no agent "${id}"; POST /chat/config/agents makes one`);
  return { ...content, from: { id, name: given.from?.name ?? agent.name }, joins: id };
}

// A lead takes the chat over by answering in it; everybody else has it assigned to them first.
function mustBeTheirTurn({ agent }: Caller, chat: Chat, agentId: string): void {
  const takesOver = agent !== undefined && leadsTeamOf(agent, chat);
  if (chat.agentId === undefined || chat.agentId === agentId || takesOver) return;
  throw new Problem('third-participant', `the chat's agent is ${chat.agentId}; assign the chat first`, {
    extra: { agentId: chat.agentId },
  });
}

async function appendInbound(
  context: Context,
  tx: Tx,
  { chat, given, act }: { chat: Chat; given: MessagePost; act: { by: string; at: number } },
): Promise<Message> {
  const id = newId();
  const { isAutomatedSend } = given;
  const after = withMessage(chat, { id, direction: 'inbound', sentOn: act.at, isAutomatedSend }, act);
  const message: Message = {
    spaceId: chat.spaceId,
    id,
    chatId: chat.id,
    teamId: chat.teamId,
    channelId: chat.channelId,
    sentEventId: after.lastEventId,
    direction: 'inbound',
    from: { id: chat.customerId, name: given.from?.name },
    to: { id: chat.agentId ?? chat.teamId },
    sentBy: act.by,
    sentOn: act.at,
    metadata: given.metadata,
    parts: given.parts,
    alert: given.alert,
    isAutomatedSend,
    delivery: RECEIVED,
    statusUpdates: {},
    revision: 0,
  };
  await updateChats(tx, [after]);
  await insertMessages(tx, [message]);
  await appendEvents(tx, [messageSent(message)]);
  const { parts } = given;
  const heard = { chat: after, isStart: chat.lastEventId === 0, at: act.at, parts };
  if (!isAutomatedSend) await putDue(tx, dueInChat(context.teamRules.of, heard));
  return message;
}

/** Whether and how a message would leave, without storing anything. */
export async function preflight(
  context: Context,
  caller: Caller,
  chatId: string,
  given: MessagePost,
): Promise<SendPlan> {
  return caller.read(async (tx) => {
    const chat = await readableChat(tx, caller, chatId);
    try {
      mustBeOpen(chat);
      if (directionOf(caller, chat, given) === 'outbound') await draftOf(tx, { caller, chat, given });
    } catch (error) {
      if (error instanceof Problem) return { allowed: false, problem: error };
      throw error;
    }
    return planSend(context, tx, chat, given);
  });
}

/** A message with everything that happened to it. */
export interface MessageHistory {
  readonly message: Message;
  readonly attempts: readonly Attempt[];
  readonly receipts: readonly Receipt[];
  readonly outbox?: OutboxRow | undefined;
  readonly externalIds: readonly string[];
}

export async function get(caller: Caller, chatId: string, id: string): Promise<MessageHistory> {
  return caller.read(async (tx) => {
    await readableChat(tx, caller, chatId, true);
    const key = { spaceId: caller.spaceId, chatId, id };
    const message = isId(id) ? await findMessage(tx, key) : undefined;
    if (!message) throw notFound('message', id);
    return {
      message,
      attempts: await attemptsOf(tx, id),
      receipts: await receiptsOf(tx, id),
      outbox: await findOutbox(tx, id),
      externalIds: await externalIdsOf(tx, id),
    };
  });
}
