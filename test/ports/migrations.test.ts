import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { anyPartner } from '../../core/store/spaces';
import { onEachDatabase, type TestDatabase } from '../support/databases';
import { storeOn } from '../support/stores';

const ROOT = path.resolve(__dirname, '../..');

onEachDatabase('the schema', (open) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await open();
  });
  afterEach(() => database.drop());

  const isUsable = async () => {
    const store = storeOn(database);
    const partner = await store.read(anyPartner);
    await store.close();
    return partner === undefined;
  };

  test('is brought up to date once, however often that is asked', async () => {
    const store = storeOn(database);

    await store.migrate();
    await store.migrate();
    await store.close();

    expect(await isUsable()).toBe(true);
  });

  test('is brought up to date by one of several nodes that start at once', async () => {
    // SQLite knows one gateway at a time: there the folder is locked before.
    const nodes = Array.from({ length: database.databaseUrl === undefined ? 1 : 4 }, () => storeOn(database));

    await Promise.all(nodes.map((node) => node.migrate()));
    await Promise.all(nodes.map((node) => node.close()));

    expect(await isUsable()).toBe(true);
  });

  test('is known to the command line of knex as well', async () => {
    const knex = (command: string) =>
      execFileSync(process.execPath, ['--import', 'tsx', 'node_modules/knex/bin/cli.js', command], {
        cwd: ROOT,
        env: {
          PATH: process.env['PATH'],
          PARLEY_DATA_DIR: database.dataDir,
          ...(database.databaseUrl === undefined ? {} : { DATABASE_URL: database.databaseUrl }),
        },
        encoding: 'utf8',
        stdio: 'pipe',
      });

    knex('migrate:latest');
    const usable = await isUsable();
    const store = storeOn(database);
    await store.migrate();
    await store.close();
    const status = knex('migrate:status');

    expect(usable).toBe(true);
    expect(status).toMatch(/No Pending Migration/i);
  }, 60_000);
});
