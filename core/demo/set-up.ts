import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Api, apiAt } from '../cli/api';
import { AGENTS, APP, SHOP, TEAMS } from './people';
import type { Providers } from './providers';

export interface SetUpOptions {
  readonly gatewayUrl: string;
  readonly partnerKey: string;
  readonly providers: Providers;
  /** The origins of the demo's own page and of the shop. */
  readonly origins: { readonly page: string; readonly shop: string };
  readonly signal: AbortSignal;
}

/** What was set up. */
export interface Business {
  readonly apiSpaceId: string;
  readonly token: string;
  /** By the kind of channel. */
  readonly accounts: Readonly<Record<Kind, string>>;
  /** The shop's server signs with it who its app's users are. */
  readonly appSecret: string;
}

const KINDS = ['sms', 'email', 'fbMessenger', 'webChat', 'appMessaging'] as const;
export type Kind = (typeof KINDS)[number];

const space = z.looseObject({ id: z.string(), accessToken: z.string() });
const account = z.looseObject({ id: z.string(), webhookUrl: z.string().optional() });

/** Makes a business with two teams and a channel account of each kind, as anybody would: through the public API. */
export async function setUp(options: SetUpOptions): Promise<Business> {
  const { gatewayUrl: url, signal, providers } = options;
  const partner = apiAt({ url, token: options.partnerKey, signal });
  const made = await partner.send('POST', '/apispaces', { body: { name: SHOP.name }, shape: space });
  const api = apiAt({ url, token: made.accessToken, base: `/apispaces/${made.id}`, signal });
  await makeTeams(api);
  const appSecret = randomUUID();
  const ids: Partial<Record<Kind, string>> = {};
  for (const kind of KINDS) {
    const [name, settings] = settingsOf(kind, { ...options, appSecret });
    const body = { kind, name, teamId: TEAMS[0].id, settings };
    const { id, webhookUrl } = await api.send('POST', '/channels', { body, shape: account });
    if (webhookUrl !== undefined) tellProvider(kind, webhookUrl, providers);
    ids[kind] = id;
  }
  const accounts = z.record(z.enum(KINDS), z.string()).parse(ids);
  return { apiSpaceId: made.id, token: made.accessToken, accounts, appSecret };
}

async function makeTeams(api: Api): Promise<void> {
  const shape = z.unknown();
  for (const agent of AGENTS) await api.send('POST', '/chat/config/agents', { body: agent, shape });
  for (const { id, name, agents } of TEAMS) {
    const body = { id, name, members: agents.map((username) => ({ username })) };
    await api.send('POST', '/chat/config/teams', { body, shape });
  }
}

function settingsOf(
  kind: Kind,
  { providers, origins, appSecret }: SetUpOptions & { readonly appSecret: string },
): readonly [name: string, settings: object] {
  switch (kind) {
    case 'sms':
      return ['Mobile number', providers.twilio.config];
    case 'email':
      return ['Mailbox', providers.mail.config];
    case 'fbMessenger':
      return ['Facebook page', providers.facebook.config];
    case 'appMessaging':
      return ['App', { ...APP, sharedSecret: appSecret, allowedOrigins: [origins.page] }];
    case 'webChat':
      return [
        'Web site',
        {
          ...{ allowedOrigins: [origins.shop], title: SHOP.name, colour: SHOP.colour },
          ...{ subtitle: 'We answer within minutes', preChat: [{ key: 'name' }, { key: 'email' }] },
          leaving: { mode: 'agent', intro: 'You had left, so here is our answer.' },
        },
      ];
  }
}

/** What one does at a provider: it is given the webhook of the account. */
function tellProvider(kind: Kind, webhookUrl: string, { twilio, facebook }: Providers): void {
  const { number } = twilio.config;
  if (kind === 'sms' && number !== undefined) twilio.route(number, webhookUrl);
  if (kind === 'fbMessenger') facebook.route(facebook.config.pageId, webhookUrl);
}
