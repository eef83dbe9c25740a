import path from 'node:path';
import type { Command } from 'commander';
import type { PluginReport } from '../../../plugins/check/check-plugin';
import { addCommand, atDesk, type Run, report } from '../command';
import { CommandFailure } from '../failure';

/** `parley check-plugin` */
export function addCheckPlugin(program: Command): void {
  addCommand(program, 'check-plugin [folder]', {
    summary:
      'say whether a plugin can be shipped: manifest, schema, contract kit, and whether it lets its process end',
    examples: ['check-plugin', 'check-plugin plugins/local/smoke-signal --json'],
  }).action((folder: string | undefined, options: { json?: boolean }) =>
    atDesk(options, (run) => check(run, path.resolve(folder ?? '.'))),
  );
}

async function check(run: Run, folder: string): Promise<void> {
  const { checkPlugin } = await import('../../../plugins/check/check-plugin.js');
  const found = await checkPlugin(folder);
  report(run, found, () => wordsOf(found));
  if (!found.isSound) throw new CommandFailure('failed', `the plugin in ${folder} is not sound yet`);
}

function wordsOf({ definition, problems, checks }: PluginReport): string {
  const count = (state: string) => checks.filter((one) => one.state === state).length;
  const lines = [
    ...(definition ? [`${definition.title} (${definition.id}, channel ${definition.channel})`] : []),
    ...problems.map(({ part, words }) => `✗ ${part}: ${words}`),
    ...checks.flatMap(({ name, state, error }) =>
      state === 'failed' ? [`✗ ${name}\n    ${indented(error)}`] : [],
    ),
    ...checks.flatMap(({ name, state }) => (state === 'skipped' ? [`- ${name}`] : [])),
  ];
  if (checks.length > 0)
    lines.push(
      `contract kit: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} left out`,
    );
  return lines.join('\n');
}

function indented(error = ''): string {
  return error.replaceAll('\n', '\n    ');
}
