import type { Command } from 'commander';
import { addCommand, atDesk } from '../command';
import { CommandFailure } from '../failure';

interface Options {
  readonly json?: boolean;
  readonly space?: string;
  readonly after?: string;
  readonly names?: string;
  readonly most?: string;
}

/** `parley events tail` */
export function addEvents(program: Command): void {
  const events = program.command('events').description('what happens in an API space');
  addCommand(events, 'tail', {
    summary: 'follow the events; after a lost connection it goes on where it was',
    examples: [
      'events tail',
      'events tail --names chat.create,chat.closed',
      'events tail --after 0 --json > all-events.ndjson',
    ],
  })
    .option('--space <spaceId>', 'the API space, where there are several')
    .option('--after <seq>', 'begin after this event; 0 is everything; else with what happens from now on')
    .option('--names <list>', 'only these, by comma')
    .option('--most <count>', 'end after so many')
    .addHelpText(
      'after',
      '\nWith --json each line is the envelope of one event. Ctrl+C ends it, and says how to go on.',
    )
    .action((options: Options) =>
      atDesk(options, async (run) => {
        const { tail } = await import('../tail/tail.js');
        await tail(run, {
          space: options.space,
          names: options.names,
          after: wholeNumber('--after', options.after),
          most: wholeNumber('--most', options.most),
        });
      }),
    );
}

function wholeNumber(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new CommandFailure('usage', `${option}: expected a whole number`);
}
