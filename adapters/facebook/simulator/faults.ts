import { type Answer, json, problem, slowDown } from './answers';

/** What can go wrong with a request to Meta. */
export type FacebookFault =
  | 'busy'
  | 'error_after_accept'
  | 'rate_limited'
  | 'bad_credentials'
  | 'bad_content'
  | 'no_such_customer'
  | 'opted_out'
  | 'silent'
  | 'silent_after_accept'
  | 'reset'
  | 'reset_after_accept'
  | 'nonsense'
  | 'no_id'
  | 'empty'
  | 'outside_window'
  /** Any answer at all, given as `answer`. */
  | 'other'
  | 'refused';

export interface FaultOptions {
  /** How many requests it hits; `Infinity` until cleared (default 1). */
  readonly times?: number;
  /** Which requests (default any). */
  readonly on?: RequestKind;
  readonly pageId?: string;
  readonly answer?: Answer;
  /** `other`: the message is taken all the same. */
  readonly accepts?: true;
}

export type RequestKind = 'send' | 'read' | 'file';

/** What a fault does to one request. */
export interface Mishap {
  readonly accepts?: true;
  readonly answer?: (pageId: string, psid: string) => Answer;
  readonly ends?: 'silent' | 'reset';
}

/** Faults that wait for their request. */
export interface Faults {
  add(fault: Exclude<FacebookFault, 'refused'>, options?: FaultOptions): void;
  take(kind: RequestKind, pageId: string): Mishap | undefined;
  clear(): void;
}

export function createFaults(): Faults {
  let waiting: { readonly mishap: Mishap; readonly options: FaultOptions; left: number }[] = [];
  return {
    add(fault, options = {}) {
      waiting.push({ mishap: mishapOf(fault, options), options, left: options.times ?? 1 });
    },
    take(kind, pageId) {
      const hit = waiting.find(
        ({ options: { on = kind, pageId: page = pageId } }) => on === kind && page === pageId,
      );
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
  body: '<!DOCTYPE html><html><head><title>Sorry, something went wrong.</title></head><body></body></html>',
};

function mishapOf(fault: Exclude<FacebookFault, 'refused'>, options: FaultOptions): Mishap {
  const { answer = HTML_BUSY, accepts } = options;
  const mishaps: Readonly<Record<typeof fault, Mishap>> = {
    busy: { answer: () => HTML_BUSY },
    error_after_accept: {
      accepts: true,
      answer: () => problem(500, 1, 'Received Invalid JSON reply.', 1357046),
    },
    rate_limited: { answer: (pageId) => slowDown(pageId, 1) },
    bad_credentials: {
      answer: () => problem(400, 190, 'Error validating access token: Session has expired.', 463),
    },
    bad_content: { answer: () => problem(400, 100, 'Param message[attachment] is invalid.') },
    no_such_customer: {
      answer: (_page, psid) => problem(400, 100, `No matching user found: ${psid}`, 2018001),
    },
    opted_out: { answer: (_page, psid) => problem(400, 551, `${psid} isn't available right now.`, 1545041) },
    outside_window: {
      answer: () => problem(400, 10, 'This message is sent outside of allowed window.', 2018278),
    },
    silent: { ends: 'silent' },
    silent_after_accept: { accepts: true, ends: 'silent' },
    reset: { ends: 'reset' },
    reset_after_accept: { accepts: true, ends: 'reset' },
    nonsense: { accepts: true, answer: () => ({ status: 200, body: '{"recipient_id":"1","mess' }) },
    no_id: { accepts: true, answer: () => json({ recipient_id: '1' }) },
    empty: { accepts: true, answer: () => ({ status: 502, body: '' }) },
    other: { answer: () => answer, ...(accepts && { accepts }) },
  };
  return mishaps[fault];
}
