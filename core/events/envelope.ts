import { etagOf } from '../model/etag';
import { iso } from '../model/instant';
import type { Message, Part } from '../model/message';
import type { LoggedEvent } from '../store/events';
import { type About, aboutOf } from './about';
import { catalogued } from './catalogue';

/** An event as it leaves us, by whichever way. */
export interface Envelope extends About {
  readonly eventId: string;
  readonly accountId: string;
  readonly apiSpaceId: string;
  readonly name: string;
  readonly payload: unknown;
  readonly revision: number;
  readonly etag: string;
  readonly timestamp: string;
  readonly seq: number;
}

export interface EnvelopeOptions {
  readonly partnerId: string;
  /** Puts links in place of our own names of files. */
  readonly present: (parts: readonly Part[]) => Part[];
}

/** The envelope of a numbered event. */
export function envelopeOf(event: LoggedEvent, { partnerId, present }: EnvelopeOptions): Envelope {
  return {
    eventId: event.eventId,
    accountId: partnerId,
    apiSpaceId: event.spaceId,
    name: event.name,
    ...aboutOf(event),
    payload: payloadOf(event, present),
    revision: event.revision,
    etag: event.etag ?? etagOf({ revision: event.revision, updatedOn: event.at }),
    timestamp: iso(event.at),
    seq: event.seq ?? 0,
  };
}

/** What happened; for a message that was sent, the message. */
export function payloadOf(
  event: LoggedEvent,
  present: (parts: readonly Part[]) => Part[],
): Readonly<Record<string, unknown>> {
  if (event.message) {
    const payload = sentPayload(event.message, present);
    catalogued(event, payload);
    return payload;
  }
  const payload = event.payload ?? { id: event.entityId };
  // What end users write to each other is kept in the event itself, with our own names of files.
  const { parts } = payload;
  return Array.isArray(parts) ? { ...payload, parts: present(parts) } : payload;
}

function sentPayload(message: Message, present: (parts: readonly Part[]) => Part[]) {
  return {
    id: message.id,
    metadata: message.metadata,
    context: contextOf(message),
    parts: present(message.parts),
    channelId: message.channelId,
    isAutomatedSend: message.isAutomatedSend,
  };
}

/** From whom to whom, in which chat, and when. */
export function contextOf(message: Message) {
  const { from, to, chatId, teamId, sentBy, direction } = message;
  return { from, chatId, teamId, sentBy, sentOn: iso(message.sentOn), direction, to };
}
