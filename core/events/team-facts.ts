import type { Decision } from '../model/assignment';
import type { Act, Chat } from '../model/chat';
import { newId } from '../model/id';
import { iso } from '../model/instant';
import type { Presence } from '../model/presence';
import type { WaitReason } from '../model/queue';
import type { Survey } from '../model/satisfaction';
import type { TeamCalendar } from '../store/calendars';
import type { NewEvent } from '../store/events';
import { catalogued } from './catalogue';

/** `presence.available`, `presence.away`, `presence.offline`, `presence.draining` */
export function presenceChanged(before: Presence, after: Presence, act: Act): NewEvent {
  const { spaceId, agentId, status, revision } = after;
  return fact({
    ...{ spaceId, eventId: newId(), name: `presence.${status}`, entityId: agentId, revision, at: act.at },
    payload: {
      ...{ id: agentId, profileId: agentId, status, previousStatus: before.status },
      ...{ isAway: status === 'away' || status === 'draining', by: act.by },
    },
  });
}

/** `chat.offered` */
export function chatOffered(
  chat: Chat,
  offer: { readonly agentId: string; readonly expiresOn: number; readonly decision: Decision },
  act: Act,
): NewEvent {
  const { agentId, expiresOn, decision } = offer;
  return aboutChat('chat.offered', chat, act, { agentId, expiresOn: iso(expiresOn), decision });
}

/** `chat.offerEnded` */
export function offerEnded(
  chat: Chat,
  end: { readonly agentId: string; readonly outcome: 'declined' | 'expired' },
  act: Act,
): NewEvent {
  return aboutChat('chat.offerEnded', chat, act, end);
}

/** `chat.queued` */
export function chatQueued(chat: Chat, reason: WaitReason, act: Act): NewEvent {
  return aboutChat('chat.queued', chat, act, { reason });
}

/** `chat.rated` */
export function chatRated(
  chat: Chat,
  { agentId, rating, comment }: Pick<Survey, 'agentId' | 'rating' | 'comment'>,
  act: Act,
): NewEvent {
  return aboutChat('chat.rated', chat, act, { agentId, rating, comment });
}

/** `team.calendarChanged` */
export function teamCalendarChanged(
  { spaceId, teamId, url, problem, fetchedOn, revision }: TeamCalendar,
  act: Act,
): NewEvent {
  return fact({
    ...{ spaceId, eventId: newId(), name: 'team.calendarChanged', teamId, at: act.at },
    // Beside the revisions of the team itself.
    ...{ entityId: `${teamId}:calendar`, revision },
    payload: { id: teamId, url, problem, fetchedOn: iso(fetchedOn), by: act.by },
  });
}

function aboutChat(name: string, chat: Chat, act: Act, more: Readonly<Record<string, unknown>>): NewEvent {
  const { spaceId, id, teamId, channelId, revision } = chat;
  return fact({
    ...{ spaceId, eventId: newId(), name, entityId: id, revision, chatId: id, teamId, channelId, at: act.at },
    payload: { id, teamId, ...more, by: act.by },
  });
}

function fact(event: NewEvent): NewEvent {
  return catalogued(event, event.payload);
}
