import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../../config/load';
import { type Finding, fine, found } from './finding';

const CHECK = 'data folder';
const LITTLE_BYTES = 1_000_000_000;
const TOO_LITTLE_BYTES = 50_000_000;
const SECRET_FILES = ['master.key', 'partner.key'];

/** Can it be written, is there room, and are the keys in it for the gateway alone? */
export function examineDataFolder({ dataDir }: Pick<Config, 'dataDir'>): Finding[] {
  // Of a folder that is not there yet, the one counts that it will be made in.
  const folder = nearest(dataDir);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    return [
      found(CHECK, 'failure')(
        `${folder} cannot be written`,
        'give it to the user of the gateway, or set PARLEY_DATA_DIR',
      ),
    ];
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const isThere = folder === dataDir;
  return [roomOf(dataDir, free, isThere), ...(isThere ? openKeys(dataDir) : [])];
}

function nearest(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(folder) || parent === folder ? folder : nearest(parent);
}

function roomOf(dataDir: string, free: number, isThere: boolean): Finding {
  const words = `${dataDir}${isThere ? '' : ' (made at the first start)'}, ${Math.round(free / 1_000_000)} MB free`;
  const wayOut = 'make room, or set PARLEY_DATA_DIR to a larger disk';
  if (free < TOO_LITTLE_BYTES) return found(CHECK, 'failure')(words, wayOut);
  return free < LITTLE_BYTES ? found(CHECK, 'warning')(words, wayOut) : fine(CHECK, words);
}

function openKeys(dataDir: string): Finding[] {
  return SECRET_FILES.map((name) => path.join(dataDir, name))
    .filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0)
    .map((file) => found(CHECK, 'warning')(`others on this machine can read ${file}`, `chmod 600 ${file}`));
}
