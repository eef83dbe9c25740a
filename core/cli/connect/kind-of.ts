import { z } from 'zod';
import type { Api } from '../api';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import { choose } from './form';
import { type Kind, kind } from './shapes';

/** The adapter that is meant: by its id or by its channel, however written; asked for where nothing was said. */
export async function kindOf(
  api: Api,
  desk: Pick<Desk, 'ask' | 'say'>,
  given: string | undefined,
): Promise<Kind> {
  const kinds = await api.get('/channels/kinds', z.array(kind));
  if (given === undefined) {
    desk.say('What is to be connected?');
    for (const [at, { title }] of kinds.entries()) desk.say(`  ${at + 1}. ${title}`);
    return choose(desk, kinds);
  }
  const isMeant = (name: string): boolean => name.toLowerCase() === given.toLowerCase();
  const found = kinds.find(({ id }) => isMeant(id)) ?? kinds.find((one) => isMeant(one.kind));
  if (found) return found;
  const names = kinds.map((one) =>
    one.id.toLowerCase() === one.kind.toLowerCase() ? one.kind : `${one.id} (${one.kind})`,
  );
  throw new CommandFailure('usage', `the gateway has no channel "${given}"; it has ${names.join(', ')}`);
}
