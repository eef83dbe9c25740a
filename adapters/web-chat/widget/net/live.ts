import type { StreamEvents } from '../wire';
import { pause, waitBefore } from './backoff';
import { failureIn } from './call-error';
import { eventReader, type ServerEvent } from './event-reader';

/** One event of the stream, and its number where it has one. */
export type LiveEvent = {
  [Name in keyof StreamEvents]: {
    readonly name: Name;
    readonly data: StreamEvents[Name];
    readonly number?: number;
  };
}[keyof StreamEvents];

export interface LiveOptions {
  open(after: number | undefined, signal: AbortSignal): Promise<Response>;
  onEvent(event: LiveEvent): void;
  onState(state: 'connecting' | 'live' | 'lost'): void;
  /** The session is over; another one is needed. */
  onUnknownSession(): void;
}

// The gateway says something every 15 s.
const SILENCE_MS = 40_000;

/** Follows the stream until aborted: comes back by itself, and goes on after the last event that it has. */
export async function followLive(
  options: LiveOptions,
  after: number | undefined,
  end: AbortSignal,
): Promise<void> {
  let last = after;
  options.onState('connecting');
  for (let tries = 1; !end.aborted; tries += 1) {
    try {
      await followOnce(options, last, end, (event) => {
        if (event.name === 'hello') tries = 0;
        last = event.number ?? (event.name === 'hello' ? (last ?? event.data.latest) : last);
        options.onEvent(event);
      });
    } catch (error) {
      if (end.aborted) return;
      if (failureIn(error).kind === 'session') return options.onUnknownSession();
    }
    if (end.aborted) return;
    options.onState('lost');
    await pause(waitBefore(tries), end);
  }
}

async function followOnce(
  options: LiveOptions,
  after: number | undefined,
  end: AbortSignal,
  onEvent: (event: LiveEvent) => void,
): Promise<void> {
  const stop = new AbortController();
  const abort = () => stop.abort();
  let watch = setTimeout(abort, SILENCE_MS);
  end.addEventListener('abort', abort);
  addEventListener('offline', abort);
  try {
    const response = await options.open(after, stop.signal);
    const read = eventReader();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    options.onState('live');
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      clearTimeout(watch);
      watch = setTimeout(abort, SILENCE_MS);
      for (const event of read(piece.value)) onEvent(parsed(event));
    }
  } finally {
    clearTimeout(watch);
    end.removeEventListener('abort', abort);
    removeEventListener('offline', abort);
  }
}

function parsed({ id, name, data }: ServerEvent): LiveEvent {
  // The gateway's own words; names that a newer one may add fall through where events are handled.
  return { name, data: JSON.parse(data), ...(id === '' ? {} : { number: Number(id) }) } as LiveEvent;
}
