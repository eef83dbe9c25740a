/** The settings of one WhatsApp number; the first five are enough. */
export interface WhatsAppConfig {
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly accessToken: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  /** The secret before it was reset: its signatures are still taken, nothing is signed with it. */
  readonly previousAppSecret?: string;
  /** `link` (the default): Meta fetches files from this gateway. `upload`: they are handed over, where Meta cannot. */
  readonly sendFiles?: 'link' | 'upload';
  /** What customers tap to see more than three choices. */
  readonly listButton?: string;
  readonly graphVersion?: string;
}

/** Meta keeps a version for two years at least; this one until July 2028. */
export const GRAPH_VERSION = 'v25.0';
export const LIST_BUTTON = 'Options';

const secret = { type: 'string', minLength: 1, maxLength: 1_000, writeOnly: true } as const;
const digits = { type: 'string', pattern: '^[0-9]{3,25}$' } as const;

export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['phoneNumberId', 'businessAccountId', 'accessToken', 'appSecret', 'verifyToken'],
  properties: {
    phoneNumberId: {
      ...digits,
      title: 'Phone number ID',
      description: 'In the app dashboard: WhatsApp, API setup, below the number. Not the number itself.',
    },
    businessAccountId: {
      ...digits,
      title: 'WhatsApp Business Account ID',
      description: 'On the same page, beside it.',
    },
    accessToken: {
      ...secret,
      title: 'Access token',
      description:
        'Of a system user (Business settings, System users), with whatsapp_business_messaging and whatsapp_business_management. The one on the page ends after a day.',
    },
    appSecret: {
      ...secret,
      title: 'App secret',
      description: 'In the app dashboard: App settings, Basic. It proves that a delivery is Meta’s.',
    },
    verifyToken: {
      ...secret,
      title: 'Verify token',
      description: 'Any words of yours; give Meta the same ones when you set the callback URL.',
    },
    previousAppSecret: {
      ...secret,
      title: 'Previous app secret',
      description: 'While you reset the secret: the old one, so that no delivery is refused meanwhile.',
    },
    sendFiles: {
      type: 'string',
      title: 'How files go out',
      description: 'link: Meta fetches them from this gateway; upload: the gateway hands them over',
      enum: ['link', 'upload'],
      default: 'link',
    },
    listButton: {
      type: 'string',
      title: 'Button of a list',
      description: 'What customers tap to see more than three choices; 20 characters at most.',
      minLength: 1,
      maxLength: 20,
      default: LIST_BUTTON,
    },
    graphVersion: {
      type: 'string',
      title: 'Graph API version',
      description: 'Such as v25.0; Meta ends a version after two years.',
      pattern: '^v[0-9]{2}\\.[0-9]$',
      default: GRAPH_VERSION,
    },
  },
} as const;
