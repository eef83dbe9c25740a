import { findActiveChatOf } from '../../store/chat-readers';
import { participantsOf } from '../../store/conversations';
import { type ClientAccount, type ClientActor, type ClientsContext, TYPING_TOPIC } from './context';
import { mustBeAllowed, participating, readable } from './conversation-access';

// So that a message of the bus stays small, however many there are and however long their ids.
const AT_ONCE = 100;

/** Tells the others in a conversation, and the agents of their chat, that somebody is typing. It is not stored. */
export async function setTyping(actor: ClientActor, conversationId: string, isOn: boolean): Promise<void> {
  const { context, account, session } = actor;
  const { spaceId, channelId } = account;
  const { others, readers } = await context.store.read(async (tx) => {
    mustBeAllowed(participating(await readable(tx, actor, conversationId)), 'canSend');
    const present = await participantsOf(tx, spaceId, [conversationId]);
    const key = { spaceId, channelId, address: session.profileId };
    return { others: present.map((one) => one.id), readers: await findActiveChatOf(tx, key) };
  });
  const by = { spaceId, accountId: account.id, profileId: session.profileId };
  const typing = { ...by, isOn, at: context.now() };
  tell(context, { ...typing, conversationId }, others);
  if (readers) tell(context, { ...typing, chatId: readers.chatId }, readers.agentIds);
}

/** Tells a conversation that somebody of our side is typing. */
export async function showTyping(
  context: ClientsContext,
  account: ClientAccount,
  { conversationId, profileId, isOn }: { conversationId: string; profileId: string; isOn: boolean },
): Promise<void> {
  const { spaceId } = account;
  const present = await context.store.read((tx) => participantsOf(tx, spaceId, [conversationId]));
  const typing = { spaceId, accountId: account.id, conversationId, profileId, isOn, at: context.now() };
  tell(
    context,
    typing,
    present.map((one) => one.id),
  );
}

/** Who types where; in a conversation for its participants, in a chat for agents. */
export interface Typing {
  readonly spaceId: string;
  readonly accountId: string;
  readonly profileId: string;
  readonly isOn: boolean;
  readonly at: number;
  readonly conversationId?: string;
  readonly chatId?: string;
}

function tell({ bus }: ClientsContext, typing: Typing, to: readonly string[]): void {
  for (let start = 0; start < to.length; start += AT_ONCE)
    bus.publish(TYPING_TOPIC, { ...typing, to: to.slice(start, start + AT_ONCE) });
}
