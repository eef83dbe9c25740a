import type { Config } from '../../../config/load';
import { keptMasterKey } from '../../master-key';
import { type Finding, fine, found } from './finding';

const CHECK = 'master key';

/** Is there a key for the secrets, and the same one on every node? */
export function examineMasterKey(config: Pick<Config, 'masterKey' | 'dataDir' | 'databaseUrl'>): Finding[] {
  if (config.masterKey !== undefined) return [fine(CHECK, 'configured')];
  const kept = keptMasterKey(config.dataDir);
  if (kept !== undefined && !/^[0-9a-f]{64}$/i.test(kept))
    return [
      found(CHECK, 'failure')(
        `the one in ${config.dataDir} is damaged`,
        'bring it back from a copy, or set PARLEY_MASTER_KEY',
      ),
    ];
  if (config.databaseUrl !== undefined)
    return [
      found(CHECK, 'warning')(
        'it lies in the data folder of this node alone',
        'set PARLEY_MASTER_KEY to the same 64 digits on all nodes of the database',
      ),
    ];
  if (kept === undefined) return [fine(CHECK, 'made at the first start')];
  return [
    fine(CHECK, `in ${config.dataDir}; keep a copy of it elsewhere, without it the stored secrets are lost`),
  ];
}
