import { Option } from 'commander';
import { CommandFailure } from './failure';

const DAY_SECONDS = '86400';
const MOST_SECONDS = 30 * 86_400;

/** For how long what is replaced works on. */
export function overlapOption(what: string): Option {
  return new Option('--overlap <seconds>', `for how long the old ${what} still work`).default(
    DAY_SECONDS,
    'a day',
  );
}

export function overlapSeconds(given: string): number {
  const seconds = Number(given);
  if (/^\d+$/.test(given) && seconds <= MOST_SECONDS) return seconds;
  throw new CommandFailure('usage', `--overlap: expected whole seconds, at most ${MOST_SECONDS} (30 days)`);
}

export function overlapMs(given: string): number {
  return overlapSeconds(given) * 1_000;
}
