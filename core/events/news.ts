import type { Json } from '../bus/bus';
import type { LastSeqs } from '../store/log-statement';

/** Of more spaces at once, the other nodes look by themselves. */
const MOST_SPACES = 500;

/** What the other nodes are told of the log: how far it goes in some spaces, or only that there is something to be looked for. */
export class News {
  private lastSeqs: Record<string, number> = {};
  private isMore = false;

  /** Without numbers: nothing is known of how far it goes. */
  add(lastSeqs: LastSeqs | undefined): void {
    if (!lastSeqs) this.isMore = true;
    for (const [spaceId, lastSeq] of Object.entries(lastSeqs ?? {}))
      this.lastSeqs[spaceId] = Math.max(this.lastSeqs[spaceId] ?? 0, lastSeq);
  }

  /** All since the last time, as it travels. */
  take(): Json {
    const { lastSeqs, isMore } = this;
    this.lastSeqs = {};
    this.isMore = false;
    return isMore || Object.keys(lastSeqs).length > MOST_SPACES ? null : lastSeqs;
  }
}

/** What another node told; undefined when there is something to be looked for. */
export function lastSeqsIn(news: Json): LastSeqs | undefined {
  if (typeof news !== 'object' || news === null || Array.isArray(news)) return undefined;
  const entries = Object.entries(news);
  return entries.every((entry): entry is [string, number] => Number.isInteger(entry[1]))
    ? Object.fromEntries(entries)
    : undefined;
}
