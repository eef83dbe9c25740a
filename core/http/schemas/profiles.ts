import { z } from 'zod';
import { freeText, id, made } from './common';

export const profileCreate = z
  .looseObject({ id: id.optional(), name: freeText(500).optional() })
  .meta({ id: 'ProfileCreate', description: 'Whatever the business keeps with a person.' });

export const profileUpdate = z.looseObject({ name: freeText(500).optional() }).meta({ id: 'ProfileUpdate' });

export const profile = z
  .looseObject({
    id: z.string(),
    name: z.string().optional(),
    addresses: z
      .array(z.object({ channelId: z.string(), address: z.string(), canReply: z.boolean() }))
      .optional(),
    ...made,
  })
  .meta({ id: 'Profile' });
