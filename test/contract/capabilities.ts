import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startDovecot } from '../support/dovecot';
import { capabilityTable, TABLE_PLACE } from './capability-table';
import { CHANNELS, emailOn, type TriedChannel } from './channels';

/** Measures every channel of ours by the kit, and writes what they can do into `adapters/README.md`; with `--check`, says whether that is what stands there. */
async function main(): Promise<void> {
  const page = path.resolve(__dirname, '../../adapters/README.md');
  const dovecot = await startDovecot();
  try {
    const isPlugin = ({ folder }: TriedChannel): boolean => folder.startsWith('plugins/');
    const builtIn = CHANNELS.filter((channel) => !isPlugin(channel));
    const table = await capabilityTable([...builtIn, emailOn(() => dovecot), ...CHANNELS.filter(isPlugin)]);
    const before = readFileSync(page, 'utf8');
    const after = before.replace(TABLE_PLACE, () => table);
    console.log(table);
    if (!process.argv.includes('--check')) writeFileSync(page, after);
    else if (after !== before)
      throw new Error('adapters/README.md says otherwise; `npm run capabilities` writes it');
  } finally {
    await dovecot.stop();
  }
  // What an adapter keeps open by design, such as an idle mailbox, would hold the process.
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
