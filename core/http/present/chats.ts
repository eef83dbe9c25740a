import { type Chat, participantsOf } from '../../model/chat';
import { type Instant, iso } from '../../model/instant';
import { made, maybeIso } from './made';

/** A chat as the API shows it. */
export function presentChat(chat: Chat, canReplyUntil?: Instant) {
  const { id, name, description, teamId, originalTeamId, agentId, customerId, channelId, status } = chat;
  const { context, labels, revision, closeReason, route, lastMessage } = chat;
  return {
    ...{ id, name, description, teamId, originalTeamId, agentId, customerId, channelId, status },
    participants: participantsOf(chat),
    ...{ context, labels, revision, closeReason },
    route: route && { accountId: route.accountId, address: route.address },
    lastMessage: lastMessage && { ...lastMessage, sentOn: iso(lastMessage.sentOn) },
    canReplyUntil: maybeIso(canReplyUntil),
    control: chat.control && { isOurs: false, owner: chat.control.owner, since: iso(chat.control.on) },
    ...made(chat),
    closedOn: maybeIso(chat.closedOn),
    deletedOn: maybeIso(chat.deletedOn),
  };
}
