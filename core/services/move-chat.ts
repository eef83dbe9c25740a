import { isLive } from '../channels/registry';
import { chatMoved } from '../events/facts';
import { type Act, type Chat, moved } from '../model/chat';
import { invalid } from '../model/problem';
import type { NewEvent } from '../store/events';
import { lastInboundOn } from '../store/messages';
import { findAddress } from '../store/profiles';
import type { Tx } from '../store/tx';
import type { Caller } from './caller';
import { mustBeOpen } from './chat-access';
import { changeChat } from './chats';
import type { Context } from './context';
import { keepAddress, routeFor } from './route-for';

export interface Move {
  readonly id: string;
  readonly ifMatch: string | undefined;
  readonly channelId: string;
  readonly accountId?: string | undefined;
  readonly address?: string | undefined;
}

/** Moves a chat to another channel: the next answer goes there. A 400 says why it cannot. */
export async function moveChat(context: Context, caller: Caller, move: Move): Promise<Chat> {
  return changeChat(context, caller, move, async (tx, chat, act) => {
    mustBeOpen(chat);
    return moveTo(context, tx, chat, move, act);
  });
}

type Way = Pick<Move, 'channelId' | 'accountId' | 'address'>;

/** What a move makes of an open chat; without an event where the chat is there already. A 400 says why it cannot. */
export async function moveTo(
  context: Pick<Context, 'registry'>,
  tx: Tx,
  chat: Chat,
  way: Way,
  act: Act,
): Promise<{ readonly after: Chat; readonly event?: NewEvent }> {
  const { channelId } = way;
  const route = await wayOf(context, tx, chat, way);
  const { accountId, address } = route;
  const isSame =
    chat.channelId === channelId && chat.route?.accountId === accountId && chat.route.address === address;
  if (isSame) return { after: chat };
  const { spaceId, customerId } = chat;
  await keepAddress(tx, route, { spaceId, channelId, customerId, at: act.at });
  const last = await lastInboundOn(tx, { spaceId, customerId, accountId });
  const after = moved(chat, { channelId, route, lastInboundOn: last }, act);
  return { after, event: chatMoved(chat, after, act) };
}

async function wayOf(context: Pick<Context, 'registry'>, tx: Tx, chat: Chat, move: Way) {
  const { spaceId, customerId } = chat;
  const { channelId, accountId, address } = move;
  const route = await routeFor(context, tx, {
    ...{ spaceId, channelId, customerId, accountId, address },
    teamIds: [chat.teamId, chat.originalTeamId],
  });
  if (!route)
    throw invalid('channelId', `the customer has no address on ${channelId}, or no account of it is set up`);
  const runtime = context.registry.get(route.accountId);
  const { canStart, templates } = isLive(runtime) ? runtime.definition.capabilities : {};
  if (!canStart && !templates && !(await findAddress(tx, { spaceId, channelId, address: route.address })))
    throw invalid('channelId', `on ${channelId} the customer writes first`);
  return route;
}
