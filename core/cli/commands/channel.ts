import type { Command } from 'commander';
import { addCommand, atDesk } from '../command';

interface Options {
  readonly json?: boolean;
  readonly space?: string;
  readonly team?: string;
  readonly agent?: string;
  readonly name?: string;
  readonly settings?: string;
  readonly try: boolean;
}

const SPACE = ['--space <spaceId>', 'the API space, where there are several'] as const;

/** `parley channel ...` */
export function addChannel(program: Command): void {
  const channel = program
    .command('channel')
    .description('numbers, mailboxes, pages: the channel accounts of an API space');
  addCommand(channel, 'list', {
    summary: 'the accounts and how they are',
    examples: ['channel list', 'channel list --json'],
  })
    .option(...SPACE)
    .action((options: Options) =>
      atDesk(options, async (run) => {
        const { listChannels } = await import('../connect/list.js');
        await listChannels(run, options.space);
      }),
    );
  addConnect(channel);
  addCommand(channel, 'check [accountId]', {
    summary: 'try the settings of an account, or of all, at the provider',
    examples: ['channel check', 'channel check 01a2b3c4-...'],
  })
    .option(...SPACE)
    .action((id: string | undefined, options: Options) =>
      atDesk(options, async (run) => {
        const { checkChannels } = await import('../connect/check.js');
        await checkChannels(run, { space: options.space, id });
      }),
    );
}

function addConnect(channel: Command): void {
  addCommand(channel, 'connect [kind]', {
    summary:
      'connect an account: says what to click where, checks every answer, and tries a message both ways',
    examples: [
      'channel connect facebook',
      'channel connect sms --team sales --name "Main number"',
      'channel connect email --settings - < mailbox.json',
    ],
  })
    .option(...SPACE)
    .option('--team <teamId>', 'the team that gets its chats')
    .option('--agent <agentId>', 'the agent who answers the first message')
    .option('--name <name>', 'what the account is called')
    .option('--settings <file>', 'ask nothing: the settings as JSON, from a file or (-) from standard input')
    .option('--no-try', 'do not try a message at the end')
    .addHelpText(
      'after',
      '\nThe kinds are those of the gateway, plugins too; without one it lists them and asks. Secrets are typed without being shown.',
    )
    .action((kind: string | undefined, options: Options) =>
      atDesk(options, async (run) => {
        const { connect } = await import('../connect/connect.js');
        await connect(run, { ...options, kind, isTried: options.try });
      }),
    );
}
