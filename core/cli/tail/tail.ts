import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { inSpace } from '../access';
import type { Api } from '../api';
import type { Run } from '../command';
import { CommandFailure } from '../failure';
import { eventsOf } from './events-of';
import { inWords } from './in-words';

export interface TailWish {
  readonly space?: string | undefined;
  readonly names?: string | undefined;
  readonly after?: number | undefined;
  readonly most?: number | undefined;
}

/** Where a tail is. */
interface Place {
  /** The last event that was printed. */
  after: number | undefined;
  left: number;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** Prints events as they happen until Ctrl+C, or until there were enough. */
export async function tail(run: Run, wish: TailWish): Promise<void> {
  const place: Place = { after: wish.after, left: wish.most ?? Infinity };
  const { signal } = run.desk;
  // The token of a command ends; whoever follows for longer gets another one.
  while (place.left > 0 && !signal.aborted)
    await inSpace(run.desk, { space: wish.space, scopes: ['events:read'] }, ({ api }) =>
      follow(run, { api, names: wish.names, place }),
    ).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  if (signal.aborted && place.after !== undefined)
    run.desk.say(`to go on after it: parley events tail --after ${place.after}`);
}

interface Following {
  readonly api: Api;
  readonly names: string | undefined;
  readonly place: Place;
}

/** Until there were enough, it is interrupted, or the token is no longer taken. */
async function follow(run: Run, following: Following): Promise<void> {
  const { desk } = run;
  const { place, api } = following;
  // Known before the first connection, so that nothing is missed when that one breaks.
  place.after ??= (await api.get('/events?after=0&limit=1', z.looseObject({ lastSeq: z.number() }))).lastSeq;
  let waitMs = FIRST_WAIT_MS;
  let isFirst = true;
  for (;;) {
    const before: number | undefined = place.after;
    const end = await readOnce(run, following, isFirst);
    if (end === 'refused' || place.left <= 0 || desk.signal.aborted) return;
    isFirst = false;
    if (place.after !== before) waitMs = FIRST_WAIT_MS;
    desk.say(`the connection was lost; going on after ${place.after}`);
    await pause(waitMs, undefined, { signal: desk.signal }).catch(() => undefined);
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
  }
}

/** Reads one connection to its end. Who is not there at first, or does not let us in at first, is not waited for. */
async function readOnce(run: Run, following: Following, isFirst: boolean): Promise<'lost' | 'refused'> {
  const { signal } = run.desk;
  let isOpen = false;
  try {
    await printAll(run, following, () => {
      isOpen = true;
    });
    return 'lost';
  } catch (error) {
    if (signal.aborted) return 'lost';
    if (isFirst && !isOpen) throw error;
    return error instanceof CommandFailure && error.exit === 'notAllowed' ? 'refused' : 'lost';
  }
}

async function printAll(
  { desk, isJson }: Run,
  { api, names, place }: Following,
  onOpen: () => void,
): Promise<void> {
  const enough = new AbortController();
  const query = new URLSearchParams({
    after: String(place.after ?? 0),
    ...(names === undefined ? {} : { names }),
  });
  const response = await api.open(`/events/stream?${query}`, AbortSignal.any([desk.signal, enough.signal]));
  onOpen();
  for await (const event of eventsOf(response)) {
    desk.print(isJson ? JSON.stringify(event.envelope) : inWords(event));
    place.after = event.seq;
    place.left -= 1;
    if (place.left > 0) continue;
    enough.abort();
    return;
  }
}
