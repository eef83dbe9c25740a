import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Devices } from './devices';
import { AGENTS, APP, CUSTOMERS, SHOP, TEAMS } from './people';
import type { Business } from './set-up';
import type { SiteOptions } from './site';
import { BREAKABLE, TROUBLES, type Troubles } from './troubles';

const text = z.string().trim().min(1).max(5_000);
const written = z.discriminatedUnion('device', [
  z.object({ device: z.enum(['phone', 'messenger']), text }),
  z.object({ device: z.literal('mail'), text, subject: text.optional(), answers: z.string().optional() }),
]);
const trouble = z.object({ provider: z.enum(BREAKABLE), trouble: z.enum(TROUBLES) });

export interface CallsOptions {
  readonly devices: Devices;
  readonly troubles: Troubles;
  /** Resolves when everything is set up. */
  readonly business: Promise<Business>;
  readonly gatewayUrl: () => string;
  readonly shopOrigin: string;
}

/** What the demo's page asks of the demo, beside the public API. */
export function createCalls(options: CallsOptions): SiteOptions['calls'] {
  const { devices, troubles } = options;
  return {
    'GET /start': async () => startOf(options, await options.business),
    'POST /devices': ({ body }) => devices.write(written.parse(body)),
    'POST /troubles': ({ body }) => {
      const { provider, trouble: wanted } = trouble.parse(body);
      return troubles.set(provider, wanted);
    },
    // The part of the shop's own server: it says who is signed in to the app.
    'GET /sign': async ({ query }) => ({
      token: await sign((await options.business).appSecret, query.get('nonce')),
    }),
  };
}

function startOf({ gatewayUrl, shopOrigin }: CallsOptions, { apiSpaceId, token, accounts }: Business) {
  const teams = TEAMS.map(({ id, name, agents }) => ({ id, name, agents }));
  return {
    ...{ apiSpaceId, token, accounts, teams, agents: AGENTS, customers: CUSTOMERS, shop: SHOP },
    ...{ gatewayUrl: gatewayUrl(), shopUrl: `${shopOrigin}/` },
  };
}

function sign(secret: string, nonce: string | null): Promise<string> {
  return new SignJWT({ sub: CUSTOMERS.app.id, nonce: nonce ?? '' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(APP.issuer)
    .setAudience(APP.audience)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(secret));
}
