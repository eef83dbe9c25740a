import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config/load';

const FILE = 'master.key';

/** The key that secrets are encrypted with: the configured one, else one that is made once and kept in the data folder. */
export function masterKeyOf(config: Pick<Config, 'masterKey' | 'dataDir'>): string {
  if (config.masterKey !== undefined) return config.masterKey;
  const kept = keptMasterKey(config.dataDir);
  if (kept !== undefined) return kept;
  const key = randomBytes(32).toString('hex');
  writeFileSync(path.join(config.dataDir, FILE), `${key}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}

/** The key that lies in a data folder. */
export function keptMasterKey(dataDir: string): string | undefined {
  const file = path.join(dataDir, FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
