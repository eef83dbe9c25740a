import { contextOf, payloadOf } from '../../events/envelope';
import { iso } from '../../model/instant';
import type { Message, Part } from '../../model/message';
import type { MessagePage } from '../../services/message-pages';
import type { MessageHistory } from '../../services/messages';
import type { SendPlan } from '../../services/plan-send';
import type { LoggedEvent } from '../../store/events';
import { maybeIso } from './made';

type PresentParts = (parts: readonly Part[]) => Part[];

/** A message as the API shows it. */
export function presentMessage(message: Message, present: PresentParts) {
  const { id, sentEventId, metadata, channelId, isAutomatedSend, delivery } = message;
  return {
    ...{ id, sentEventId, metadata },
    context: contextOf(message),
    parts: present(message.parts),
    statusUpdates: Object.fromEntries(
      Object.entries(message.statusUpdates).map(([who, mark]) => [who, { ...mark, on: iso(mark.on) }]),
    ),
    ...changesOf(message),
    ...{ channelId, status: delivery.status, failure: delivery.failure, isAutomatedSend },
  };
}

function changesOf({ changes }: Message) {
  if (!changes) return {};
  const { reactions = {}, editedOn, unsentOn } = changes;
  const present = Object.entries(reactions).flatMap(([profileId, { emoji, on }]) =>
    emoji === undefined ? [] : [{ profileId, emoji, on: iso(on) }],
  );
  return {
    ...(present.length > 0 ? { reactions: present } : {}),
    ...{ editedOn: maybeIso(editedOn), unsentOn: maybeIso(unsentOn) },
  };
}

/** A page of messages. */
export function presentPage(page: MessagePage, present: PresentParts) {
  return {
    earliestEventId: page.earliestEventId,
    latestEventId: page.latestEventId,
    messages: page.messages.map((message) => presentMessage(message, present)),
    orphanedEvents: page.orphanedEvents.map((event) => presentChatEvent(event, present)),
  };
}

/** An event inside a chat. */
export function presentChatEvent(event: LoggedEvent, present: PresentParts) {
  const payload = payloadOf(event, present);
  const { profileId } = payload;
  return {
    id: event.chatEventId ?? 0,
    data: {
      name: event.name,
      eventId: event.eventId,
      ...(typeof profileId === 'string' ? { profileId } : {}),
      timestamp: iso(event.at),
      payload,
    },
  };
}

/** A message with every attempt and receipt. */
export function presentHistory(history: MessageHistory, present: PresentParts) {
  const { message, outbox } = history;
  const shown = presentMessage(message, present);
  const isSending = outbox?.state === 'claimed' && shown.status === 'accepted';
  return {
    ...shown,
    status: isSending ? ('sending' as const) : shown.status,
    accountId: message.accountId,
    externalIds: [...history.externalIds],
    attempts: history.attempts.map(({ spaceId: _, messageId: __, startedOn, endedOn, ...attempt }) => ({
      ...attempt,
      externalIds: [...attempt.externalIds],
      startedOn: iso(startedOn),
      endedOn: iso(endedOn),
    })),
    receipts: history.receipts.map(({ spaceId: _, messageId: __, at, ...receipt }) => ({
      ...receipt,
      at: iso(at),
    })),
    nextAttemptOn:
      outbox?.state === 'ready' ? maybeIso(Math.max(outbox.notBefore, outbox.createdOn)) : undefined,
  };
}

/** What would become of a message. */
export function presentPlan(plan: SendPlan) {
  if (!plan.allowed) {
    const { code, message: detail, extra } = plan.problem;
    return { allowed: false, problem: { code, detail, ...extra } };
  }
  const { accountId, own, address } = plan.route;
  return {
    allowed: true,
    route: { accountId, own, address },
    pieces: plan.pieces.map((piece, index) => ({
      text: piece.text,
      html: piece.html,
      media: piece.media.map(({ name, mimeType, url }) => ({ name, type: mimeType, url })),
      choices: piece.choices.map(({ id, label }) => ({ id, label })),
      template: piece.template,
      measure: plan.measures[index],
    })),
    lost: [...plan.lost],
  };
}
