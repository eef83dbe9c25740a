import type { AutomaticKind } from './automatic';
import type { Instant } from './instant';

const DAY_MS = 86_400_000;
/** RFC 3834 2: whoever gets no other answer hears the same again after several days at the earliest. */
const UNANSWERED_MS = 7 * DAY_MS;

/** The longest time that a team can set, after which nobody remembers what was said. */
export const MOST_REPEAT_HOURS = 30 * 24;

/** What belongs to a conversation: when a person of ours spoke since, it is another one. */
const OF_CONVERSATION: ReadonlySet<AutomaticKind> = new Set(['warning', 'close']);
/** What a customer caused with a tap of their own, once for each question. */
const ASKED_FOR: ReadonlySet<AutomaticKind> = new Set(['thanks']);

/**
 * Whether the same may be said again to the same sender. Two machines that answer each other say everything once: only
 * what a person of ours says opens the next window, or a week.
 */
export function mayRepeat(
  kind: AutomaticKind,
  last: {
    readonly saidOn: Instant | undefined;
    /** A person of ours spoke to this customer after it. */
    readonly isAnswered: boolean;
    readonly at: Instant;
    readonly repeatAfterMs: number;
  },
): boolean {
  const { saidOn, isAnswered, at, repeatAfterMs } = last;
  if (saidOn === undefined || ASKED_FOR.has(kind)) return true;
  if (isAnswered && OF_CONVERSATION.has(kind)) return true;
  return at - saidOn >= (isAnswered ? repeatAfterMs : Math.max(repeatAfterMs, UNANSWERED_MS));
}
