import { pino } from 'pino';
import type { Log } from '../../core/log';

/** A line of a log. */
export interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log that a test can read. */
export function capturedLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const log = pino(
    { base: null, level: 'debug', formatters: { level: (label) => ({ level: label }) } },
    { write: (text: string) => void lines.push(JSON.parse(text)) },
  );
  return { log, lines };
}
