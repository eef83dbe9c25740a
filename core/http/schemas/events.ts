import { z } from 'zod';
import { json } from './common';

export const envelope = z
  .object({
    eventId: z.string(),
    accountId: z.string().meta({ description: 'The partner.' }),
    apiSpaceId: z.string(),
    name: z.string(),
    profileId: z.string().optional().meta({ description: 'Of `profile.*` and `presence.*`: the person.' }),
    conversationId: z
      .string()
      .optional()
      .meta({ description: 'Of `conversation.*`, `conversationMessage.*`.' }),
    conversationEventId: z.number().int().optional().meta({ description: 'Its number in the conversation.' }),
    payload: json,
    revision: z.number().int().meta({ description: 'Per entity, from 0.' }),
    etag: z.string(),
    timestamp: z.string(),
    seq: z.number().int().meta({ description: 'Per API space, without gaps.' }),
  })
  .meta({ id: 'Event' });

export const eventPage = z
  .object({
    events: z.array(envelope),
    lastSeq: z.number().int().meta({ description: 'The newest event of the space, on this page or not.' }),
  })
  .meta({ id: 'EventPage' });
