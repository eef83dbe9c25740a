import { type Logger, pino } from 'pino';

/** Structured lines: an event and its fields. No secrets, no message bodies. */
export type Log = Logger;

/** A log that writes one JSON object per line to standard output. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError, err: describeError },
  });
}

const MOST_WORDS = 500;
const MOST_STACK = 2_000;

/** What may be said of an error: its own words and those of its causes, and where it came from. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? { code: String(error.code) } : {};
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  const message = error.message.slice(0, MOST_WORDS);
  return { name: error.name, message, ...code, stack: error.stack?.slice(0, MOST_STACK), ...cause };
}
