/** The settings of one Twilio account: exactly one of `number` and `messagingServiceSid` says who sends. */
export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  /** The token before the last rotation: its signatures are still taken, nothing is sent with it. */
  readonly previousAuthToken?: string;
  readonly number?: string;
  readonly messagingServiceSid?: string;
}

const token = { type: 'string', minLength: 1, maxLength: 200, writeOnly: true } as const;

export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['accountSid', 'authToken'],
  properties: {
    accountSid: {
      type: 'string',
      title: 'Account SID',
      description: 'Starts with AC; on the first page of the Twilio console.',
      pattern: '^AC[0-9a-zA-Z]{32}$',
    },
    authToken: {
      ...token,
      title: 'Auth token',
      description: 'The primary auth token. An API key would not do: it cannot check signatures.',
    },
    previousAuthToken: {
      ...token,
      title: 'Previous auth token',
      description: 'While you rotate tokens: the old one, so that no delivery is refused meanwhile.',
    },
    number: {
      type: 'string',
      title: 'Number',
      description:
        'Your number as +441632960000, a short code, or an alphanumeric sender (which cannot receive).',
      pattern: '^(\\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &_+-]{0,10})$',
    },
    messagingServiceSid: {
      type: 'string',
      title: 'Messaging service SID',
      description: 'Starts with MG; instead of a number, where a pool of numbers sends.',
      pattern: '^MG[0-9a-zA-Z]{32}$',
    },
  },
  // The empty schemas are there for strict Ajv, which wants to see what `required` speaks of.
  oneOf: [
    { required: ['number'], properties: { number: {} } },
    { required: ['messagingServiceSid'], properties: { messagingServiceSid: {} } },
  ],
} as const;

/** The names under which Twilio addresses this account. */
export function identities(config: TwilioConfig): readonly string[] {
  return [config.number, config.messagingServiceSid].filter((name) => name !== undefined);
}
