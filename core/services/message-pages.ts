import type { Message } from '../model/message';
import { eventsOfChat, type LoggedEvent, MESSAGE_EVENTS } from '../store/events';
import { messagesBefore } from '../store/messages';
import type { Caller } from './caller';
import { readableChat } from './chat-access';

/** A page of messages, read backward, with the status events whose message lies outside of it. */
export interface MessagePage {
  /** The first event of the page; 0 when there is nothing before it. */
  readonly earliestEventId: number;
  readonly latestEventId: number;
  /** The oldest first. */
  readonly messages: readonly Message[];
  readonly orphanedEvents: readonly LoggedEvent[];
}

/** The newest messages at or before `from` (absent: of all), at most `limit`. */
export async function page(
  caller: Caller,
  chatId: string,
  { from, limit }: { readonly from?: number | undefined; readonly limit: number },
): Promise<MessagePage> {
  return caller.read(async (tx) => {
    const chat = await readableChat(tx, caller, chatId, true);
    const latestEventId = Math.min(from ?? chat.lastEventId, chat.lastEventId);
    const messages = await messagesBefore(tx, { chatId: chat.id, from: latestEventId, limit });
    const first = messages[0]?.sentEventId ?? 0;
    // Event 1 is always a message, so a page that holds it reaches the start.
    const earliestEventId = first <= 1 ? 0 : first;
    const span = Math.max(latestEventId - first + 1, 0);
    const events =
      span === 0
        ? []
        : await eventsOfChat(tx, { chatId: chat.id, from: first, to: latestEventId, limit: span });
    const inside = new Set(messages.map((message) => message.id));
    const orphanedEvents = events.filter(
      (event) => !MESSAGE_EVENTS.includes(event.name) && !inside.has(event.messageId ?? ''),
    );
    return { earliestEventId, latestEventId, messages, orphanedEvents };
  });
}

/** The events that make up the conversation, forward. */
export async function events(
  caller: Caller,
  chatId: string,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<LoggedEvent[]> {
  return caller.read(async (tx) => {
    const chat = await readableChat(tx, caller, chatId, true);
    return eventsOfChat(tx, { chatId: chat.id, from, limit });
  });
}
