import type { Config } from '../../../config/load';
import type { Loaded } from '../../../plugins/host/load';
import { createVault } from '../../channels/secrets';
import { keptMasterKey } from '../../master-key';
import { iso } from '../../model/instant';
import { type Account, allAccounts } from '../../store/accounts';
import type { Store } from '../../store/store';
import { type Finding, fine, found } from './finding';

export type Definitions = Loaded['definitions'];

const CHECK = 'accounts';
const SOON_MS = 14 * 24 * 3_600_000;

/** Which channel accounts do not work, or soon will not? */
export async function examineAccounts(
  store: Store,
  config: Pick<Config, 'masterKey' | 'dataDir'>,
  definitions: Definitions,
): Promise<Finding[]> {
  const accounts = await store.read(allAccounts);
  const sealed = examineSeals(accounts, config);
  const trouble = accounts.flatMap((account) => troublesOf(account, definitions));
  if (sealed.length + trouble.length > 0) return [...sealed, ...trouble];
  return [fine(CHECK, accounts.length === 0 ? 'there are none yet' : `${accounts.length}, none in trouble`)];
}

/** Whether their secrets were sealed with the key that is there now: all of them were with one. */
function examineSeals(
  accounts: readonly Account[],
  config: Pick<Config, 'masterKey' | 'dataDir'>,
): Finding[] {
  const key = config.masterKey ?? keptMasterKey(config.dataDir);
  const [first] = accounts;
  if (!first || key === undefined) return [];
  try {
    createVault(key).open(first.secrets, first.id);
    return [];
  } catch {
    return [
      found('master key', 'failure')(
        'the stored secrets were not sealed with it',
        'bring back the key that they were sealed with, as PARLEY_MASTER_KEY or in the data folder',
      ),
    ];
  }
}

function troublesOf(account: Account, definitions: Definitions): Finding[] {
  const { health, isPaused, adapter } = account;
  const name = `${account.name} (${account.channelId}, ${account.id})`;
  const why = health.lastError?.message ?? `it is ${health.state}`;
  if (!definitions.has(adapter))
    return [
      found(CHECK, 'failure')(
        `${name}: its plugin "${adapter}" is not installed`,
        'install it, or list it in PARLEY_PLUGINS',
      ),
    ];
  if (isPaused || health.state === 'unauthorized')
    return [
      found(CHECK, 'failure')(
        `${name} is paused: ${why}`,
        `mend it, then \`parley channel check ${account.id}\``,
      ),
    ];
  if (health.state === 'waiting' || health.state === 'unavailable')
    return [found(CHECK, 'warning')(`${name}: ${why}`, 'it is tried again by itself')];
  return endingOf(account, name);
}

function endingOf({ health: { credentialExpiresOn } }: Account, name: string): Finding[] {
  if (credentialExpiresOn === undefined || credentialExpiresOn > Date.now() + SOON_MS) return [];
  return [
    found(CHECK, 'warning')(
      `${name}: its credentials end on ${iso(credentialExpiresOn)}`,
      'make new ones before that',
    ),
  ];
}
