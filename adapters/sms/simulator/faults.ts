import { type Answer, problem } from './answers';

/** What can go wrong with a request to Twilio. */
export type TwilioFault =
  | 'busy'
  | 'error_after_accept'
  | 'rate_limited'
  | 'bad_credentials'
  | 'bad_content'
  | 'no_such_customer'
  | 'opted_out'
  | 'landline'
  | 'filtered'
  | 'queue_full'
  | 'silent'
  | 'silent_after_accept'
  | 'reset'
  | 'reset_after_accept'
  | 'bad_json'
  /** Any answer at all, given as `answer`. */
  | 'other'
  | 'slow'
  | 'refused';

export interface FaultOptions {
  /** How many requests it hits; `Infinity` until cleared (default 1). */
  readonly times?: number;
  /** Which requests (default any). */
  readonly on?: RequestKind;
  /** `rate_limited`: the Retry-After header, seconds or an HTTP date (default 2). */
  readonly retryAfter?: string;
  /** `other`: what is answered, and whether the message is taken all the same. */
  readonly answer?: Answer;
  readonly accepts?: true;
  /** `slow`: how long the answer takes (default 1000). */
  readonly ms?: number;
}

export type RequestKind = 'create' | 'list' | 'fetch' | 'media';

/** What a fault does to one request. */
export interface Mishap {
  /** The request takes effect all the same. */
  readonly accepts?: true;
  /** What is answered instead, with the customer's number for `{To}` as Twilio likes to quote it. */
  readonly answer?: Answer;
  /** The connection is kept silent, or cut. */
  readonly ends?: 'silent' | 'reset';
  readonly delayMs?: number;
  /** The status that the message ends in, and Twilio's code for it. */
  readonly outcome?: { readonly status: string; readonly errorCode: number };
}

/** Faults that wait for their request. */
export interface Faults {
  add(fault: Exclude<TwilioFault, 'refused'>, options?: FaultOptions): void;
  take(kind: RequestKind): Mishap | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let waiting: { readonly mishap: Mishap; readonly on: RequestKind | undefined; left: number }[] = [];
  return {
    add(fault, options = {}) {
      waiting.push({ mishap: mishapOf(fault, options), on: options.on, left: options.times ?? 1 });
    },
    take(kind) {
      const hit = waiting.find(({ on }) => on === undefined || on === kind);
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) waiting = waiting.filter((fault) => fault !== hit);
      return hit.mishap;
    },
    clear() {
      waiting = [];
    },
  };
}

const HTML_BUSY: Answer = {
  status: 503,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head><body></body></html>',
};

function mishapOf(fault: Exclude<TwilioFault, 'refused'>, options: FaultOptions): Mishap {
  const { retryAfter = '2', ms = 1_000, answer = HTML_BUSY, accepts } = options;
  const slowDown = problem(429, 20429, 'Too Many Requests');
  const mishaps: Readonly<Record<typeof fault, Mishap>> = {
    busy: { answer: HTML_BUSY },
    error_after_accept: { accepts: true, answer: problem(500, 20500, 'Internal Server Error') },
    rate_limited: { answer: { ...slowDown, headers: { ...slowDown.headers, 'retry-after': retryAfter } } },
    bad_credentials: { answer: problem(401, 20003, 'Authenticate') },
    bad_content: { answer: problem(400, 21617, 'The concatenated message body exceeds the limit.') },
    no_such_customer: { answer: problem(400, 21211, "Invalid 'To' Phone Number: {To}") },
    opted_out: { answer: problem(400, 21610, 'Attempt to send to unsubscribed recipient') },
    landline: { answer: problem(400, 21614, "'To' number is not a valid mobile number") },
    queue_full: { answer: problem(429, 21611, "This 'From' number has exceeded the maximum queue") },
    filtered: { accepts: true, outcome: { status: 'undelivered', errorCode: 30007 } },
    silent: { ends: 'silent' },
    silent_after_accept: { accepts: true, ends: 'silent' },
    reset: { ends: 'reset' },
    reset_after_accept: { accepts: true, ends: 'reset' },
    bad_json: { accepts: true, answer: { status: 201, body: '{"sid": "SM' } },
    other: { answer, ...(accepts && { accepts }) },
    slow: { accepts: true, delayMs: ms },
  };
  return mishaps[fault];
}
