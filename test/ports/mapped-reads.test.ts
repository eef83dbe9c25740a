import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Knex } from 'knex';
import { openSqlite } from '../../core/store/sqlite';

const ROWS = 10_000;
const ROW_BYTES = 4_000;
const READ = 5_000;

// Only Linux counts it; elsewhere these are left out by their names.
const COUNTER = '/proc/self/io';
const describeWhereCounted = existsSync(COUNTER) ? describe : describe.skip;

/** What this process has had copied to it by system calls for reading. */
function copiedBytes(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(COUNTER, 'utf8'))?.[1]);
}

describeWhereCounted('a database that is larger than the caches of its connections', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-mapped-'));
  const { write, read } = openSqlite(path.join(dir, 'parley.db'));

  beforeAll(async () => {
    await write.raw('create table page (id integer primary key, body blob)');
    await write.raw(
      `insert into page (body) select randomblob(${ROW_BYTES}) from (
        with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS}) select i from n)`,
    );
    await write.raw('pragma wal_checkpoint(truncate)');
  });
  afterAll(async () => {
    await read.destroy();
    await write.destroy();
    rmSync(dir, { recursive: true });
  });

  it.each<[string, Knex]>([
    ['writes', write],
    ['reads', read],
  ])('is read without copies by the connection that %s', async (_, db) => {
    const before = copiedBytes();

    // Each far from the last one, so that none is in a cache.
    for (let step = 0; step < READ; step += 1)
      expect(await db('page').where({ id: 1 + ((step * 7_919) % ROWS) })).toHaveLength(1);

    expect(copiedBytes() - before).toBeLessThan((READ * ROW_BYTES) / 20);
  });
});
