import type { Health } from '../channels/health';
import type { Registry } from '../channels/registry';
import type { Log } from '../log';
import type { Blobs } from '../media/blobs';
import type { MediaLinks } from '../media/links';
import type { Instant } from '../model/instant';
import type { Leases } from '../nodes/lease';
import type { WorkQueue } from '../queue/queue';
import type { Store } from '../store/store';

/** What sending needs of the gateway. */
export interface OutboundContext {
  readonly store: Store;
  readonly registry: Registry;
  readonly health: Health;
  readonly blobs: Blobs;
  readonly links: MediaLinks;
  readonly log: Log;
  readonly now: () => Instant;
  /** This process; a claim carries it. */
  readonly nodeId: string;
  /** Tells the other nodes of lanes for which this one has no room. */
  readonly queue: Pick<WorkQueue, 'hint' | 'work'>;
  readonly leases: Pick<Leases, 'shareOf'>;
  /** Events were committed. */
  /** Called with ids of the provider that have just become known: receipts may wait for them. */
  readonly onExternalIds: (accountId: string, externalIds: readonly string[]) => void;
  readonly count: (outcome: string, adapter: string) => void;
}

/** How long a claim holds without a word. Then others may take it that the node that has it is dead, and not asleep. */
export const LEASE_MS = 45_000;
/** How long one call to a provider may take. */
export const SEND_TIMEOUT_MS = 15_000;
/** A call that begins later than this after its claim might end when that is no longer ours. */
export const BEGIN_WITHIN_MS = LEASE_MS - SEND_TIMEOUT_MS;
