import { inspect } from 'node:util';

/** The message of whatever was thrown; `instanceof Error` would miss errors of another realm, as Jest has them. */
export function wordsOf(error: unknown): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' ? message : inspect(error);
}
