import type { Told } from './events-of';

const LONGEST = 160;

/** An event on one line. */
export function inWords({ seq, name, timestamp, payload }: Told): string {
  const what = JSON.stringify(payload) ?? '';
  const short = what.length > LONGEST ? `${what.slice(0, LONGEST - 1)}…` : what;
  return `${String(seq).padStart(6)}  ${timestamp}  ${name}  ${short}`;
}
