import { isIP } from 'node:net';
import { createAgents } from './agents';
import { EgressFailed } from './errors';
import { type Call, exchange, type Limits } from './exchange';
import { guardedLookup, internetLookup, judgedAddresses, type Lookup, machineLookup } from './lookup';
import { openPolicy, type Policy, strictPolicy } from './policy';
import { retryAfterMs } from './retry-after';
import { targetOf } from './target';

/** What is asked for; a name in `headers` is written in lower case. */
export interface EgressQuestion {
  readonly headers: Readonly<Record<string, string>>;
  /** Of the answer's body no more is kept; its first kilobyte where nothing is said. */
  readonly mostBytes?: number | undefined;
  /** Ends the request at once, as EgressFailed `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** What is posted. */
export interface EgressRequest extends EgressQuestion {
  readonly body: string | Buffer;
}

/** What the receiver said. A redirect is an answer like any other; nobody follows it. */
export interface EgressAnswer {
  readonly status: number;
  /** Its beginning. */
  readonly body: string;
  /** Whether that is all of it; more of it came, or the rest did not come in time. */
  readonly isWhole: boolean;
  /** Where a redirect points. */
  readonly location?: string | undefined;
  /** It asks to be left alone for so long; a day at most. */
  readonly retryAfterMs?: number | undefined;
  readonly durationMs: number;
}

/** The way out to URLs that tenants gave, and the only one. */
export interface Egress {
  /** Posts once. Throws EgressRefused for a URL that is not to be called, EgressFailed where no status came. */
  post(url: string, request: EgressRequest): Promise<EgressAnswer>;
  /** Gets once, and throws as `post` does; there is more time for the answer's body. */
  get(url: string, question: EgressQuestion): Promise<EgressAnswer>;
  /** Throws EgressRefused with a sentence about the URL, as far as its text tells. */
  check(url: string): void;
  /** The same, and its name must not lead to a refused address now. A name that cannot be resolved yet is fine. */
  resolveCheck(url: string): Promise<void>;
  /** Ends what is under way, and every connection. */
  close(): void;
}

export interface EgressOptions {
  /** The operator's switch. */
  readonly allowPrivate: boolean;
  /** How names become addresses; the answers are judged whoever gives them. */
  readonly lookup?: Lookup;
  readonly policy?: Policy;
  readonly limits?: Partial<Limits>;
  readonly now?: () => number;
}

const KEPT_BYTES = 1_024;
const LIMITS: Limits = { connectMs: 5_000, wholeMs: 10_000, bodyMs: 2_000 };

/** Opens the way out of one gateway; no connection is made before the first request. */
export function createEgress(options: EgressOptions): Egress {
  const { allowPrivate, now = Date.now } = options;
  const policy = options.policy ?? (allowPrivate ? openPolicy : strictPolicy);
  const lookup = options.lookup ?? (allowPrivate ? machineLookup : internetLookup());
  const limits = { ...LIMITS, ...options.limits };
  const agents = createAgents();
  const guarded = guardedLookup(lookup, policy);
  const closing = new AbortController();
  const call = async (
    url: string,
    { signal, mostBytes = KEPT_BYTES, ...request }: EgressQuestion & Pick<Call, 'method' | 'body' | 'limits'>,
  ): Promise<EgressAnswer> => {
    const target = targetOf(url, policy);
    const started = performance.now();
    const signals = signal ? [signal, closing.signal] : [closing.signal];
    const all = { ...request, target, mostBytes, agents, lookup: guarded, signals };
    const { headers, ...received } = await exchange(all);
    return {
      ...received,
      location: headers.location,
      retryAfterMs: retryAfterMs(headers['retry-after'], now()),
      durationMs: performance.now() - started,
    };
  };
  return {
    post: (url, request) => call(url, { ...request, method: 'POST', limits }),
    get: (url, question) =>
      call(url, { ...question, method: 'GET', body: '', limits: { ...limits, bodyMs: limits.wholeMs } }),
    check: (url) => void targetOf(url, policy),
    async resolveCheck(url) {
      const { hostname } = targetOf(url, policy);
      if (policy.localNames || isIP(hostname) !== 0) return;
      try {
        await judgedAddresses(hostname, lookup, policy);
      } catch (error) {
        if (!(error instanceof EgressFailed)) throw error;
      }
    },
    close() {
      closing.abort();
      agents.destroy();
    },
  };
}
