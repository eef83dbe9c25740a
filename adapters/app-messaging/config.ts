/** The settings of one App Messaging account: how its apps prove who their users are, and which pages may call. */
export interface AppMessagingConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly sharedSecret: string;
  /** The claim that names the profile (default `sub`). */
  readonly idClaim?: string;
  readonly allowedOrigins?: readonly string[];
  /** May somebody come in without the business vouching for them? */
  readonly allowAnonymous?: boolean;
}

const name = { type: 'string', minLength: 1, maxLength: 200 } as const;

export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['issuer', 'audience', 'sharedSecret'],
  properties: {
    issuer: { ...name, title: 'Issuer', description: 'What your server puts into `iss` of its tokens.' },
    audience: { ...name, title: 'Audience', description: 'What your server puts into `aud` of its tokens.' },
    sharedSecret: {
      type: 'string',
      minLength: 8,
      maxLength: 1_000,
      writeOnly: true,
      title: 'Shared secret',
      description: 'Your server signs with it (HS256) whoever it lets in. It never leaves your server.',
    },
    idClaim: {
      type: 'string',
      pattern: '^[A-Za-z_][\\w:/.-]{0,99}$',
      title: 'Id claim',
      description: 'The claim that holds the id of the user’s profile; `sub` unless you say otherwise.',
    },
    allowedOrigins: {
      type: 'array',
      maxItems: 100,
      items: { type: 'string', pattern: '^https?://[^/\\s?#]+$' },
      title: 'Allowed origins',
      description: 'Pages that may call, such as https://shop.example. Apps need no entry.',
    },
    allowAnonymous: {
      type: 'boolean',
      title: 'Anonymous users',
      description: 'Lets anybody in under an id of their own making, which no signed-in user can have.',
    },
  },
} as const;

/** The name of the account: no two of one API space take the same tokens. */
export function identities({ issuer, audience }: Pick<AppMessagingConfig, 'issuer' | 'audience'>): string[] {
  return [`${issuer} ${audience}`];
}

const LONGEST_ID = 200;

/** Whether it can be the id of a profile or a conversation: any text that a path can carry. Dots alone would change the path. */
export function isUsableId(id: unknown): id is string {
  if (typeof id !== 'string' || id.length === 0 || id.length > LONGEST_ID) return false;
  return id.isWellFormed() && !id.includes('\0') && id !== '.' && id !== '..';
}
