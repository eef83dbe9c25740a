/** The settings of one Facebook page; the first four are enough. */
export interface FacebookConfig {
  readonly pageId: string;
  readonly pageAccessToken: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  /** The secret before it was reset: its signatures are still taken, nothing is signed with it. */
  readonly previousAppSecret?: string;
  /** The app has the Human Agent feature: people may answer for seven days. */
  readonly humanAgent?: boolean;
  readonly graphVersion?: string;
}

/** Meta keeps a version for two years at least; this one until July 2028. */
export const GRAPH_VERSION = 'v25.0';

const secret = { type: 'string', minLength: 1, maxLength: 1_000, writeOnly: true } as const;

export const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['pageId', 'pageAccessToken', 'appSecret', 'verifyToken'],
  properties: {
    pageId: {
      type: 'string',
      title: 'Page ID',
      description:
        'The digits below the name of the page, under Messenger, API setup; on the page: About, Page transparency.',
      pattern: '^[0-9]{3,25}$',
    },
    pageAccessToken: {
      ...secret,
      title: 'Page access token',
      description:
        'In the app dashboard: Messenger, API setup, "Generate" beside the page. One of a system user does not expire.',
    },
    appSecret: {
      ...secret,
      title: 'App secret',
      description: 'In the app dashboard: App settings, Basic. It proves that a delivery is Meta’s.',
    },
    verifyToken: {
      ...secret,
      title: 'Verify token',
      description:
        'Any words of yours; give Meta the same ones when you set the callback URL of the app’s webhook.',
    },
    previousAppSecret: {
      ...secret,
      title: 'Previous app secret',
      description: 'While you reset the secret: the old one, so that no delivery is refused meanwhile.',
    },
    humanAgent: {
      type: 'boolean',
      title: 'Human Agent',
      description: 'The app was granted the Human Agent feature: people may answer for seven days.',
      default: false,
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

/** The name under which Meta addresses this account. */
export function identities(config: FacebookConfig): readonly string[] {
  return [config.pageId];
}

// Page-scoped ids are decimal numbers of up to 64 bits and more, and mean nothing outside of their page.
const PAGE_SCOPED_ID = /^[1-9][0-9]{4,24}$/;

/** The page-scoped id of a customer, or undefined. */
export function normalizeAddress(raw: string): string | undefined {
  const id = raw.length > 60 ? '' : raw.trim();
  return PAGE_SCOPED_ID.test(id) ? id : undefined;
}
