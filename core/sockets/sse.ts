import type { StreamEvent } from '../../plugins/contract/index';

/** How long a client waits before it comes back. */
const RETRY_MS = 2_000;

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no', // a proxy in front passes each event on at once
} as const;

export const BEGINNING = Buffer.from(`retry: ${RETRY_MS}\n\n`);
export const STILL_HERE = Buffer.from(':\n\n');

// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
/** One event as it is written; JSON has no line breaks of its own. */
export function written({ event, data }: StreamEvent, number?: number): Buffer {
  const id = number === undefined ? '' : `id: ${number}\n`;
  return Buffer.from(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
