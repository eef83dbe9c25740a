import type { ConversationParticipant } from '../../../plugins/contract/index';
import { participantHappened } from '../../events/conversation-facts';
import { invalid } from '../../model/problem';
import {
  deleteParticipants,
  insertParticipants,
  lockConversation,
  participantCounts,
  participantsOf,
  type StoredConversation,
  setRole,
} from '../../store/conversations';
import { appendEvents, type NewEvent } from '../../store/events';
import type { Tx } from '../../store/tx';
import { actOf, type ClientActor } from './context';
import { heldSeat, mustBeAllowed, participating, readable, type Seat } from './conversation-access';
import { MOST_PARTICIPANTS } from './conversations';

export async function list(actor: ClientActor, id: string): Promise<ConversationParticipant[]> {
  return actor.context.store.read(async (tx) => {
    await readable(tx, actor, id);
    const found = await participantsOf(tx, actor.account.spaceId, [id]);
    return found.map(({ id: who, role }) => ({ id: who, role }));
  });
}

/** Takes people in, or gives them another role. Everybody may join what is public. */
export async function add(
  actor: ClientActor,
  id: string,
  added: readonly ConversationParticipant[],
): Promise<void> {
  const { context, account } = actor;
  await context.store.transaction(async (tx) => {
    await lockConversation(tx, account.spaceId, id);
    const found = await readable(tx, actor, id);
    mayAdd(actor, found, added);
    const key = { spaceId: account.spaceId, conversationId: id };
    const act = actOf(actor);
    const given = [...new Map(added.map((one) => [one.id, one])).values()];
    const fresh = await insertParticipants(
      tx,
      given.map((one) => ({ ...key, ...one, joinedOn: act.at })),
    );
    if (((await participantCounts(tx, account.spaceId, [id])).get(id) ?? 0) > MOST_PARTICIPANTS)
      throw invalid('body', `a conversation has at most ${MOST_PARTICIPANTS} participants`);
    const isNew = new Set(fresh.map((one) => one.id));
    const others = given.filter((one) => !isNew.has(one.id));
    await appendEvents(tx, [
      ...fresh.map((one) => participantHappened('Added', found.conversation, one, act)),
      ...(found.role === 'owner' ? await reassign(tx, actor, found.conversation, others) : []),
    ]);
  });
}

function mayAdd(actor: ClientActor, found: Seat, added: readonly ConversationParticipant[]): void {
  const isJoining = found.role === undefined && added.every((one) => one.id === actor.session.profileId);
  if (!isJoining) mustBeAllowed(participating(found), 'canAddParticipants');
  if (found.role !== 'owner' && added.some((one) => one.role === 'owner'))
    throw invalid('role', 'only an owner makes another one');
}

async function reassign(
  tx: Tx,
  actor: ClientActor,
  conversation: StoredConversation,
  given: readonly ConversationParticipant[],
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  const { spaceId, id: conversationId } = conversation;
  for (const one of given)
    if (await setRole(tx, { spaceId, conversationId, ...one }))
      events.push(participantHappened('Updated', conversation, one, actOf(actor)));
  return events;
}

/** Sends people away; everybody may leave. */
export async function remove(actor: ClientActor, id: string, profileIds: readonly string[]): Promise<void> {
  const { context, account, session } = actor;
  await context.store.transaction(async (tx) => {
    const found = await heldSeat(tx, actor, id);
    if (profileIds.some((one) => one !== session.profileId)) mustBeAllowed(found, 'canRemoveParticipants');
    const present = await participantsOf(tx, account.spaceId, [id]);
    const gone = present.filter((one) => profileIds.includes(one.id));
    const key = { spaceId: account.spaceId, conversationId: id };
    await deleteParticipants(
      tx,
      key,
      gone.map((one) => one.id),
    );
    const act = actOf(actor);
    await appendEvents(
      tx,
      gone.map((one) => participantHappened('Removed', found.conversation, one, act)),
    );
  });
}
