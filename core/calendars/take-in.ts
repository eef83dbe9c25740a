import type { Egress } from '../egress/egress';
import type { Calendar } from '../model/calendar';
import type { Instant } from '../model/instant';
import { fetchFeed } from './fetch-feed';
import { readApart } from './read-apart';

const DAY_MS = 86_400_000;
const BACK_MS = 31 * DAY_MS;
const AHEAD_MS = 2 * 366 * DAY_MS;

/** A feed, and the zone of whoever takes it. */
export interface Feed {
  readonly url: string;
  readonly timeZone: string;
}

/** Fetches and reads a team's feed. Rejects with a FeedProblem. */
export async function takeIn(
  egress: Egress,
  { url, timeZone }: Feed,
  { now, signal }: { readonly now: Instant; readonly signal?: AbortSignal | undefined },
): Promise<Calendar> {
  const text = await fetchFeed(egress, url, signal);
  return readApart(text, { from: now - BACK_MS, until: now + AHEAD_MS, timeZone });
}
