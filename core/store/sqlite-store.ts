import type { Knex } from 'knex';
import { Checkpoints } from './checkpoints/checkpoints';
import { GroupCommit } from './group-commit';
import { createHearers } from './hearers';
import { isMigrated, migrate, pendingMigrations } from './migrate';
import { ping, translate } from './reach';
import { openSqlite, sqlite } from './sqlite';
import { SqliteReader } from './sqlite-reader';
import type { Store } from './store';
import { openTx } from './tx';

/** The embedded database, in a file. */
export function sqliteStore(file: string): Store {
  const { write, read } = openSqlite(file);
  const hearers = createHearers();
  const checkpoints = new Checkpoints(file);
  const writer = new GroupCommit(write, sqlite, {
    hear: hearers.tell,
    onCommit: (tookMs) => checkpoints.committed(tookMs),
  });
  const reader = new SqliteReader(read);
  const reading = <T>(work: (db: Knex) => Promise<T>) => reader.db().then(work).catch(translate(sqlite));
  return {
    kind: 'sqlite',
    onCommitted: hearers.add,
    transaction: (work) => writer.run(work).catch(translate(sqlite)),
    routine: (work) => writer.run(work).catch(translate(sqlite)),
    shared: (work) => writer.run(work).catch(translate(sqlite)),
    inTurn: (work) => writer.run(work).catch(translate(sqlite)),
    lightTransaction: (work) => writer.run(work, 'light').catch(translate(sqlite)),
    read: (work) => reading((db) => work(openTx(db, sqlite).tx)),
    isConflict: sqlite.isConflict,
    migrate: (onMigrated) => migrate(write, sqlite, onMigrated).catch(translate(sqlite)),
    isMigrated: () => reading(isMigrated),
    pendingMigrations: () => reading(pendingMigrations),
    ping: () => reading(ping),
    async close() {
      await writer.idle();
      await checkpoints.close();
      await reader.close();
      await write.destroy();
    },
  };
}
