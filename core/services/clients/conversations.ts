import type {
  Conversation,
  ConversationDetails,
  ConversationParticipant,
} from '../../../plugins/contract/index';
import { conversationHappened, participantHappened } from '../../events/conversation-facts';
import { checkMatch, etagOf } from '../../model/etag';
import { invalid, Problem } from '../../model/problem';
import {
  insertConversation,
  insertParticipants,
  listConversationsWith,
  listPublicConversations,
  participantCounts,
  type StoredConversation,
  updateConversation,
} from '../../store/conversations';
import { appendEvents } from '../../store/events';
import { changedNow, madeNow } from '../../store/made';
import type { Tx } from '../../store/tx';
import { actOf, type ClientActor } from './context';
import { heldSeat, mustOwn, readable } from './conversation-access';

/** What one conversation may have. */
export const MOST_PARTICIPANTS = 1_000;

/** Whoever makes a conversation owns it. */
export async function create(
  actor: ClientActor,
  wish: ConversationDetails & {
    readonly id: string;
    readonly participants: readonly ConversationParticipant[];
  },
): Promise<Conversation> {
  const { context, account, session } = actor;
  const { id, participants, ...details } = wish;
  const roles = new Map(participants.map((one) => [one.id, one.role]));
  roles.set(session.profileId, 'owner');
  if (roles.size > MOST_PARTICIPANTS)
    throw invalid('participants', `a conversation has at most ${MOST_PARTICIPANTS} participants`);
  return context.store.transaction(async (tx) => {
    const act = actOf(actor);
    const conversation: StoredConversation = {
      ...{ ...details, spaceId: account.spaceId, id, accountId: account.id },
      ...{ lastEventId: 0, latestSentEventId: 0 },
      ...madeNow(act),
    };
    if (!(await insertConversation(tx, conversation)))
      throw new Problem('already-exists', `there is already a conversation "${id.slice(0, 100)}"`);
    const seats = [...roles].map(([who, role]) => ({
      ...{ spaceId: account.spaceId, conversationId: id, id: who, role, joinedOn: act.at },
    }));
    await insertParticipants(tx, seats);
    const others = seats.filter((one) => one.id !== session.profileId);
    await appendEvents(tx, [
      conversationHappened('create', conversation, act),
      ...others.map((one) => participantHappened('Added', conversation, one, act)),
    ]);
    return shown(conversation, seats.length);
  });
}

/** Those that one is in, or that everybody may see. */
export async function list(actor: ClientActor, scope: 'public' | 'participant'): Promise<Conversation[]> {
  const { context, account, session } = actor;
  const { spaceId } = account;
  return context.store.read(async (tx) => {
    const on = { spaceId, accountId: account.id };
    const found = await (scope === 'public'
      ? listPublicConversations(tx, on)
      : listConversationsWith(tx, on, session.profileId));
    const counts = await participantCounts(
      tx,
      spaceId,
      found.map((one) => one.id),
    );
    return found.map((one) => shown(one, counts.get(one.id) ?? 0));
  });
}

export async function get(actor: ClientActor, id: string): Promise<Conversation> {
  return actor.context.store.read(async (tx) => {
    const { conversation } = await readable(tx, actor, id);
    return shown(conversation, await countOf(tx, conversation));
  });
}

export async function update(
  actor: ClientActor,
  change: { readonly id: string; readonly details: ConversationDetails; readonly ifMatch?: string },
): Promise<Conversation> {
  return actor.context.store.transaction(async (tx) => {
    const found = await heldSeat(tx, actor, change.id);
    mustOwn(found);
    checkMatch(change.ifMatch, etagOf(found.conversation));
    const act = actOf(actor);
    const { description: _, ...before } = found.conversation;
    const after: StoredConversation = { ...before, ...change.details, ...changedNow(before, act) };
    await updateConversation(tx, after);
    await appendEvents(tx, [conversationHappened('update', after, act)]);
    return shown(after, await countOf(tx, after));
  });
}

/** Nobody reads it any more; the chats that came of it stay. */
export async function remove(actor: ClientActor, id: string, ifMatch?: string): Promise<void> {
  await actor.context.store.transaction(async (tx) => {
    const found = await heldSeat(tx, actor, id);
    mustOwn(found);
    checkMatch(ifMatch, etagOf(found.conversation));
    const act = actOf(actor);
    const after = { ...found.conversation, ...changedNow(found.conversation, act), deletedOn: act.at };
    await updateConversation(tx, after);
    await appendEvents(tx, [conversationHappened('delete', after, act)]);
  });
}

async function countOf(tx: Tx, { spaceId, id }: StoredConversation): Promise<number> {
  return (await participantCounts(tx, spaceId, [id])).get(id) ?? 0;
}

/** A conversation as its participants see it. */
export function shown(conversation: StoredConversation, participantCount: number): Conversation {
  const { id, name, description, roles, isPublic, latestSentEventId, lastEventId } = conversation;
  return {
    ...{ id, name, roles, isPublic, participantCount, latestSentEventId, latestEventId: lastEventId },
    ...(description === undefined ? {} : { description }),
    ...{ etag: etagOf(conversation), createdBy: conversation.createdBy, updatedBy: conversation.updatedBy },
    ...{ createdOn: new Date(conversation.createdOn), updatedOn: new Date(conversation.updatedOn) },
  };
}
