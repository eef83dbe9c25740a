import type { Response } from 'express';
import type { ClientRoute } from '../../plugins/contract/index';
import { createLimit, type Limit } from './limits';

/** How often pages may call; a 429 above it. Each node counts for itself. */
export interface SiteLimits {
  /** Everything that comes from one address: an office, say, or a mobile provider. */
  readonly address: Limit;
  /** Everything of one session. */
  readonly session: Limit;
  /** What a route says of itself, by the session or the address of the caller. */
  route(route: ClientRoute, caller: string, response: Response): Promise<void>;
}

const PER_ADDRESS = 3_000;
const PER_SESSION = 300;

export function createSiteLimits(): SiteLimits {
  // Routes belong to their account, and go with it.
  const ofRoutes = new WeakMap<ClientRoute, Limit>();
  return {
    address: createLimit(PER_ADDRESS),
    session: createLimit(PER_SESSION),
    async route(route, caller, response) {
      if (route.perMinute === undefined) return;
      const limit = ofRoutes.get(route) ?? createLimit(route.perMinute);
      ofRoutes.set(route, limit);
      await limit(caller, response);
    },
  };
}
