import type { z } from 'zod';
import { CONVERSATION_EVENTS } from './conversation-events';
import { EXAMPLES } from './examples';
import * as payloads from './payloads';
import { TEAM_EVENTS } from './team-events';

/** What a subscription may narrow an event down by. */
export type FilterName = 'teamId' | 'channelId' | 'direction' | 'accountId';

/** One kind of event: what it means, what it says, and how it can be narrowed down. */
export interface EventType {
  readonly description: string;
  readonly payload: z.ZodType;
  readonly filters: readonly FilterName[];
  /** A payload that is true to the schema; test deliveries carry it. */
  readonly example: Readonly<Record<string, unknown>>;
}

const OF_CHATS = ['teamId', 'channelId'] as const;
const OF_MESSAGES = ['teamId', 'channelId', 'direction'] as const;
const OF_CHANNELS = ['teamId', 'channelId', 'accountId'] as const;

/** Every event that the gateway writes; the one list behind validation, web hooks and the docs. */
export const CATALOGUE: ReadonlyMap<string, EventType> = new Map(
  Object.entries({
    'chat.create': of('A chat started.', payloads.chatCreated, OF_CHATS),
    'chat.updated': of('Its name, description, context or labels changed.', payloads.chatUpdated, OF_CHATS),
    'chat.assigned': of("It left its team's queue for an agent.", payloads.chatReassigned, OF_CHATS),
    'chat.transferred': of(
      'It went from one owner to another: a team or an agent.',
      payloads.chatReassigned,
      OF_CHATS,
    ),
    'chat.channelUpdated': of('It moved to another channel or address.', payloads.chatMoved, OF_CHATS),
    'chat.closed': of('It ended; the next contact starts a new one.', payloads.chatClosed, OF_CHATS),
    'chat.delete': of('It was deleted.', payloads.chatDeleted, OF_CHATS),
    'chatMessage.sent': of(
      'Somebody wrote, in either direction; outbound: accepted to be sent.',
      payloads.messageSent,
      OF_MESSAGES,
    ),
    'chatMessage.imported': of(
      'A message joined the past of its customer: it is older than the account, or no reason for a chat.',
      payloads.messageSent,
      OF_MESSAGES,
    ),
    'chatMessage.submitted': of('The provider took it.', payloads.messageProgressed, OF_CHATS),
    'chatMessage.delivered': of('It reached its receiver.', payloads.messageProgressed, OF_CHATS),
    'chatMessage.read': of('Its receiver read it.', payloads.messageProgressed, OF_CHATS),
    'chatMessage.failed': of('It will not arrive; `failure` says why.', payloads.messageFailed, OF_CHATS),
    'chatMessage.unknown': of(
      'Whether the provider took it is not known; it is looked up, never blindly sent again.',
      payloads.messageProgressed,
      OF_CHATS,
    ),
    'chatMessage.reaction': of(
      'Somebody reacted to it, or took that back.',
      payloads.messageReacted,
      OF_CHATS,
    ),
    'chatMessage.edited': of('Its author changed it.', payloads.messageEdited, OF_CHATS),
    'chatMessage.unsent': of(
      'Its author withdrew it; nothing of it is kept.',
      payloads.messageProgressed,
      OF_CHATS,
    ),
    'chat.replyWindowEnding': of(
      'Soon the customer cannot be answered on this channel any more.',
      payloads.replyWindowEnding,
      OF_CHATS,
    ),
    'chat.controlChanged': of(
      'Another app of the provider took the conversation, or it is ours again.',
      payloads.chatControlChanged,
      OF_CHATS,
    ),
    'channel.create': of('A channel account was set up.', payloads.channelChanged, OF_CHANNELS),
    'channel.update': of('A channel account changed.', payloads.channelChanged, OF_CHANNELS),
    'channel.delete': of('A channel account was taken away.', payloads.channelChanged, OF_CHANNELS),
    'channel.healthChanged': of(
      'A channel account works, or does not.',
      payloads.channelHealthChanged,
      OF_CHANNELS,
    ),
    'team.create': of('A team was made.', payloads.teamChanged, ['teamId']),
    'team.update': of('A team changed.', payloads.teamChanged, ['teamId']),
    'team.delete': of('A team was deleted.', payloads.teamChanged, ['teamId']),
    'agent.create': of('An agent was added.', payloads.agentChanged),
    'agent.update': of('An agent changed.', payloads.agentChanged),
    'agent.delete': of('An agent was taken away.', payloads.agentChanged),
    'profile.create': of('A person was met or added.', payloads.profileChanged),
    'profile.update': of('What is known of a person changed.', payloads.profileChanged),
    'profile.delete': of('A person was deleted.', payloads.profileDeleted),
    'webhook.create': of('A web hook was set up.', payloads.webhookChanged),
    'webhook.update': of('A web hook changed.', payloads.webhookChanged),
    'webhook.delete': of('A web hook was taken away.', payloads.webhookChanged),
    'webhook.disabled': of(
      'A web hook gets nothing more until it is enabled again.',
      payloads.webhookDisabled,
    ),
    ...CONVERSATION_EVENTS,
    ...TEAM_EVENTS,
  }).map(([name, type]) => [name, { ...type, example: EXAMPLES[name] ?? {} }]),
);

function of(description: string, payload: z.ZodType, filters: readonly FilterName[] = []) {
  return { description, payload, filters };
}

/** Told of an event that is not what the catalogue says; a fault of ours, which must not stop anybody's message. */
export const mismatch = {
  report: (name: string, problem: string): void => {
    process.emitWarning(`the event ${name} is not as catalogued: ${problem}`, 'EventMismatch');
  },
};

/** Holds an event against the catalogue, and gives it back. */
export function catalogued<E extends { readonly name: string }>(event: E, payload: unknown): E {
  const type = CATALOGUE.get(event.name);
  if (!type) {
    mismatch.report(event.name, 'it is missing');
    return event;
  }
  const checked = type.payload.safeParse(payload);
  if (!checked.success) mismatch.report(event.name, checked.error.message);
  return event;
}
