import { z } from 'zod';
import { SCOPES } from '../../services/tokens';
import { text, timestamp } from './common';

export const spaceCreate = z.strictObject({ name: text(200) }).meta({ id: 'ApiSpaceCreate' });

export const space = z
  .object({ id: z.string(), name: z.string(), _createdOn: z.string() })
  .meta({ id: 'ApiSpace' });

export const spaceCreated = space
  .extend({ accessToken: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'ApiSpaceCreated' });

const scopes = z.array(z.enum(SCOPES, { error: `expected one of ${SCOPES.join(', ')}` })).min(1);

export const tokenCreate = z
  .strictObject({ name: text(200), scopes: scopes.default(['*']), expiresOn: timestamp.optional() })
  .meta({ id: 'TokenCreate' });

export const tokenRotate = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(86_400)
      .meta({ description: 'For how long the old token works on.' }),
  })
  .meta({ id: 'TokenRotate' });

export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    _createdOn: z.string(),
    _createdBy: z.string(),
    expiresOn: z.string().optional(),
    lastUsedOn: z.string().optional(),
  })
  .meta({ id: 'Token' });

export const tokenCreated = token
  .extend({ token: z.string().meta({ description: 'Shown this once.' }) })
  .meta({ id: 'TokenCreated' });
