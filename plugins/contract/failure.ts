/** Decides what the host does next; an adapter never retries and never sleeps. */
export type FailureKind =
  | 'unavailable' // try again, with backoff
  | 'rate_limited' // try again after retryAfterMs
  | 'unauthorized' // pause the account, tell the operator
  | 'unreachable' // this customer cannot be reached: opted out, blocked, window closed
  | 'rejected' // this content will never be taken
  | 'forbidden'; // this request did not come from the provider: answer 403

/** What the agent is told; a closed list, so that every channel words it alike. */
export const REASONS = [
  'opted_out',
  'outside_window',
  'bad_address',
  'blocked',
  'landline',
  'too_long',
  'bad_media',
  'filtered',
  'expired',
  'no_credit',
  'not_permitted',
  'unknown',
] as const;
export type Reason = (typeof REASONS)[number];

export interface FailureDetail {
  readonly reason?: Reason;
  readonly retryAfterMs?: number;
  /** Of `rate_limited`: only messages to this customer came too fast, and the account goes on. */
  readonly customerOnly?: boolean;
  /** The provider may have taken it: the host looks it up and never repeats it blindly. */
  readonly maybeSent?: boolean;
  readonly providerCode?: string;
  /** The setting at fault, as named in the schema (`imap.password`). */
  readonly setting?: string;
  readonly cause?: unknown;
}

// Recognised across two copies of this package, where `instanceof` fails.
const brand = Symbol.for('parley.ChannelError');

/** The only error that an adapter throws on purpose. Its message is shown to operators: no secrets, no customer data. */
export class ChannelError extends Error {
  readonly [brand] = true;
  override readonly name = 'ChannelError';
  readonly kind: FailureKind;
  readonly detail: FailureDetail;

  constructor(kind: FailureKind, message: string, detail: FailureDetail = {}) {
    super(message, { cause: detail.cause });
    this.kind = kind;
    this.detail = detail;
  }

  static is(value: unknown): value is ChannelError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
