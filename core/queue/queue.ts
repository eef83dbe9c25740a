import type { Json } from '../bus/bus';

/** Says that something may be due: look now. */
export interface Hint {
  readonly kind: string;
  /** What it is about. While a hint waits, others of its kind with the same key are dropped. */
  readonly key: string;
  readonly data: Json;
}

export interface Work {
  /** How many hints this node works on at the same time. */
  readonly atOnce: number;
  /** Resolves when this node has room for another; what it rejects with is only logged. */
  readonly take: (hint: Hint) => Promise<void>;
}

/** Brings hints to a node that has room. They may be lost and may come twice. */
export interface WorkQueue {
  /** Whether hints reach the other nodes now. */
  readonly isConnected: boolean;
  /** What an operator should mend, as a sentence. */
  readonly problem: string | undefined;
  /** Never waits and never throws. */
  hint(hint: Hint): void;
  /** Says who works on a kind; before `start`. */
  work(kind: string, work: Work): void;
  /** Returns at once, whether or not the other nodes can be reached. */
  start(): void;
  /** Takes no more hints, within two seconds; what was taken goes on. */
  stop(): Promise<void>;
}
