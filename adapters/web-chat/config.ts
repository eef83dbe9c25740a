/** The settings of one web chat: which pages may embed it, how it looks, and whom it lets in. */
export interface WebChatConfig {
  readonly allowedOrigins: readonly string[];
  readonly title?: string;
  readonly subtitle?: string;
  readonly colour?: string;
  readonly theme?: 'auto' | 'light' | 'dark';
  readonly position?: 'left' | 'right';
  readonly language?: string;
  readonly avatarUrl?: string;
  readonly welcome?: { readonly text: string; readonly afterSeconds?: number };
  readonly preChat?: readonly PreChatQuestion[];
  /** Ids of teams that visitors choose from. */
  readonly teams?: readonly string[];
  readonly outOfHours?: { readonly mode?: 'message' | 'form' | 'hide'; readonly text?: string };
  readonly upload?: {
    readonly isOn?: boolean;
    readonly types?: readonly string[];
    readonly maxBytes?: number;
  };
  readonly identity?: IdentitySettings;
  readonly showsRead?: boolean;
  readonly showsTyping?: boolean;
  readonly leaving?: LeavingSettings;
  readonly hasDemo?: boolean;
}

export interface PreChatQuestion {
  readonly key: 'name' | 'email';
  readonly isRequired?: boolean;
}

export interface IdentitySettings {
  readonly mode: 'off' | 'optional' | 'required';
  readonly secret?: string;
  /** The one before the last rotation: its tokens are still taken. */
  readonly previousSecret?: string;
  readonly audience?: string;
}

export interface LeavingSettings {
  /** `agent`: somebody moves the chat; `automatic`: it moves by itself. */
  readonly mode: 'agent' | 'automatic';
  readonly afterMinutes?: number;
  readonly intro?: string;
  readonly mostMessages?: number;
  readonly mostPerAddress?: number;
  readonly mostPerHour?: number;
}

const flag = { type: 'boolean' } as const;
const words = (most: number) => ({ type: 'string', minLength: 1, maxLength: most }) as const;
const count = (most: number) => ({ type: 'integer', minimum: 1, maximum: most }) as const;
const url = { type: 'string', pattern: '^https?://\\S+$', maxLength: 2_000 } as const;
const secret = { type: 'string', minLength: 16, maxLength: 1_000, writeOnly: true } as const;
const group = { type: 'object', additionalProperties: false } as const;

export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['allowedOrigins'],
  properties: {
    allowedOrigins: {
      type: 'array',
      maxItems: 100,
      items: { type: 'string', pattern: '^https?://[^/\\s?#]+$' },
      title: 'Allowed origins',
      description: 'Sites that may embed the chat, such as https://shop.example.',
    },
    title: { ...words(100), title: 'Title', description: 'The name of the team, unless you say otherwise.' },
    subtitle: { ...words(200), title: 'Subtitle', description: 'A line below the title.' },
    colour: {
      type: 'string',
      pattern: '^#[0-9a-fA-F]{6}$',
      title: 'Colour',
      description: 'Such as #0b5fff.',
    },
    theme: {
      type: 'string',
      enum: ['auto', 'light', 'dark'],
      title: 'Theme',
      description: 'auto: as the visitor’s system.',
    },
    position: {
      type: 'string',
      enum: ['left', 'right'],
      title: 'Position',
      description: 'The corner of the page.',
    },
    language: {
      type: 'string',
      pattern: '^(auto|[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$',
      title: 'Language',
      description: 'Such as de; auto: the visitor’s.',
    },
    avatarUrl: {
      ...url,
      title: 'Picture',
      description: 'Beside answers; the team’s, unless you say otherwise.',
    },
    welcome: {
      ...group,
      title: 'Welcome',
      description: 'Shown before the visitor writes; the team’s welcome message, unless you say otherwise.',
      required: ['text'],
      properties: {
        text: { ...words(2_000), title: 'Text' },
        afterSeconds: { type: 'number', minimum: 0, maximum: 86_400, title: 'After so many seconds' },
      },
    },
    preChat: {
      type: 'array',
      maxItems: 2,
      title: 'Questions before the chat',
      description: 'What is asked before the first message.',
      items: {
        ...group,
        required: ['key'],
        properties: {
          key: { type: 'string', enum: ['name', 'email'], title: 'Question' },
          isRequired: { ...flag, title: 'Must be answered' },
        },
      },
    },
    teams: {
      type: 'array',
      maxItems: 20,
      items: words(200),
      title: 'Teams to choose from',
      description: 'Ids of teams; without any, chats start at the account’s team.',
    },
    outOfHours: {
      ...group,
      title: 'When nobody answers',
      description: 'Outside of the team’s hours, and while no agent is there.',
      properties: {
        mode: {
          type: 'string',
          enum: ['message', 'form', 'hide'],
          title: 'What visitors see',
          description: 'A message; a form that asks for their mail address; or no chat at all.',
        },
        text: { ...words(2_000), title: 'Text', description: 'The team’s, unless you say otherwise.' },
      },
    },
    upload: {
      ...group,
      title: 'Files from visitors',
      description: 'Pictures, PDF and text up to 10 MiB, unless you say otherwise.',
      properties: {
        isOn: { ...flag, title: 'Taken' },
        types: {
          type: 'array',
          maxItems: 50,
          items: { type: 'string', pattern: '^[a-z]+/([a-z0-9.+-]+|\\*)$' },
          title: 'Types',
          description: 'Such as image/* or application/pdf; what counts is what the bytes say.',
        },
        maxBytes: { ...count(25 * 1024 * 1024), title: 'Largest file in bytes' },
      },
    },
    identity: {
      ...group,
      title: 'Users of your site',
      description: 'Your server vouches for who is signed in, by a short-lived token (JWT, HS256).',
      required: ['mode'],
      properties: {
        mode: {
          type: 'string',
          enum: ['off', 'optional', 'required'],
          title: 'Mode',
          description: 'required: nobody comes in without such a token.',
        },
        secret: {
          ...secret,
          title: 'Secret',
          description: 'Your server signs with it. It never leaves your server.',
        },
        previousSecret: {
          ...secret,
          title: 'Previous secret',
          description: 'While you rotate: the old one.',
        },
        audience: {
          ...words(200),
          title: 'Audience',
          description: 'What your server puts into `aud`; the account’s id, unless you say otherwise.',
        },
      },
    },
    showsRead: { ...flag, title: 'Shows what was read', description: 'Yes, unless you say otherwise.' },
    showsTyping: { ...flag, title: 'Shows who is typing', description: 'Yes, unless you say otherwise.' },
    hasDemo: {
      ...flag,
      title: 'Demo page',
      description: 'Serves a shop to try the chat in, at /demo below the account. Not for production.',
    },
    leaving: {
      ...group,
      title: 'When visitors leave',
      description: 'Whoever left a mail address can get the answers by mail.',
      required: ['mode'],
      properties: {
        mode: {
          type: 'string',
          enum: ['agent', 'automatic'],
          title: 'Who moves the chat',
          description: 'An agent; or the chat by itself, when an answer was not seen.',
        },
        afterMinutes: {
          ...count(10_080),
          title: 'Away for so many minutes',
          description: '10, unless you say otherwise.',
        },
        intro: {
          ...words(1_000),
          title: 'First words of the mail',
          description: 'Before the answers that the visitor did not see.',
        },
        mostMessages: {
          ...count(50),
          title: 'Messages in one mail, at most',
          description: '20, unless you say otherwise.',
        },
        mostPerAddress: {
          ...count(50),
          title: 'Chats to one address in a day, at most',
          description: '3, unless you say otherwise.',
        },
        mostPerHour: {
          ...count(10_000),
          title: 'Chats in an hour, at most',
          description: '60, unless you say otherwise.',
        },
      },
    },
  },
} as const;

const LONGEST_ID = 200;

/** Whether it can be the id of a visitor's profile. */
export function isUsableId(id: unknown): id is string {
  if (typeof id !== 'string' || id.length === 0 || id.length > LONGEST_ID) return false;
  return id.isWellFormed() && !id.includes('\0') && id !== '.' && id !== '..';
}
