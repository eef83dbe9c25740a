import { z } from 'zod';
import { PRESENCE_STATUSES } from '../../model/presence';
import { id } from './common';

const status = z
  .enum(PRESENCE_STATUSES, { error: `expected one of ${PRESENCE_STATUSES.join(', ')}` })
  .meta({ description: '`draining`: finishes the chats they have and gets no new ones.' });

export const presencePut = z.strictObject({ status }).meta({ id: 'PresencePut' });

export const presence = z
  .object({
    profileId: z.string(),
    status,
    isAway: z.boolean(),
    isConnected: z.boolean().meta({ description: 'A page of theirs is open.' }),
    lastUpdatedOn: z.string(),
  })
  .meta({ id: 'Presence' });

export const customerPresence = z
  .object({ profileId: z.string(), status: z.enum(['online', 'offline']) })
  .meta({ id: 'CustomerPresence' });

export const offerAnswer = z
  .strictObject({
    agentId: id.optional().meta({ description: 'Who answers; an agent’s session answers for that agent.' }),
  })
  .meta({ id: 'OfferAnswer' });
