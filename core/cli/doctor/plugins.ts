import type { Config } from '../../../config/load';
import type { Loaded } from '../../../plugins/host/load';
import { loadInstalled } from '../../installed';
import { type Finding, fine, found } from './finding';

const CHECK = 'plugins';

export interface Plugins extends Pick<Loaded, 'definitions'> {
  readonly findings: Finding[];
}

/** Which channels are there, and which were refused? */
export async function examinePlugins(config: Pick<Config, 'plugins'>): Promise<Plugins> {
  const { definitions, failures } = await loadInstalled(config);
  const refused = failures.map(({ plugin, reason }) =>
    found(CHECK, 'failure')(
      `${plugin} was refused: ${reason}`,
      'mend it, or take it out of PARLEY_PLUGINS or plugins/local',
    ),
  );
  return { definitions, findings: [fine(CHECK, [...definitions.keys()].join(', ')), ...refused] };
}
