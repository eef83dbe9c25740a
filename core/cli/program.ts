import { Command } from 'commander';
import { addChannel } from './commands/channel';
import { addCheckPlugin } from './commands/check-plugin';
import { addDemo } from './commands/demo';
import { addDoctor } from './commands/doctor';
import { addEvents } from './commands/events';
import { addMigrate } from './commands/migrate';
import { addNewChannel } from './commands/new-channel';
import { addPartner } from './commands/partner';
import { addSpace } from './commands/space';
import { addStart } from './commands/start';
import { addToken } from './commands/token';
import { EXIT } from './failure';

/** The commands in the order of the help; each file only declares, and loads what it needs when it is run. */
const COMMANDS = [
  addStart,
  addDemo,
  addDoctor,
  addMigrate,
  addPartner,
  addSpace,
  addToken,
  addChannel,
  addEvents,
  addNewChannel,
  addCheckPlugin,
] as const;

const EPILOGUE = `
Where the gateway is and who you are is read from the environment, as the gateway reads it:
  PARLEY_URL          the gateway (http://HOST:PORT)
  PARLEY_PARTNER_KEY  the partner's key; else the one that the first start left in the data folder
  PARLEY_SPACE        the API space, where you have several
  PARLEY_TOKEN        an access token of that space, in place of the partner's key
No secret is ever taken from the command line, where others on the machine could read it.

Exit codes: 0 done; ${EXIT.failed} it did not work, or something is wrong; ${EXIT.usage} the command line cannot be understood;
${EXIT.unavailable} no gateway or database answers; ${EXIT.notAllowed} no key, or it may not; ${EXIT.settings} wrong settings; ${EXIT.interrupted} interrupted.`;

/** The whole command line. */
export function createProgram(version: string): Command {
  const program = new Command('parley')
    .description('A self-hosted omnichannel chat gateway.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(`--help` says more)')
    .addHelpText('after', EPILOGUE)
    .exitOverride();
  for (const add of COMMANDS) add(program);
  return program;
}
