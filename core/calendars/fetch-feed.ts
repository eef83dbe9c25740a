import type { Egress, EgressAnswer } from '../egress/egress';
import { EgressFailed, EgressRefused } from '../egress/errors';
import { FeedProblem } from './feed-problem';

const MOST_BYTES = 2 * 1024 * 1024;
const MOST_REDIRECTS = 3;
const HEADERS = {
  accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
  'user-agent': 'Parley-Calendars/1',
};

/** Gets the text of a feed. Rejects with a FeedProblem. */
export async function fetchFeed(egress: Egress, url: string, signal?: AbortSignal): Promise<string> {
  let place = pageOf(url);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await get(egress, place, signal);
    const { status, location } = answer;
    if (status < 300 || status > 399 || location === undefined) return textOf(answer);
    if (redirects === MOST_REDIRECTS) throw new FeedProblem(`redirects more than ${MOST_REDIRECTS} times`);
    place = pageOf(next(location, place));
  }
}

/** Calendars are often given as `webcal:`, which is only a hint for desktops. */
export function pageOf(url: string): string {
  return url.replace(/^webcals?:\/\//i, 'https://');
}

async function get(egress: Egress, url: string, signal: AbortSignal | undefined): Promise<EgressAnswer> {
  try {
    return await egress.get(url, { headers: HEADERS, mostBytes: MOST_BYTES, signal });
  } catch (error) {
    if (error instanceof EgressRefused) throw new FeedProblem(error.message, { cause: error });
    if (error instanceof EgressFailed)
      throw new FeedProblem(`cannot be fetched: ${error.message}`, { cause: error });
    throw error;
  }
}

function next(location: string, from: string): string {
  try {
    return new URL(pageOf(location), from).href;
  } catch (cause) {
    throw new FeedProblem('redirects to what is no URL', { cause });
  }
}

function textOf({ status, body, isWhole }: EgressAnswer): string {
  if (status !== 200) throw new FeedProblem(`cannot be fetched: its server answers with ${status}`);
  if (isWhole) return body;
  // Characters may have been replaced, so that the text is not to the byte what came.
  const isCut = Buffer.byteLength(body) > MOST_BYTES * 0.99;
  throw new FeedProblem(
    isCut ? `is larger than ${MOST_BYTES / 1024 ** 2} MB` : 'cannot be fetched: it breaks off',
  );
}
