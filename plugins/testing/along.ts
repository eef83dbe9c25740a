import assert from 'node:assert/strict';
import { type InboundEvent, MOST_BYTES_ALONG } from '../contract/index';

/** A message that is larger, with everything around its text, than what may come along with it. */
export const LONG_TEXT = 'many long words '.repeat(Math.ceil(MOST_BYTES_ALONG / 8));

export const HELP_ALONG =
  '`data` is for files up to `MOST_BYTES_ALONG`; keep a larger one with `Host.keep`, or say by `ref` where it lies.';

/** Files that come along with messages are stored in the database: each has to be small. */
export function mustBeSmall(events: readonly InboundEvent[]): void {
  for (const event of events) {
    if (event.type !== 'message' && event.type !== 'echo') continue;
    const { media, raw } = event.message;
    for (const { name = 'a file', data } of raw ? [...media, raw] : media) {
      const { byteLength = 0 } = data ?? {};
      assert.ok(byteLength <= MOST_BYTES_ALONG, `${name} comes along with ${byteLength} bytes`);
    }
  }
}
