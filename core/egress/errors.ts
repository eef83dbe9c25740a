/** A URL that is not to be called, with a sentence for whoever gave it. */
export class EgressRefused extends Error {
  override readonly name = 'EgressRefused';
  readonly kind = 'refused';
}

/**
 * Where a request ended: the name could not be resolved, the connection or its encryption did not come about, the
 * time was over, it hung up, it answered what is not HTTP, or this side gave up.
 */
export type EgressFailure = 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'answer' | 'aborted';

/** A request that got no status, with a sentence that names the receiver's host and nothing secret. */
export class EgressFailed extends Error {
  override readonly name = 'EgressFailed';
  readonly kind: EgressFailure;

  constructor(kind: EgressFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The code that Node gives an error, or nothing. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
