import { chatReassigned, messageSent } from '../events/facts';
import { type Act, assigned, type Chat, withMessage } from '../model/chat';
import { acceptedIn } from '../model/delivery';
import { newId } from '../model/id';
import type { Message, Part } from '../model/message';
import { appendedChats } from '../store/appended-chats';
import { changedChats } from '../store/chats';
import { appendEventsWith, type Ending, type NewEvent } from '../store/events';
import { newMessages } from '../store/messages';
import { newOutbox } from '../store/outbox';
import type { Tx } from '../store/tx';
import type { Context } from './context';
import { placeAnswer } from './place-answer';
import { type PlanningContext, planSend } from './plan-send';

/** An answer before it has a place in its chat. */
export interface Draft {
  readonly from: { readonly id: string; readonly name?: string | undefined };
  readonly parts: readonly Part[];
  readonly metadata?: unknown;
  readonly alert?: unknown;
  readonly isAutomatedSend: boolean;
  /** The agent who becomes the chat's by answering. */
  readonly joins?: string | undefined;
}

/** What sending needs of the gateway. */
export type SendingContext = PlanningContext & Pick<Context, 'wake' | 'onSent'>;

/** Accepts an answer: the message, the chat after it, its way out and the events, in one transaction. Throws a Problem where it cannot leave. */
export async function appendOutbound(
  context: SendingContext,
  tx: Tx,
  chat: Chat,
  draft: Draft,
  act: Act,
  ending: Ending = {},
): Promise<{ chat: Chat; message: Message }> {
  const plan = await planSend(context, tx, chat, draft);
  if (!plan.allowed) throw plan.problem;
  const events: NewEvent[] = [];
  let present = chat;
  if (draft.joins !== undefined && draft.joins !== chat.agentId) {
    present = assigned(chat, { teamId: chat.teamId, agentId: draft.joins }, act);
    events.push(chatReassigned(chat, present, act));
  }
  const id = newId();
  const after = withMessage(
    present,
    { id, direction: 'outbound', sentOn: act.at, isAutomatedSend: draft.isAutomatedSend },
    act,
  );
  const message: Message = {
    spaceId: chat.spaceId,
    id,
    chatId: chat.id,
    teamId: chat.teamId,
    channelId: chat.channelId,
    sentEventId: after.lastEventId,
    direction: 'outbound',
    from: draft.from,
    to: { id: chat.customerId },
    sentBy: act.by,
    sentOn: act.at,
    metadata: draft.metadata,
    parts: draft.parts,
    alert: draft.alert,
    isAutomatedSend: draft.isAutomatedSend,
    accountId: plan.route.accountId,
    route: plan.route,
    delivery: acceptedIn(plan.pieces.length),
    statusUpdates: {},
    revision: 0,
  };
  const placed = await placeAnswer(context, tx, message);
  const { accountId } = plan.route;
  await appendEventsWith(
    tx,
    [...events, messageSent(message), ...(placed?.events ?? [])],
    [
      ...(present === chat ? appendedChats([{ before: chat, after }]) : [changedChats([after])]),
      newMessages([placed?.message ?? message]),
      ...(placed?.writes ?? [newOutbox([outboxRow(message, accountId)])]),
    ],
    ending,
  );
  if (!placed) tx.afterCommit(() => context.wake({ chatId: chat.id, accountId }));
  return { chat: after, message: placed?.message ?? message };
}

function outboxRow(message: Message, accountId: string) {
  return {
    messageId: message.id,
    spaceId: message.spaceId,
    chatId: message.chatId,
    sentEventId: message.sentEventId,
    accountId,
    state: 'ready' as const,
    piece: 0,
    attempt: 0,
    looks: 0,
    notBefore: message.sentOn,
    createdOn: message.sentOn,
  };
}
