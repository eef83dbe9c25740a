import { z } from 'zod';

/** What each kind of event says, for whoever reads the log, a stream or a web hook. */

const id = z.string();
const at = z.string().meta({ description: 'UTC.' });
const by = z.string().meta({ description: '`access:<token id>`, `session:<profile id>`, `gateway` ...' });

export const chatCreated = z.strictObject({
  id,
  name: z.string(),
  description: z.string().optional(),
  teamId: z.string(),
  channelId: z.string(),
  participants: z.array(z.strictObject({ profileId: id, role: z.enum(['agent', 'participant']) })),
  context: z.looseObject({ conversationId: z.string().optional() }),
});

const owner = { id, teamId: z.string(), agentId: z.string().optional(), by };

export const chatUpdated = z.strictObject({
  ...owner,
  name: z.string(),
  description: z.string().optional(),
  labels: z.array(z.string()),
});

/** How the gateway found an agent. */
export const decision = z
  .strictObject({
    by: z.enum(['decider', 'lastAgent', 'leastBusy', 'roundRobin']),
    instead: z.string().optional().meta({ description: "Why the team's decider was not followed." }),
  })
  .meta({ description: 'Present where the gateway gave the chat to an agent.' });

export const chatReassigned = z.strictObject({
  ...owner,
  previousTeamId: z.string(),
  previousAgentId: z.string().optional(),
  note: z.string().optional(),
  decision: decision.optional(),
});

export const chatMoved = z.strictObject({
  id,
  channelId: z.string(),
  previousChannelId: z.string(),
  route: z.strictObject({ accountId: id, address: z.string() }).optional(),
});

export const chatClosed = z.strictObject({
  id,
  bypassMessage: z.boolean().meta({ description: "The team's close message was not sent." }),
  teamId: z.string(),
  closeTimeSecs: z.number().int().meta({ description: 'From the start of the chat.' }),
  reason: z.string().optional(),
});

export const chatDeleted = z.strictObject({ id, date: at, by });

const direction = z.enum(['inbound', 'outbound']);

export const messageSent = z.strictObject({
  id,
  metadata: z.unknown().optional(),
  context: z.strictObject({
    from: z.strictObject({ id, name: z.string().optional() }),
    chatId: id,
    teamId: z.string(),
    sentBy: z.string(),
    sentOn: at,
    direction,
    to: z.strictObject({ id }),
  }),
  parts: z.array(
    z.strictObject({
      name: z.string().optional(),
      type: z.string(),
      data: z.string().optional(),
      url: z.string().optional(),
      size: z.number().optional(),
    }),
  ),
  channelId: z.string(),
  isAutomatedSend: z.boolean(),
});

export const messageProgressed = z.strictObject({ id, chatId: id, profileId: z.string(), timestamp: at });

export const messageFailed = messageProgressed.extend({
  failure: z
    .strictObject({ code: z.string().optional(), reason: z.string(), retryable: z.boolean() })
    .optional(),
});

export const messageReacted = messageProgressed.extend({
  emoji: z.string().optional().meta({ description: 'Absent: the reaction was taken back.' }),
});

export const messageEdited = messageProgressed.extend({
  text: z.string().optional().meta({ description: 'Absent once the message was withdrawn.' }),
});

export const replyWindowEnding = z.strictObject({
  id,
  teamId: z.string(),
  agentId: z.string().optional(),
  channelId: z.string(),
  status: z.string().meta({ description: 'Whether the customer still waits for an answer.' }),
  canReplyUntil: at,
});

export const chatControlChanged = z.strictObject({
  ...owner,
  channelId: z.string(),
  isOurs: z.boolean().meta({ description: 'false: what we send there fails until it is taken back.' }),
  owner: z.string().optional().meta({ description: 'The app that has it, as the provider calls it.' }),
});

export const channelChanged = z.strictObject({
  id,
  kind: z.string(),
  adapter: z.string(),
  name: z.string(),
  teamId: z.string(),
  by,
});

export const channelHealthChanged = z.strictObject({
  id,
  accountId: id,
  kind: z.string(),
  state: z.string(),
  previousState: z.string(),
  error: z.strictObject({ message: z.string(), setting: z.string().optional(), on: at }).optional(),
  by,
});

export const teamChanged = z.strictObject({
  id,
  name: z.string(),
  members: z.array(z.string()),
  leads: z.array(z.string()).meta({ description: 'Those of them who lead it.' }),
  by,
});

export const agentChanged = z.strictObject({
  id,
  name: z.string(),
  email: z.string(),
  capacity: z.number().int(),
  by,
});

export const profileChanged = z
  .looseObject({ id, name: z.string().optional(), by })
  .meta({ description: 'And whatever else the business keeps of this person.' });

export const profileDeleted = z.strictObject({ id, by });

export const webhookChanged = z.strictObject({ id, name: z.string(), url: z.string(), by });

export const webhookDisabled = z.strictObject({
  id,
  name: z.string(),
  url: z.string(),
  reason: z.string().meta({ description: 'Why nothing is delivered any more.' }),
  failingSince: at.optional(),
  by,
});
