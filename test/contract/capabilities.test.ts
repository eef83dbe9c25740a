import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TABLE_PLACE } from './capability-table';
import { CHANNELS } from './channels';

// What the rows say is measured by `npm run capabilities -- --check`, with the machine to itself.
test('the table of what channels can do, in adapters/README.md, has a row for each channel and no others', () => {
  const page = readFileSync(path.resolve(__dirname, '../../adapters/README.md'), 'utf8');
  const [table = ''] = TABLE_PLACE.exec(page) ?? [];
  const [, , ...rows] = table.trim().split('\n');
  expect(rows).toHaveLength(CHANNELS.length + 1);
  for (const { definition } of CHANNELS)
    expect(rows.filter((row) => row.includes(definition.title))).toHaveLength(1);
});
