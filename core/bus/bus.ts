/** What can be written as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Hears a message of a topic, and which node said it. It does not wait, and what it throws is only logged. */
export type Hear = (message: Json, from: string) => void;

/**
 * Tells every node something at once. A message may be lost, and may come twice: it says "look now", and whoever hears
 * it would have looked anyway a little later.
 */
export interface Bus {
  /** This node, as the others hear it. */
  readonly nodeId: string;
  /** Whether the other nodes can be reached now. */
  readonly isConnected: boolean;
  /** Never waits and never throws. The handlers of this node are called before it returns; those of others soon. */
  publish(topic: string, message: Json): void;
  /** Gives a function that ends the subscription. */
  subscribe(topic: string, hear: Hear): () => void;
  /** Returns at once, whether or not the other nodes can be reached. */
  start(): void;
  /** Never takes longer than a second. */
  stop(): Promise<void>;
}

/** Said by a node to itself when it can reach the others, for the first time or again: what they said before was not heard. */
export const CONNECTED = 'bus.connected';

/** The most that one message may be, written as JSON; what is larger belongs into the database. */
export const MOST_BYTES = 65_536;
