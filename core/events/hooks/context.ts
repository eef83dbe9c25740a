import type { Vault } from '../../channels/secrets';
import type { Egress } from '../../egress/egress';
import type { Log } from '../../log';
import type { MediaLinks } from '../../media/links';
import type { Instant } from '../../model/instant';
import type { LeaseGroup } from '../../nodes/lease';
import type { Store } from '../../store/store';
import type { Feed } from '../feed';

/** What the delivery of events needs of the gateway. */
export interface HookContext {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly vault: Vault;
  readonly links: MediaLinks;
  readonly egress: Egress;
  readonly feed: Feed;
  /** One node speaks for an endpoint. */
  readonly leases: LeaseGroup;
  /** Counted by what became of a delivery. */
  readonly count: (what: 'delivered' | 'retried' | 'dead') => void;
}
