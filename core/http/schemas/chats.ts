import { z } from 'zod';
import { freeText, id, jsonObject, made, text } from './common';
import { messagePost } from './messages';

export const chatStatus = z
  .enum(['new', 'replied', 'closed'])
  .meta({ description: '`new` waits for an answer; a closed chat is never opened again.' });

export const participant = z
  .object({ id, role: z.enum(['agent', 'participant'], { error: 'expected agent or participant' }) })
  .meta({ id: 'Participant' });

const context = z
  .looseObject({ conversationId: text(500).optional() })
  .meta({ description: 'Whatever the business keeps with the chat.' });

const labels = z.array(text(100)).max(100);

export const chatCreate = z
  .object({
    name: text(500),
    description: freeText(5000).optional(),
    teamId: id,
    channelId: id,
    participants: z.array(participant).max(10).default([]),
    context: context.optional(),
    labels: labels.optional(),
    agentId: id.optional().meta({ description: 'Gives the chat to this agent directly.' }),
    address: text(500)
      .optional()
      .meta({ description: 'Where the customer is reached: an E.164 number, a mail address ...' }),
    accountId: id.optional().meta({ description: 'Which account writes, where there are several.' }),
    message: messagePost.optional().meta({ description: 'A first message, sent in the same transaction.' }),
  })
  .meta({ id: 'ChatCreate' });

export const chatUpdate = z
  .object({
    name: text(500),
    description: freeText(5000).optional(),
    context: context.optional(),
    labels: labels.optional(),
  })
  .meta({ id: 'ChatUpdate' });

export const chatAssign = z
  .object({
    teamId: id,
    agentId: id.optional().meta({ description: "Absent: the team's queue." }),
    note: freeText(5000).optional(),
  })
  .meta({ id: 'ChatAssign' });

export const chatClose = z
  .object({
    bypassMessage: z
      .boolean()
      .default(false)
      .meta({ description: "true: do not send the team's close message." }),
  })
  .meta({ id: 'ChatClose' });

export const chatMove = z
  .object({ channelId: id, accountId: id.optional(), address: text(500).optional() })
  .meta({ id: 'ChatMove' });

export const chat = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().optional(),
    teamId: z.string(),
    originalTeamId: z.string(),
    agentId: z.string().optional(),
    customerId: z.string(),
    channelId: z.string(),
    status: chatStatus,
    participants: z.array(participant),
    context: jsonObject,
    route: z
      .object({ accountId: z.string(), address: z.string() })
      .optional()
      .meta({ description: 'The way of the next answer.' }),
    canReplyUntil: z
      .string()
      .optional()
      .meta({ description: 'Where the channel ends the time to answer: when, for a person.' }),
    control: z
      .object({ isOurs: z.literal(false), owner: z.string(), since: z.string() })
      .optional()
      .meta({ description: 'Another app of the provider has the conversation; it can be taken back.' }),
    labels: z.array(z.string()),
    waits: z.enum(['nobodyAvailable', 'allBusy', 'outsideHours', 'byHand']).optional().meta({
      description: 'After a transfer: why it waits in the queue of a team that hands out its chats.',
    }),
    lastMessage: z
      .object({ id: z.string(), direction: z.enum(['inbound', 'outbound']), sentOn: z.string() })
      .optional(),
    revision: z.number().int(),
    ...made,
    closedOn: z.string().optional(),
    closeReason: z.string().optional(),
    deletedOn: z.string().optional(),
  })
  .meta({ id: 'Chat' });
