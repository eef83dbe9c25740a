import { messageSent } from '../events/facts';
import { type Chat, closed, startChat, withMessage } from '../model/chat';
import { newId } from '../model/id';
import type { Message } from '../model/message';
import { plainText } from '../model/plain-text';
import { customerKey } from '../store/arrivals';
import { insertChats, updateChats } from '../store/chats';
import { appendEvents, MESSAGE_IMPORTED } from '../store/events';
import { insertMessages } from '../store/messages';
import { activeCustomers, holdPastChat } from '../store/past';
import type { Tx } from '../store/tx';
import { type Arrival, actOf, appendedOf, messageOf, routeOf, senderName } from './arrival';
import { only, type Sender } from './senders';

/** Takes out what belongs to the past of its customers: it is kept with them, and nothing follows from it. */
export async function withoutPast(
  tx: Tx,
  senders: readonly Sender[],
): Promise<{ readonly present: readonly Sender[]; readonly past: readonly Sender[] }> {
  if (!senders.some(({ arrivals }) => arrivals.some(({ message }) => message.past)))
    return { present: senders, past: [] };
  const active = await activeCustomers(tx, senders);
  const isPast = (sender: Sender) => {
    const isUnderWay =
      active.has(customerKey(sender)) || sender.arrivals.some(({ message }) => !message.past);
    return ({ message }: Arrival) =>
      message.past === 'always' || (message.past === 'unless-active' && !isUnderWay);
  };
  return {
    present: senders.flatMap((sender) => only(sender, (arrival) => !isPast(sender)(arrival))),
    past: senders.flatMap((sender) => only(sender, isPast(sender))),
  };
}

/** Appends to the closed chat that holds the past of each customer. */
export async function appendPast(tx: Tx, senders: readonly Sender[]): Promise<void> {
  for (const sender of [...senders].sort((a, b) => (customerKey(a) < customerKey(b) ? -1 : 1))) {
    const [first] = sender.arrivals;
    const { channelId } = first.runtime.account;
    const known = await holdPastChat(tx, { ...sender, channelId, reason: PAST });
    let chat = known ?? start(sender);
    const messages: Message[] = [];
    for (const arrival of sender.arrivals) {
      chat = withMessage(chat, appendedOf(arrival), actOf(arrival, sender.customerId));
      messages.push(messageOf(arrival, chat));
    }
    if (known) await updateChats(tx, [chat]);
    else await insertChats(tx, [chat]);
    await insertMessages(tx, messages);
    await appendEvents(
      tx,
      messages.map((message) => messageSent(message, MESSAGE_IMPORTED)),
    );
  }
}

/** Why such a chat is closed from its first moment. */
const PAST = 'past';

function start({ spaceId, customerId, arrivals: [first] }: Sender): Chat {
  const { account } = first.runtime;
  const act = actOf(first, customerId);
  const name = senderName(first.message) ?? plainText(first.message.address.party, 200);
  const { teamId, channelId } = account;
  const chat = { spaceId, id: newId(), name, teamId, customerId, channelId, route: routeOf(first) };
  return closed(startChat(chat, act), PAST, act);
}
