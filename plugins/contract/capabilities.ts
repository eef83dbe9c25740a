import type { DeliveryState } from './delivery';

/** Plain data: served by the REST API, obeyed by the host, proved by the contract kit. */
export interface Capabilities {
  readonly text: {
    /** In UTF-16 units. The host splits what is longer. */
    readonly maxLength: number;
    readonly html?: boolean;
    readonly subject?: boolean;
  };
  readonly media?: {
    /** MIME types, `image/*` style patterns allowed. What is not listed goes out as a link. */
    readonly mimeTypes: readonly string[];
    readonly maxBytes: number;
    readonly perMessage: number;
    /** A file travels without words or choices: the host puts those into pieces of their own, after the files. */
    readonly alone?: boolean;
  };
  readonly choices?: { readonly max: number; readonly maxLabel: number };
  /** Carries templates that the provider approved: they may be the first word, and leave when the time to answer is over. */
  readonly templates?: boolean;
  /** Every state that a status update may carry. */
  readonly states: readonly DeliveryState[];
  /** Deliveries and reads are told of everything up to a time. */
  readonly watermarks?: boolean;
  /** May we write first? */
  readonly canStart: boolean;
  /** Counted from the customer's last message. */
  readonly replyWindowHours?: number;
  /** The longer time that a person's own answer has, where there is one; what a rule sends never has it. */
  readonly humanReplyWindowHours?: number;
  /** The provider itself makes one message of two sends with the same key. */
  readonly idempotentSend: boolean;
  /** Present when `findSent` is. After this time a message that it does not list was surely never taken. */
  readonly lookup?: { readonly settlesAfterMs: number };
  /** Sends of one account that may be under way at once (default 8). */
  readonly sendConcurrency?: number;
}
