import { tail } from '../events/tail';
import { Problem } from '../model/problem';
import { eventsAfter, type LoggedEvent, lastSeq } from '../store/events';
import { businessOnly, type Caller } from './caller';
import type { Context } from './context';

const MOST_STREAMS = 200;

/** The log of an API space after a number, and how far it goes. */
export async function after(
  caller: Caller,
  page: { readonly after: number; readonly limit: number; readonly names?: readonly string[] | undefined },
): Promise<{ readonly events: readonly LoggedEvent[]; readonly lastSeq: number }> {
  businessOnly(caller);
  return caller.read(async (tx) => ({
    lastSeq: await lastSeq(tx, caller.spaceId),
    events: await eventsAfter(tx, { spaceId: caller.spaceId, ...page }),
  }));
}

/** How far the log of the space goes. */
export async function lastOf(caller: Caller): Promise<number> {
  businessOnly(caller);
  return caller.read((tx) => lastSeq(tx, caller.spaceId));
}

export interface Following {
  readonly after: number;
  readonly names?: readonly string[] | undefined;
  readonly beatMs: number;
}

/** The log after a number, and whatever is added to it, until `signal` aborts. */
export function follow(
  context: Context,
  caller: Caller,
  following: Following,
): (signal: AbortSignal) => AsyncIterable<readonly LoggedEvent[]> {
  businessOnly(caller);
  const { store, feed } = context;
  if (feed.followersOf(caller.spaceId) >= MOST_STREAMS)
    throw new Problem('too-many-requests', `an API space has at most ${MOST_STREAMS} streams at this node`);
  return (signal) => tail({ store, feed, spaceId: caller.spaceId, ...following, signal });
}
