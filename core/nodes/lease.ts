import type { Tx } from '../store/tx';

/**
 * The right to do one thing alone, such as listening to a mailbox. Its holder
 * - starts when `LeaseGroup.onChange` brings the lease, and ends when it is missing or `signal` aborts;
 * - asks `isHeld()` right before each act on the outside: a process that was asleep may have lost it;
 * - calls `fence(tx)` first in each transaction that only the holder may write.
 */
export interface Lease {
  /** What was wanted, such as an account's id. */
  readonly id: string;
  /** Grows whenever the lease changes hands. */
  readonly token: number;
  /** Aborts when the lease is lost or handed on. */
  readonly signal: AbortSignal;
  /** Whether it is surely still ours. */
  isHeld(): boolean;
  /**
   * Throws LeaseLost unless it is still ours, and keeps it so until the transaction ends. A holder that was told to end
   * may still write down what it did until the promise of `onChange` resolves.
   */
  fence(tx: Tx): Promise<void>;
}

/** The leases of one kind of work that this node would like to have; of those, the living nodes have equal shares. */
export interface LeaseGroup {
  /** Says which ids there are work for, all of them; the nodes share them out. Call it whenever that changes. */
  want(ids: ReadonlySet<string>): void;
  holds(id: string): Lease | undefined;
  /**
   * Called with all that is held now, after each change. A lease that is missing from it is handed to another node when
   * the promise resolves, or after a few seconds: resolve it when nothing is done by that lease any more.
   */
  onChange: (held: ReadonlyMap<string, Lease>) => void | Promise<void>;
}

/** Who of the nodes does what only one may do. */
export interface Leases {
  /** The leases of a kind, such as `listener` or `webhook`; the same group for the same kind. */
  group(kind: string): LeaseGroup;
  /** Of so many of something that all nodes together may do, how many this node may; at least one. */
  shareOf(total: number): number;
  start(): Promise<void>;
  /** Hands everything to the other nodes at once; call it when nothing is done by a lease any more. */
  stop(): Promise<void>;
}

/** What was to be written belongs to another node by now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(name: string) {
    super(`another node holds the lease ${name} by now`);
  }
}
