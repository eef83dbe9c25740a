import type { LoggedEvent } from '../store/events';

/** What an envelope says beside its payload, for the kinds of events that are published so. */
export interface About {
  /** Of a person, or of their presence. */
  readonly profileId?: string;
  readonly conversationId?: string;
  /** Its number in the conversation. */
  readonly conversationEventId?: number;
}

/** Whom or which conversation an event is about; nothing for events of chats and of what a business sets up. */
export function aboutOf(event: LoggedEvent): About {
  const [kind] = event.name.split('.');
  if (kind === 'profile' || kind === 'presence') return { profileId: event.entityId };
  const conversationId = conversationIdOf(event);
  if (conversationId === undefined) return {};
  const number = event.payload?.['conversationEventId'];
  return { conversationId, ...(typeof number === 'number' ? { conversationEventId: number } : {}) };
}

/** The conversation that an event is about, where it is about one. */
export function conversationIdOf({ name, entityId, payload = {} }: LoggedEvent): string | undefined {
  if (name.startsWith('conversation.'))
    return name.includes('participant') ? String(payload['conversationId']) : entityId;
  if (name === 'conversationMessage.sent') return idIn(payload['context']);
  if (name.startsWith('conversationMessage.')) return String(payload['conversationId']);
  return undefined;
}

function idIn(context: unknown): string | undefined {
  if (typeof context !== 'object' || context === null || !('conversationId' in context)) return undefined;
  return String(context.conversationId);
}
