import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Checkpoints } from '../../core/store/checkpoints/checkpoints';
import { until } from '../support/until';

const PAGE_BYTES = 4_096;
const PAGES = 1_000;
const SLOW_MS = 60;

describe('pages that were logged', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-checkpoints-'));
  const file = path.join(dir, 'parley.db');
  let writer: Database.Database;
  let checkpoints: Checkpoints;
  const commit = () =>
    writer.exec(`insert into page (body) select randomblob(${PAGE_BYTES}) from (
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${PAGES}) select i from n)`);
  const areMoved = () => statSync(file).size > PAGES * PAGE_BYTES;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 1_000));

  beforeEach(() => {
    writer = new Database(file);
    for (const pragma of ['journal_mode = WAL', 'wal_autocheckpoint = 0']) writer.pragma(pragma);
    writer.exec('drop table if exists page; create table page (id integer primary key, body blob); vacuum');
    writer.pragma('wal_checkpoint(TRUNCATE)');
    checkpoints = new Checkpoints(file);
    commit();
  });
  afterEach(async () => {
    await checkpoints.close();
    writer.close();
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('are moved beside a writer whose commits are slow, which goes on meanwhile', async () => {
    checkpoints.committed(SLOW_MS);
    checkpoints.committed(SLOW_MS);

    await until(() => {
      commit();
      checkpoints.committed(1);
      return areMoved();
    });
    expect(writer.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it.each([
    ['all commits are quick', [1, 20, 3, 20]],
    ['one commit alone is slow', [1, SLOW_MS, 1, 1]],
  ])('are left to the writer where %s', async (_, tookMs) => {
    for (const ms of tookMs) checkpoints.committed(ms);

    await settle();
    expect(areMoved()).toBe(false);
  });

  it('are moved again when load comes back after a quiet time', async () => {
    const load = () => {
      for (const ms of [SLOW_MS, SLOW_MS]) checkpoints.committed(ms);
    };
    load();
    await until(areMoved);
    await settle();
    commit();
    const before = statSync(file).size;

    load();

    await until(() => statSync(file).size > before);
  });

  it('leave no log behind when all is closed, which the last one to close removes', async () => {
    checkpoints.committed(SLOW_MS);
    checkpoints.committed(SLOW_MS);

    await checkpoints.close();
    writer.close();

    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('are left to the writer where the thread cannot work', async () => {
    const broken = new Checkpoints(path.join(dir, 'none.db'));
    broken.committed(SLOW_MS);
    broken.committed(SLOW_MS);
    await settle();

    broken.committed(SLOW_MS);
    broken.committed(SLOW_MS);
    await broken.close();

    expect(existsSync(path.join(dir, 'none.db'))).toBe(false);
  });
});
