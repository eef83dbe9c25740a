import type { Answer } from './answer';
import { isRecord, type Json, numberAt } from './json';

/** How much of what Meta allows is used up, as its answers tell; for one page. */
export interface Usage {
  /**
   * Reads `x-business-use-case-usage` (of the page) and `x-app-usage` (of the app). How long to wait after a refusal is
   * for the host to keep, which is told of it.
   */
  note(answer: Pick<Answer, 'status' | 'headers'>, now: Date): void;
  /** How long a call should be kept back, in milliseconds; 0 is not at all. */
  waitMs(call: { readonly canWait: boolean }, now: Date): number;
}

/** Percent of the allowance from which what can wait is kept back, so that the rest is there for answers. */
const SCARCE = 80;
/** An answer tells of the last hour; without another one it is believed for a minute, then one call asks again. */
const BELIEVED_MS = 60_000;
const MINUTE_MS = 60_000;

/** Keeps the account of one page. [Rate limits](https://developers.facebook.com/docs/graph-api/overview/rate-limiting) */
export function createUsage(pageId: string): Usage {
  let blockedUntil = 0;
  let scarceUntil = 0;
  return {
    note({ status, headers }, now) {
      const uses = [
        ...usesOf(headers['x-business-use-case-usage'], pageId),
        ...usesOf(headers['x-app-usage']),
      ];
      if (uses.length === 0) return;
      const isScarce = uses.some((use) => FIGURES.some((name) => (numberAt(use, name) ?? 0) >= SCARCE));
      scarceUntil = isScarce ? now.getTime() + BELIEVED_MS : 0;
      const waitMs = regainMs(headers, pageId);
      blockedUntil = waitMs > 0 && status < 400 ? now.getTime() + waitMs : 0;
    },
    waitMs({ canWait }, now) {
      const until = canWait ? Math.max(scarceUntil, blockedUntil) : blockedUntil;
      return Math.max(0, until - now.getTime());
    },
  };
}

const FIGURES = ['call_count', 'total_cputime', 'total_time'];

/** When Meta takes calls of this page again, in milliseconds from its answer; 0 where it says nothing of that. */
export function regainMs(headers: Answer['headers'], pageId: string): number {
  const minutes = usesOf(headers['x-business-use-case-usage'], pageId).map(
    (use) => numberAt(use, 'estimated_time_to_regain_access') ?? 0,
  );
  return Math.max(0, ...minutes) * MINUTE_MS;
}

/** The figures of the app, or of what belongs to one page. */
function usesOf(header: unknown, pageId?: string): readonly Json[] {
  const usage = typeof header === 'string' ? parse(header) : undefined;
  if (!isRecord(usage)) return [];
  if (pageId === undefined) return [usage];
  const own = Object.hasOwn(usage, pageId) ? usage[pageId] : undefined;
  return Array.isArray(own) ? own.filter(isRecord) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a header that nobody can read says nothing
  }
}
