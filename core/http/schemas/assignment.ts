import { z } from 'zod';
import { template } from './automatic';
import { text } from './common';
import { signingSecret } from './webhooks';

const seconds = (least: number) => z.number().int().min(least, `expected ${least} or more`).max(86_400);

const absent = z
  .discriminatedUnion('chats', [
    z.strictObject({ chats: z.literal('keep') }),
    z.strictObject({ chats: z.literal('requeue'), afterSeconds: seconds(0) }),
    z.strictObject({ chats: z.literal('requeueWhenCustomerWrites') }),
  ])
  .meta({ description: 'What becomes of the open chats of an agent who is away or offline.' });

const decider = z
  .strictObject({
    url: text(2048).meta({ description: 'https; nothing private.', example: 'https://example.com/decide' }),
    secret: signingSecret.optional().meta({
      description: 'Signs every question. Never shown again. Absent: as it is.',
    }),
  })
  .meta({
    description:
      'Is asked first who gets which chat, and has 2 s for its answer; the rules here stand where it does not say.',
  });

export const autoAssign = z
  .strictObject({
    strategy: z
      .enum(['leastBusy', 'roundRobin', 'manual'], { error: 'expected leastBusy, roundRobin or manual' })
      .default('leastBusy'),
    weights: z
      .record(text(100), z.number().int().min(1, 'expected 1 or more').max(1000))
      .optional()
      .meta({ description: "What a chat of a channel takes of an agent's capacity (1)." }),
    lastAgentFirst: z
      .boolean()
      .optional()
      .meta({ description: "The agent of the customer's last chat comes first." }),
    acceptWithinSeconds: seconds(1).optional().meta({
      description: 'A chat is offered, and goes on to the next agent when it is not accepted in time.',
    }),
    absent: absent.optional(),
    outsideHours: z.enum(['assign', 'wait']).optional().meta({
      description: "`wait`: outside of the team's working hours nobody is given a chat.",
    }),
    decider: decider.optional(),
  })
  .meta({ id: 'AutoAssign', description: 'How the team hands out its chats. Absent: people take them.' });

export const autoComplete = z
  .strictObject({
    afterMinutes: z.number().int().min(1, 'expected 1 or more').max(525_600),
    warnMinutesBefore: z.number().int().min(1, 'expected 1 or more').max(525_600).optional(),
    warning: template.optional(),
  })
  .refine((rule) => (rule.warnMinutesBefore ?? 0) < rule.afterMinutes, {
    path: ['warnMinutesBefore'],
    error: 'it must be less than afterMinutes',
  })
  .meta({ id: 'AutoComplete', description: 'Chats without activity close by themselves after so long.' });
