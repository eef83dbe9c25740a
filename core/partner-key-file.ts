import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where the key of the first partner is left for whoever runs the gateway. */
export const KEY_FILE = 'partner.key';

export function keepPartnerKey(dataDir: string, key: string): void {
  writeFileSync(path.join(dataDir, KEY_FILE), `${key}\n`, { mode: 0o600 });
}

/** The key that was left there. */
export function keptPartnerKey(dataDir: string): string | undefined {
  const file = path.join(dataDir, KEY_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
