import { chatCreated } from '../events/facts';
import { type Chat, startChat as chatAtStart } from '../model/chat';
import { newId } from '../model/id';
import { invalid, Problem } from '../model/problem';
import { findChat, insertChats, lockActiveChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { madeNow } from '../store/made';
import { insertMedia } from '../store/media';
import { lastInboundOn } from '../store/messages';
import { findAddress, insertAddress } from '../store/profiles';
import type { Tx } from '../store/tx';
import { addProfile } from './add-profile';
import { actBy, type Caller } from './caller';
import { mustExist } from './chats';
import type { Context } from './context';
import { keepFiles } from './keep-files';
import { type MessagePost, postInto } from './messages';
import { canonicalAddress, keepAddress, routeFor } from './route-for';

/** A chat as the API is given it. */
export interface ChatCreate {
  readonly name: string;
  readonly description?: string | undefined;
  readonly teamId: string;
  readonly channelId: string;
  readonly participants: readonly { readonly id: string; readonly role: 'participant' | 'agent' }[];
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly agentId?: string | undefined;
  readonly address?: string | undefined;
  readonly accountId?: string | undefined;
  readonly message?: MessagePost | undefined;
}

/** Starts a chat with a customer; throws a 409 naming the active one where there is one. */
export async function startChat(context: Context, caller: Caller, create: ChatCreate): Promise<Chat> {
  const { spaceId } = caller;
  mustBeInstalled(context, create.channelId);
  const agentId = agentOf(caller, create);
  const kept = create.message && (await keepFiles(context, spaceId, create.message.parts));
  return caller.transaction(async (tx) => {
    await mustExist(tx, spaceId, { teamId: create.teamId, agentId });
    const customerId = await customerOf(context, tx, caller, create);
    const chat = await insertNew(context, tx, caller, { create, customerId, agentId });
    if (!create.message || !kept) return chat;
    await insertMedia(tx, kept.files);
    await postInto(context, tx, { caller, chat, given: { ...create.message, parts: kept.parts } });
    return (await findChat(tx, spaceId, chat.id)) ?? chat;
  });
}

function mustBeInstalled(context: Context, channelId: string): void {
  const channels = new Set([...context.registry.definitions()].map((definition) => definition.channel));
  if (!channels.has(channelId) && !PUBLISHED_CHANNELS.has(channelId))
    throw invalid('channelId', `no such channel is installed; there are ${[...channels].join(', ')}`);
}

// Clients of the published API name these, whether or not an adapter is there.
const PUBLISHED_CHANNELS = new Set(['webChat', 'appMessaging', 'sms', 'email', 'fbMessenger']);

function agentOf(caller: Caller, create: ChatCreate): string | undefined {
  const agents = create.participants.filter((one) => one.role === 'agent').map((one) => one.id);
  const all = new Set(create.agentId === undefined ? agents : [...agents, create.agentId]);
  if (all.size > 1) throw thirdParticipant('agents', [...all]);
  const [named] = all;
  if (!caller.agent) return named;
  if (named !== undefined && named !== caller.agent.id)
    throw new Problem('forbidden', "an agent's session starts chats for that agent");
  if (!caller.agent.teamIds.includes(create.teamId))
    throw new Problem('forbidden', `the agent is no member of the team ${create.teamId}`);
  return caller.agent.id;
}

function thirdParticipant(what: string, ids: readonly string[]): Problem {
  return new Problem(
    'third-participant',
    `a chat has one customer and one agent at most; these are ${ids.length} ${what}: ${ids.join(', ')}`,
  );
}

async function customerOf(context: Context, tx: Tx, caller: Caller, create: ChatCreate): Promise<string> {
  const { spaceId } = caller;
  const named = [
    ...new Set(create.participants.filter((one) => one.role === 'participant').map((one) => one.id)),
  ];
  if (named.length > 1) throw thirdParticipant('customers', named);
  const [id] = named;
  const act = actBy(caller, context.now());
  if (id !== undefined) {
    await addProfile(tx, { spaceId, id, data: {}, ...madeNow(act) });
    return id;
  }
  const { channelId } = create;
  const address = canonicalAddress(context, { spaceId, channelId, teamIds: [], address: create.address });
  if (address === undefined)
    throw invalid('participants', 'name the customer (role participant), or give an address');
  const known = await findAddress(tx, { spaceId, channelId, address });
  if (known) return known.profileId;
  const profileId = newId();
  const claim = { spaceId, channelId, address, profileId, canReply: true, createdOn: act.at };
  // The unique index decides whose the address is; who comes second finds the first one's profile.
  if (!(await insertAddress(tx, claim))) return (await findAddress(tx, claim))?.profileId ?? profileId;
  await addProfile(tx, { spaceId, id: profileId, data: {}, ...madeNow(act) });
  return profileId;
}

interface NewChat {
  readonly create: ChatCreate;
  readonly customerId: string;
  readonly agentId: string | undefined;
}

async function insertNew(
  context: Context,
  tx: Tx,
  caller: Caller,
  { create, customerId, agentId }: NewChat,
): Promise<Chat> {
  const { spaceId } = caller;
  const { name, description, teamId, channelId, labels } = create;
  const act = actBy(caller, context.now());
  const thread = create.context?.['conversationId'];
  const route = await routeFor(context, tx, {
    ...{ spaceId, channelId, customerId, teamIds: [teamId] },
    ...{ accountId: create.accountId, address: create.address },
    thread: typeof thread === 'string' ? thread : undefined,
  });
  const last = route && (await lastInboundOn(tx, { spaceId, customerId, accountId: route.accountId }));
  const chat = chatAtStart(
    {
      ...{ spaceId, id: newId(), name, description, teamId, agentId, customerId, channelId, route },
      context: create.context ?? {},
      labels: labels ?? [],
      lastInboundOn: last,
    },
    act,
  );
  if (route) await keepAddress(tx, route, { spaceId, channelId, customerId, at: act.at });
  const [isNew] = await insertChats(tx, [chat]);
  if (!isNew) throw await alreadyActive(tx, spaceId, customerId);
  await appendEvents(tx, [chatCreated(chat, act)]);
  return chat;
}

async function alreadyActive(tx: Tx, spaceId: string, customerId: string): Promise<Problem> {
  const [active] = await lockActiveChats(tx, spaceId, [customerId]);
  return new Problem(
    'chat-already-active',
    `the customer ${customerId} already has the active chat ${active?.id}`,
    {
      extra: { chatId: active?.id },
    },
  );
}
