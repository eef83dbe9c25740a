import { type Api, detailOf } from '../api';
import type { Desk } from '../desk';
import { CommandFailure } from '../failure';
import { askSetting } from './question';
import { fieldAt, type Part, type Settings, withSetting } from './settings-schema';
import { type Account, checked } from './shapes';

type Asker = Pick<Desk, 'ask' | 'say'>;

interface Repair {
  readonly account: Account;
  readonly settings: Settings;
  readonly schema: Part;
  readonly isAsked: boolean;
}

/** Tries the settings at the provider until they work: the check says which one is at fault. Gives those that work. */
export async function repair(desk: Asker, api: Api, options: Repair): Promise<Settings> {
  const { account, isAsked } = options;
  let { settings } = options;
  for (;;) {
    const result = await api.send('POST', `/channels/${account.id}/check`, { shape: checked });
    for (const warning of result.warnings) desk.say(`Note: ${warning}`);
    if (result.ok) {
      desk.say('The settings work.');
      return settings;
    }
    const words = `it does not work yet: ${result.message ?? 'the provider gave no reason'}`;
    if (!isAsked)
      throw new CommandFailure(
        'failed',
        `${words}; the account ${account.id} stays, \`parley channel check\` tries it again`,
      );
    desk.say(`But ${words}`);
    settings = await askAgain(desk, api, { ...options, settings }, result.setting);
  }
}

/** The settings with another value for the one at fault, or as they are where that was mended at the provider. */
async function askAgain(
  desk: Asker,
  api: Api,
  { account, settings, schema }: Repair,
  atFault: string | undefined,
): Promise<Settings> {
  const field = atFault === undefined ? undefined : fieldAt(schema, atFault);
  if (!field || field.schema.type === 'object') {
    await desk.ask('Press Enter to try again');
    return settings;
  }
  const value = await askSetting(desk, field, 'Enter tries again as it is');
  if (value === undefined) return settings;
  const changed = withSetting(settings, field.path, value);
  const answer = await api.call('PUT', `/channels/${account.id}`, { settings: changed });
  if (answer.status === 200) return changed;
  desk.say(`The gateway does not take that: ${detailOf(answer)}`);
  return settings;
}
