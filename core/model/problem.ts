/** What the caller did that cannot be; the API turns it into an RFC 9457 problem. Everything else that is thrown is ours. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly failures: readonly FieldFailure[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, more: ProblemMore = {}) {
    super(detail);
    this.code = code;
    this.failures = more.failures ?? [];
    this.extra = more.extra ?? {};
  }
}

/** One field that is wrong, as the published API names it. */
export interface FieldFailure {
  readonly paramName: string;
  readonly message: string;
}

interface ProblemMore {
  readonly failures?: readonly FieldFailure[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Every problem that the API can answer with: its status and what it means. */
export const PROBLEMS = {
  'validation-failed': [400, 'The request is not valid'],
  'malformed-body': [400, 'The body cannot be read'],
  unauthorized: [401, 'No valid token'],
  forbidden: [403, 'Not allowed'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  conflict: [409, 'In conflict with the present state'],
  'chat-already-active': [409, 'The customer already has an active chat'],
  'chat-closed': [409, 'The chat is closed'],
  'third-participant': [409, 'A chat has two participants at most'],
  'no-route': [409, 'The customer cannot be reached on this channel'],
  'opted-out': [409, 'The customer wants no messages'],
  'outside-window': [409, 'The time to answer is over'],
  'already-exists': [409, 'It exists already'],
  'in-use': [409, 'It is still in use'],
  'precondition-failed': [412, 'It has changed since you read it'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'This content type is not taken here'],
  'idempotency-key-reused': [422, 'The idempotency key was used for another request'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'The gateway failed'],
  unavailable: [503, 'Not available at present'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A 400 that names the fields. */
export function invalid(failures: readonly FieldFailure[] | string, message?: string): Problem {
  const list = typeof failures === 'string' ? [{ paramName: failures, message: message ?? '' }] : failures;
  const detail = list.map((failure) => `${failure.paramName}: ${failure.message}`).join('; ');
  return new Problem('validation-failed', detail, { failures: list });
}

/** A 404, also for what belongs to another API space. */
export function notFound(what: string, id: string): Problem {
  return new Problem('not-found', `there is no ${what} "${id.slice(0, 100)}" in this API space`);
}
