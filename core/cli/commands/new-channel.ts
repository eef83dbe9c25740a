import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { addCommand, atDesk, type Run, report } from '../command';
import { CommandFailure } from '../failure';

/** `parley new-channel` */
export function addNewChannel(program: Command): void {
  addCommand(program, 'new-channel <name>', {
    summary: 'write a channel of your own, with its simulator and a test that passes',
    examples: ['new-channel smoke-signal', 'new-channel smoke-signal --into plugins/local/smoke-signal'],
  })
    .option('--into <folder>', 'the folder to write (the name of the channel)')
    .action((name: string, options: { json?: boolean; into?: string }) =>
      atDesk(options, (run) => write(run, name, path.resolve(options.into ?? name))),
    );
}

async function write(run: Run, name: string, folder: string): Promise<void> {
  const { writeNewChannel } = await import('../../../plugins/scaffold/new-channel.js');
  const home = homeOfPackage();
  const { devDependencies } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  const tools = { typescript: devDependencies.typescript, nodeTypes: devDependencies['@types/node'] };
  const files = await writeNewChannel({ name, folder, home, ...tools }).catch((error: Error) => {
    throw new CommandFailure('failed', error.message, { cause: error });
  });
  const shown = path.relative(process.cwd(), folder) || '.';
  report(run, { folder, files }, () =>
    [
      `${files.length} files in ${shown}. Now:`,
      '',
      `  cd ${shown}`,
      '  npm install && npm test        the contract kit, on a pretend provider: all of it passes',
      '  npx parley check-plugin .      whether it can be shipped',
      '',
      'Read index.ts first. The guide is plugins/README.md of Parley.',
    ].join('\n'),
  );
}

/** What was built lies one folder below it. */
function homeOfPackage(): string {
  return path.resolve(__dirname, '../../../..');
}
