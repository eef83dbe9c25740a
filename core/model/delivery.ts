import type { DeliveryState, Reason } from '../../plugins/contract/index';
import type { Instant } from './instant';

/** How far a message got. `unknown`: submitted, outcome not known; it is looked up, never blindly sent again. */
export type DeliveryStatus =
  | 'received'
  | 'accepted'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'expired'
  | 'unknown';

export interface Failure {
  /** Our closed list, so that every channel words it alike. */
  readonly reason: Reason | 'deleted';
  /** The provider's own code. */
  readonly code?: string | undefined;
  /** Could the same message succeed later? */
  readonly retryable: boolean;
}

/** A long message leaves in several pieces; the whole is as far as its least advanced piece. */
export interface Delivery {
  readonly status: DeliveryStatus;
  readonly failure?: Failure | undefined;
  readonly pieces: readonly PieceDelivery[];
}

export interface PieceDelivery {
  readonly status: DeliveryStatus;
  readonly externalId?: string | undefined;
}

/** Evidence about one piece: an answer to our request, a receipt, or a look-up. */
export interface Evidence {
  readonly piece: number;
  readonly state: DeliveryState | 'unknown' | 'expired';
  readonly at: Instant;
  readonly externalId?: string | undefined;
  readonly failure?: Failure | undefined;
}

// A status only climbs. At the same height the first one stands, but delivered beats failed: the handset has it.
const HEIGHT: Readonly<Record<DeliveryStatus, number>> = {
  accepted: 0,
  sending: 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  expired: 4,
  delivered: 5,
  read: 6,
  received: 7,
};

const STATUS_OF: Readonly<Record<Evidence['state'], DeliveryStatus>> = {
  accepted: 'sent',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  unknown: 'unknown',
  expired: 'expired',
};

/** The delivery of what came in: nothing more happens to it. */
export const RECEIVED: Delivery = { status: 'received', pieces: [] };

/** The delivery of what was just accepted from the API. */
export function acceptedIn(pieces: number): Delivery {
  return { status: 'accepted', pieces: Array.from({ length: pieces }, () => ({ status: 'accepted' })) };
}

/** The delivery after a piece of evidence; the same object when the evidence says nothing new. */
export function advanced(delivery: Delivery, evidence: Evidence): Delivery {
  const piece = delivery.pieces[evidence.piece];
  if (!piece) return delivery;
  const status = higher(piece.status, STATUS_OF[evidence.state]);
  const externalId = piece.externalId ?? evidence.externalId;
  if (status === piece.status && externalId === piece.externalId) return delivery;
  const pieces = delivery.pieces.with(evidence.piece, { status, externalId });
  const whole = wholeOf(pieces);
  const failure = hasFailed(whole) ? (delivery.failure ?? evidence.failure) : undefined;
  return { status: whole, pieces, ...(failure ? { failure } : {}) };
}

export function hasFailed(status: DeliveryStatus): boolean {
  return status === 'failed' || status === 'expired';
}

/** Nothing more is expected for this piece but receipts. */
export function isSettled(status: DeliveryStatus): boolean {
  return HEIGHT[status] >= HEIGHT.sent;
}

function higher(present: DeliveryStatus, next: DeliveryStatus): DeliveryStatus {
  return HEIGHT[next] > HEIGHT[present] ? next : present;
}

function wholeOf(pieces: readonly PieceDelivery[]): DeliveryStatus {
  const failed = pieces.find((piece) => hasFailed(piece.status));
  if (failed) return failed.status;
  const lowest = pieces.reduce((least, piece) =>
    HEIGHT[piece.status] < HEIGHT[least.status] ? piece : least,
  );
  return lowest.status;
}
