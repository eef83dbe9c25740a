import { readFileSync } from 'node:fs';
import path from 'node:path';
import { byPolling } from '../../plugins/telegram/driver';
import { telegram } from '../../plugins/telegram/index';
import { describeChannel, type Runner, type SimulatedProvider } from '../../plugins/testing/index';
import { CHANNELS, emailOn, type TriedChannel } from './channels';
import { MUTATIONS } from './mutations/all';

const PROJECT = path.resolve(__dirname, '../..');

/** The names of the checks that the kit has for a channel. */
function checksOf({
  definition,
  provider,
}: Pick<TriedChannel, 'definition' | 'provider'>): readonly string[] {
  const names: string[] = [];
  const it = Object.assign((name: string) => void names.push(name), { skip: () => undefined });
  const runner: Runner = {
    ...{ it, beforeEach: () => undefined, afterEach: () => undefined },
    describe: (_name, body) => body(),
  };
  describeChannel({ ...provider, definition, runner });
  return names;
}

describe('the bugs that npm run mutants plants', () => {
  const polling = {
    ...{ folder: 'plugins/telegram', definition: telegram as TriedChannel['definition'] },
    provider: byPolling as SimulatedProvider<object>,
  };
  const tried = [...CHANNELS, polling];

  test('are in code that is there, one by one', () => {
    const gone = MUTATIONS.filter(
      ({ channel, file, find }) => !readFileSync(path.join(PROJECT, channel, file), 'utf8').includes(find),
    );
    expect(gone).toEqual([]);
  });

  test('are each for a check that the kit has', () => {
    const checks = tried.flatMap(checksOf);
    const lost = MUTATIONS.filter(({ caughtBy }) => !checks.some((check) => check.startsWith(caughtBy)));
    expect(lost).toEqual([]);
  });

  test('are in every section of the kit', () => {
    const email = emailOn(() => {
      throw new Error('nothing is run here');
    });
    const sections = new Set([...tried, email].flatMap(checksOf).map((name) => name.split(':')[0]));
    const planted = new Set(MUTATIONS.map(({ caughtBy }) => caughtBy.split(':')[0]));
    expect([...sections].filter((section) => !planted.has(section))).toEqual([]);
    expect(sections.size).toBeGreaterThan(14);
    expect(MUTATIONS.length).toBeGreaterThan(190);
  });
});
