import type { Command } from 'commander';

/** `parley start` */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('start the gateway; it says where it is, and runs until it is told to stop')
    .addHelpText(
      'after',
      `
Every setting is an environment variable; config/example.env lists them. Its log is JSON, a line for each event.

Examples:
  $ parley start
  $ PORT=8080 PUBLIC_URL=https://chat.example.com parley start`,
    )
    .action(async () => {
      process.setSourceMapsEnabled(true);
      const { serve } = await import('../../serve.js');
      await serve();
    });
}
