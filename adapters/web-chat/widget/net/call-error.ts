/** What became of a call that did not succeed. */
export type CallFailure =
  /** It may not have arrived at all, or the gateway is busy: the same call later may succeed. */
  | { readonly kind: 'later'; readonly afterMs: number }
  /** The session is unknown, expired or ended. */
  | { readonly kind: 'session' }
  /** The gateway will not take it, whenever it comes. */
  | { readonly kind: 'refused'; readonly status: number };

/** A call that failed, and what that means. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly failure: CallFailure;

  constructor(message: string, failure: CallFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** What an answer means that is not a success. */
export function failureOf(status: number, retryAfter: string | null): CallFailure {
  if (status === 401) return { kind: 'session' };
  if (status >= 500 || status === 429 || status === 408)
    return { kind: 'later', afterMs: 1000 * (Number(retryAfter) || 0) };
  return { kind: 'refused', status };
}

/** What a thrown thing means; whatever is not ours is a network that failed. */
export function failureIn(error: unknown): CallFailure {
  return error instanceof CallError ? error.failure : { kind: 'later', afterMs: 0 };
}
