import { ChannelError, type ConversationAnswer } from '../../../plugins/contract/index';
import { newId } from '../../model/id';
import { messageOfKey } from '../../store/conversation-messages';
import { findParticipant, lockConversation, type StoredConversation } from '../../store/conversations';
import { appendEventsWith } from '../../store/events';
import { findMedia } from '../../store/media';
import { StoreUnavailable } from '../../store/store';
import { together } from '../../store/together';
import type { Tx } from '../../store/tx';
import { type AppendedMessage, appendedTo } from './append';
import { beginConversation, newestConversation } from './begin-conversation';
import type { ClientAccount, ClientsContext } from './context';
import { withOwnFiles } from './own-files';

/** What an agent says, under the key of its one submission. */
export interface KeyedAnswer extends ConversationAnswer {
  readonly key: string;
}

/** What putting an answer into a conversation needs of the gateway. */
export type AnsweringContext = Pick<ClientsContext, 'links' | 'now'>;

/** Puts an answer into the customer's conversation, once per key; without a conversation, into the newest one or a new one. */
export async function answer(
  context: ClientsContext,
  account: ClientAccount,
  given: KeyedAnswer & { readonly signal: AbortSignal },
): Promise<{ readonly id: string }> {
  if (given.signal.aborted) throw new ChannelError('unavailable', 'it was given up before it was begun');
  try {
    return await context.store.transaction((tx) => append(context, tx, account, given));
  } catch (error) {
    // Whether the commit went through is not known then; the key makes a second attempt safe.
    if (error instanceof StoreUnavailable)
      throw new ChannelError('unavailable', 'the database is not available', { maybeSent: true });
    throw error;
  }
}

async function append(context: ClientsContext, tx: Tx, account: ClientAccount, given: KeyedAnswer) {
  const before = await messageOfKey(tx, account.spaceId, sendKeyOf(given));
  if (before) return { id: before.id };
  const { stored, events, writes } = await answered(context, tx, account, given);
  await appendEventsWith(tx, events, writes);
  return { id: stored.id };
}

/** An answer whose key is new, as a part of a larger write; the conversation is held from now on. Throws ChannelError. */
export async function answered(
  context: AnsweringContext,
  tx: Tx,
  account: ClientAccount,
  given: KeyedAnswer,
): Promise<AppendedMessage> {
  const conversation = await conversationFor(context, tx, account, given);
  const parts = await withOwnFiles(tx, context.links, { spaceId: account.spaceId, parts: given.parts });
  const { from, metadata, alert } = given;
  const message = { id: newId(), from, sentBy: `session:${from.id}`, sentOn: context.now() };
  return appendedTo(context, tx, conversation, {
    ...{ ...message, metadata, alert, parts: await named(tx, parts), sendKey: sendKeyOf(given) },
    answers: given.to,
  });
}

function sendKeyOf({ key }: KeyedAnswer): string {
  return `answer ${key}`;
}

async function named(tx: Tx, parts: Awaited<ReturnType<typeof withOwnFiles>>) {
  const whole = [];
  for (const part of parts) {
    const id = /^media:(.+)$/.exec(part.url ?? '')?.[1];
    const file = id === undefined ? undefined : await findMedia(tx, id);
    whole.push(file?.bytes === undefined ? part : { ...part, size: file.bytes });
  }
  return whole;
}

async function conversationFor(
  context: AnsweringContext,
  tx: Tx,
  account: ClientAccount,
  { conversationId, to }: ConversationAnswer,
): Promise<StoredConversation> {
  if (conversationId === undefined) return newestOf(context, tx, account, to);
  const { spaceId } = account;
  const [held, participant] = await together([
    lockConversation(tx, spaceId, conversationId),
    findParticipant(tx, { spaceId, conversationId, profileId: to }),
  ]);
  const isThere = held !== undefined && held.accountId === account.id && held.deletedOn === undefined;
  if (!held || !isThere)
    throw new ChannelError('unreachable', 'the conversation was deleted', { reason: 'not_permitted' });
  if (!participant)
    throw new ChannelError('unreachable', 'the customer left the conversation', { reason: 'not_permitted' });
  return held;
}

/** We write first: into where this customer was last, else into a conversation of theirs that begins with it. */
async function newestOf(
  context: AnsweringContext,
  tx: Tx,
  account: ClientAccount,
  profileId: string,
): Promise<StoredConversation> {
  const newest = await newestConversation(tx, account, profileId);
  if (newest) return (await lockConversation(tx, account.spaceId, newest.id)) ?? newest;
  return beginConversation(tx, account, profileId, { by: 'gateway', at: context.now() });
}
