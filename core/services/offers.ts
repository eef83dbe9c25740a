import { chatReassigned } from '../events/facts';
import { offerEnded } from '../events/team-facts';
import { type Act, assigned, type Chat } from '../model/chat';
import { Problem } from '../model/problem';
import { lockChat, updateChats } from '../store/chats';
import { appendEvents } from '../store/events';
import { deleteOffers, findOffer, type Offer, offersTo, putOffer } from '../store/offers';
import type { Tx } from '../store/tx';
import { actBy, type Caller } from './caller';
import { heldChat, mustBeOpen } from './chat-access';
import type { Context } from './context';

interface Answer {
  readonly chatId: string;
  /** Who answers; an agent's session answers for that agent. */
  readonly agentId?: string | undefined;
}

/** The agent takes the chat that is offered to them. */
export async function accept(context: Context, caller: Caller, answer: Answer): Promise<Chat> {
  return caller.transaction(async (tx) => {
    const { chat, offer } = await offered(tx, caller, answer);
    const act = actBy(caller, context.now());
    const after = assigned(chat, { teamId: chat.teamId, agentId: offer.agentId }, act);
    await updateChats(tx, [after]);
    await deleteOffers(tx, chat.spaceId, [chat.id]);
    await appendEvents(tx, [chatReassigned(chat, after, act)]);
    return after;
  });
}

/** The agent lets it pass; it goes on to the next. */
export async function decline(context: Context, caller: Caller, answer: Answer): Promise<void> {
  await caller.transaction(async (tx) => {
    const { chat, offer } = await offered(tx, caller, answer);
    await passOn(tx, { chat, offer, outcome: 'declined' }, actBy(caller, context.now()));
  });
}

async function offered(tx: Tx, caller: Caller, { chatId, agentId }: Answer) {
  const chat = await heldChat(tx, caller, chatId);
  mustBeOpen(chat);
  const offer = await findOffer(tx, chat.spaceId, chat.id);
  const who = caller.agent?.id ?? agentId ?? offer?.agentId;
  if (!isLive(offer, chat) || who === undefined || offer.agentId !== who)
    throw new Problem('conflict', `the chat is not offered to ${who ?? 'anybody'} (any more)`);
  return { chat, offer: { ...offer, agentId: who } };
}

/** Ends an offer that was not accepted in time; does nothing when it is settled. */
export async function expireOffer(tx: Tx, { spaceId, chatId, agentId }: Offer, act: Act): Promise<boolean> {
  const chat = await lockChat(tx, spaceId, chatId);
  const offer = chat && (await findOffer(tx, spaceId, chatId));
  if (!chat || !isLive(offer, chat) || offer.agentId !== agentId || (offer.expiresOn ?? 0) > act.at)
    return false;
  await passOn(tx, { chat, offer, outcome: 'expired' }, act);
  return true;
}

/** Ends what an agent is offered who is not there any more. */
export async function passOffersOf(
  tx: Tx,
  { spaceId, agentId }: { readonly spaceId: string; readonly agentId: string },
  act: Act,
): Promise<void> {
  const offers = await offersTo(tx, spaceId, agentId);
  for (const { chatId } of offers.toSorted((a, b) => (a.chatId < b.chatId ? -1 : 1))) {
    const chat = await lockChat(tx, spaceId, chatId);
    const offer = chat && (await findOffer(tx, spaceId, chatId));
    if (chat && isLive(offer, chat) && offer.agentId === agentId)
      await passOn(tx, { chat, offer, outcome: 'declined' }, act);
  }
}

interface Live {
  readonly chat: Chat;
  readonly offer: Offer & { readonly agentId: string };
}

// An agent who answered, a transfer or a close settles an offer without a word to it.
function isLive(offer: Offer | undefined, chat: Chat): offer is Live['offer'] {
  return (
    offer?.agentId !== undefined &&
    chat.agentId === undefined &&
    chat.closedOn === undefined &&
    chat.deletedOn === undefined &&
    chat.teamId === offer.teamId
  );
}

async function passOn(
  tx: Tx,
  { chat, offer, outcome }: Live & { readonly outcome: 'declined' | 'expired' },
  act: Act,
): Promise<void> {
  const { agentId } = offer;
  const tried = [...offer.tried.filter((id) => id !== agentId), agentId];
  await putOffer(tx, { ...offer, agentId: undefined, expiresOn: undefined, tried });
  await appendEvents(tx, [offerEnded(chat, { agentId, outcome }, act)]);
}
