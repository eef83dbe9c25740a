import type { Address } from './address';
import type { Reason } from './failure';

/** How far a message got, on the provider's evidence. */
export type DeliveryState = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

export interface StatusUpdate {
  readonly target: StatusTarget;
  readonly state: DeliveryState;
  /** Absent: when it was received. */
  readonly at?: Date;
  readonly reason?: Reason;
  readonly providerCode?: string;
  /** The address will take nothing any more: it is left alone until its owner writes again. */
  readonly permanent?: boolean;
}

export type StatusTarget =
  /** The provider's id; with ours when the provider gave it back, so that it may arrive before our request returned. */
  | { readonly externalId: string; readonly idempotencyKey?: string }
  /** Everything up to then: some report a watermark. */
  | { readonly address: Address; readonly upTo: Date };
