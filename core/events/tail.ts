import { eventsAfter, type LoggedEvent } from '../store/events';
import type { Store } from '../store/store';
import type { Feed } from './feed';

export interface TailOptions {
  readonly store: Store;
  readonly feed: Feed;
  readonly spaceId: string;
  /** The `seq` of the last event that the reader has. */
  readonly after: number;
  readonly names?: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** So often something is given, be it nothing. */
  readonly beatMs: number;
}

const PAGE = 100;

/** The log from a number on, and then whatever is added to it; as fast as the reader takes it, and with nothing kept in between. */
export async function* tail(options: TailOptions): AsyncGenerator<readonly LoggedEvent[]> {
  const { store, feed, spaceId, names, beatMs } = options;
  const ended = AbortSignal.any([options.signal, feed.ended]);
  const bell = createBell();
  let [after, lastSeq] = [options.after, 0];
  const unfollow = feed.follow(spaceId, (seq) => {
    lastSeq = seq;
    bell.ring();
  });
  ended.addEventListener('abort', bell.ring);
  try {
    while (!ended.aborted) {
      if (lastSeq <= after) {
        if (!(await bell.rung(beatMs))) yield [];
        continue;
      }
      const upTo = lastSeq;
      const events = await store.read((tx) => eventsAfter(tx, { spaceId, after, limit: PAGE, names }));
      after = events.at(-1)?.seq ?? upTo;
      if (events.length < PAGE) after = Math.max(after, upTo);
      if (events.length > 0) yield events;
    }
  } finally {
    unfollow();
    ended.removeEventListener('abort', bell.ring);
  }
}

function createBell() {
  let isRung = false;
  let wake = () => {};
  return {
    ring() {
      isRung = true;
      wake();
    },
    /** Whether it was rung within this time. */
    async rung(withinMs: number): Promise<boolean> {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, withinMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const was = isRung;
      isRung = false;
      return was;
    },
  };
}
