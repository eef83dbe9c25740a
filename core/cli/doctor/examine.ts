import { type Config, ConfigProblems, loadConfig } from '../../../config/load';
import { type Run, report } from '../command';
import { CommandFailure } from '../failure';
import { examineDataFolder } from './data-folder';
import { examineDatabase } from './database';
import { type Finding, fine, found, inWords } from './finding';
import { examineMasterKey } from './master-key';
import { examinePlugins } from './plugins';
import { examineRedis } from './redis';
import { examineServing } from './serving';

/** Looks at this installation, one part after the other; a failure where something hurts now. */
export async function examine(run: Run): Promise<void> {
  const findings = [examineNode(), ...(await examineInstallation())];
  const failures = findings.filter(({ state }) => state === 'failure').length;
  report(run, { ok: failures === 0, findings }, () => findings.map(inWords).join('\n'));
  if (failures > 0)
    throw new CommandFailure('failed', `${failures === 1 ? 'one thing is' : `${failures} things are`} wrong`);
}

async function examineInstallation(): Promise<Finding[]> {
  const config = readSettings();
  if (Array.isArray(config)) return config;
  const { definitions, findings: plugins } = await examinePlugins(config);
  return [
    fine('settings', 'all can be read'),
    ...examineDataFolder(config),
    ...examineMasterKey(config),
    ...plugins,
    ...(await examineDatabase(config, definitions)),
    ...(await examineRedis(config)),
    ...(await examineServing(config)),
  ];
}

function readSettings(): Config | Finding[] {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    const wrong = found('settings', 'failure');
    return error.problems.map((problem) => wrong(problem, 'config/example.env lists all settings'));
  }
}

const OLDEST = [20, 19] as const;

function examineNode(): Finding {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (isNewEnough) return fine('Node', node);
  return found('Node', 'failure')(`this is ${node}`, `install ${OLDEST.join('.')} or newer`);
}
