import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import type { Settings } from './settings-schema';

/** Settings as JSON, from a file or from standard input: neither shows in the list of processes. */
export async function readSettings(desk: Pick<Desk, 'readAll'>, from: string): Promise<Settings> {
  const text =
    from === '-'
      ? await desk.readAll()
      : await readFile(from, 'utf8').catch((cause: unknown) => {
          throw new CommandFailure('usage', `--settings: ${from} cannot be read`, { cause });
        });
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailure(
      'usage',
      `--settings: ${from === '-' ? 'standard input' : from} holds no JSON object`,
      { cause },
    );
  }
}
