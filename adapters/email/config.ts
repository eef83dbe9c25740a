import { canonicalAddress } from './reading/headers';

/** How to log in at a server with a token that is fetched anew before it runs out. */
export interface OAuthConfig {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly refreshToken: string;
  readonly scope?: string;
}

interface ServerConfig {
  readonly host: string;
  readonly port?: number;
  readonly secure?: boolean;
  readonly allowPlain?: boolean;
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  readonly oauth?: OAuthConfig;
}

/** The settings of one mailbox: where its mail comes in, and by which server it answers. */
export interface EmailConfig {
  readonly address: string;
  readonly aliases?: readonly string[];
  readonly senderName?: string;
  readonly imap: ServerConfig & {
    readonly folder?: string;
    readonly sentFolder?: string;
    readonly sentBy?: 'server' | 'gateway';
    readonly markSeen?: boolean;
    readonly moveTo?: string;
  };
  /** What is not said here is as for `imap`, but for host and port. */
  readonly smtp: ServerConfig;
  readonly plusAddressing?: boolean;
  readonly answerTo?: 'everybody' | 'sender';
  readonly trustedServers?: readonly string[];
  readonly unverifiedSenders?: 'join' | 'apart';
  readonly signature?: string;
  readonly dkim?: { readonly domain: string; readonly selector: string; readonly privateKey: string };
}

const text = (title: string, description: string, more: object = {}) =>
  ({ type: 'string', title, description, minLength: 1, maxLength: 500, ...more }) as const;
const secret = (title: string, description: string) =>
  ({ type: 'string', title, description, minLength: 1, maxLength: 10_000, writeOnly: true }) as const;
const flag = (title: string, description: string) => ({ type: 'boolean', title, description }) as const;
const ADDRESS = { pattern: '^[^\\s@<>]{1,64}@[^\\s@<>]{1,255}$' };

const oauth = {
  type: 'object',
  title: 'OAuth 2',
  description: 'Instead of a password: Google and Microsoft ask for it.',
  additionalProperties: false,
  required: ['tokenUrl', 'clientId', 'refreshToken'],
  properties: {
    tokenUrl: text(
      'Token address',
      'https://oauth2.googleapis.com/token, or https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token',
      { pattern: '^https?://' },
    ),
    clientId: text('Client id', 'Of the application that you registered there.'),
    clientSecret: secret('Client secret', 'Of the same application, where it has one.'),
    refreshToken: secret('Refresh token', 'What the consent of the mailbox gave.'),
    scope: text('Scope', 'Where the server wants it said again: https://mail.google.com/ for Google.'),
  },
};

const server = (protocol: 'IMAP' | 'SMTP', ports: string) => ({
  host: text('Server', `The ${protocol} server, such as ${protocol.toLowerCase()}.example.com.`),
  port: { type: 'integer', title: 'Port', description: ports, minimum: 1, maximum: 65_535 },
  secure: flag(
    'TLS from the start',
    'Without it the connection is upgraded (STARTTLS); by default as the port says.',
  ),
  allowPlain: flag(
    'Without encryption',
    'Only inside of a network of your own: passwords can be read on the way.',
  ),
  ca: text('Certificate authority', 'In PEM, where the server has a certificate of your own authority.', {
    maxLength: 50_000,
  }),
  user: text('User name', 'By default the address.'),
  password: secret('Password', 'Of the mailbox; where there are two factors, an app password.'),
  oauth,
});

export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['address', 'imap', 'smtp'],
  properties: {
    address: text('Address', 'What customers write to.', ADDRESS),
    aliases: {
      type: 'array',
      title: 'Aliases',
      description: 'Further addresses of the same mailbox; whoever writes to one is answered from it.',
      items: { type: 'string', ...ADDRESS },
      maxItems: 100,
    },
    senderName: text('Sender name', 'What customers see beside the address; {agent} is who answers.', {
      maxLength: 200,
    }),
    imap: {
      type: 'object',
      title: 'Incoming mail',
      additionalProperties: false,
      required: ['host'],
      properties: {
        ...server('IMAP', '993 with TLS (the default), 143 with STARTTLS.'),
        folder: text('Folder', 'By default INBOX.'),
        sentFolder: text('Sent folder', 'With it, a send whose outcome is not known can be looked up.'),
        sentBy: {
          type: 'string',
          enum: ['server', 'gateway'],
          title: 'Who files sent mail',
          description: 'Gmail and Exchange do it themselves (server); for others the gateway can.',
        },
        markSeen: flag(
          'Mark as read',
          'Once a mail is stored. By default nothing in the mailbox is touched.',
        ),
        moveTo: text('Move to', 'A folder that mail is moved to once it is stored.'),
      },
      // The empty schemas are there for strict Ajv, which wants to see what `required` speaks of.
      oneOf: [
        { required: ['password'], properties: { password: {} } },
        { required: ['oauth'], properties: { oauth: {} } },
      ],
    },
    smtp: {
      type: 'object',
      title: 'Outgoing mail',
      description: 'User, password and OAuth are those of incoming mail where they are not given.',
      additionalProperties: false,
      required: ['host'],
      properties: server('SMTP', '587 with STARTTLS (the default), 465 with TLS.'),
    },
    plusAddressing: flag(
      'Plus addresses',
      'The mailbox takes mail for name+anything@: answers then find their chat by a signed token. By default where the server is known to.',
    ),
    answerTo: {
      type: 'string',
      enum: ['everybody', 'sender'],
      title: 'Answers go to',
      description: 'Everybody who was on the mail (the default), or its sender alone.',
    },
    trustedServers: {
      type: 'array',
      title: 'Trusted servers',
      description: 'The names by which your own server signs Authentication-Results, such as mx.google.com.',
      items: { type: 'string', minLength: 1, maxLength: 255 },
      maxItems: 20,
    },
    unverifiedSenders: {
      type: 'string',
      enum: ['join', 'apart'],
      title: 'Unverified senders',
      description:
        'apart: whom your server cannot vouch for never sees or joins the history of that address.',
    },
    signature: text(
      'Signature',
      'Put below each answer once where neither the agent nor the team has one; {agent} is who answers.',
      { maxLength: 5_000 },
    ),
    dkim: {
      type: 'object',
      title: 'DKIM',
      description: 'Only where your mail leaves without a relay that signs it.',
      additionalProperties: false,
      required: ['domain', 'selector', 'privateKey'],
      properties: {
        domain: text('Domain', 'That of the address.'),
        selector: text('Selector', 'Below which the public key is in DNS.'),
        privateKey: secret('Private key', 'In PEM.'),
      },
    },
  },
};

/** A mailbox has one account, whatever else its settings say. */
export function identities(config: EmailConfig): readonly string[] {
  return [
    ...new Set(
      [config.address, ...(config.aliases ?? [])].map((address) => canonicalAddress(address) ?? address),
    ),
  ];
}
