import type { Dialect } from './dialect';
import type { OnMigrated } from './migrate';
import type { HearCommitted, Tx } from './tx';

/** The database, whichever it is. The same calls and the same promises on both. */
export interface Store {
  readonly kind: Dialect['name'];
  /** Tells `hear` of the events of each transaction of this node, once they are durable; what it gives ends that. */
  onCommitted(hear: HearCommitted): () => void;
  /**
   * Runs `work` in one transaction and resolves once it is durable. What it throws rolls it back.
   * It may run again after a deadlock, so it does nothing but read and write through `tx`.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same for the busiest work, whose statements are always the same few: the database plans none of them anew. */
  routine<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * The same for what many do at the same time, each to something else, which `names` name: where commits are dear, those
   * that come while others are under way share a transaction. Works with a name in common run one after the other.
   * A row that is held excludes nobody who shares the transaction: what must not be done by two at once is in the names,
   * or decided by a unique index.
   */
  shared<T>(work: (tx: Tx) => Promise<T>, names: readonly string[]): Promise<T>;
  /**
   * Like `transaction`, once those that came before it with a name in common are over, shared ones among them: however
   * many want the same thing at the same time, they have one connection of this node at most.
   */
  inTurn<T>(work: (tx: Tx) => Promise<T>, names: readonly string[]): Promise<T>;
  /**
   * The same for what is simply done again after a power cut, which may take it back: it costs much less. What is
   * committed later, in whichever way, never outlives it.
   */
  lightTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reads what is committed, without waiting for writers. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Whether a transaction failed because somebody else had written the same, as a unique index found. */
  isConflict(error: unknown): boolean;
  /** Brings the schema up to date; of several nodes one migrates and the others wait. */
  migrate(onMigrated?: OnMigrated): Promise<void>;
  /** Whether the schema is as new as this node needs it. */
  isMigrated(): Promise<boolean>;
  /** What `migrate` would do; reads only. */
  pendingMigrations(): Promise<string[]>;
  /** Rejects when the database cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot be reached or cannot store; nothing of this call was kept. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(cause: unknown) {
    super('the database is not available', { cause });
  }
}

export type StoreOptions = { readonly sqliteFile: string } | { readonly databaseUrl: string };
