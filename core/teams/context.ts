import type { AutomaticContext } from '../automatic/context';
import type { Vault } from '../channels/secrets';
import type { Egress } from '../egress/egress';
import type { Store } from '../store/store';

/** What the work of teams needs of the gateway. */
export interface TeamsContext extends AutomaticContext {
  /** Calls URLs that tenants gave. */
  readonly egress: Egress;
  readonly vault: Vault;
  readonly store: Store;
}

/** In the name of nobody. */
export const GATEWAY = 'gateway';
