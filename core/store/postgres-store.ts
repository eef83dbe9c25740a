import { hasCode } from './dialect';
import { createHearers } from './hearers';
import { isMigrated, migrate, type OnMigrated, pendingMigrations } from './migrate';
import { openForMigrations, openPostgres, postgres } from './postgres';
import { inOneTransaction, inTransaction } from './postgres-transaction';
import { ping, translate } from './reach';
import { SharedTransactions } from './shared-transactions';
import type { Store } from './store';
import { openTx, type Tx, type Weight } from './tx';

/** The database of a cluster. */
export function postgresStore(url: string): Store {
  const db = openPostgres(url);
  const underWay = new Set<Promise<unknown>>();
  const retries = new Retries();
  const hearers = createHearers();
  const tracked = <T>(done: Promise<T>): Promise<T> => {
    underWay.add(done);
    const ended = () => void underWay.delete(done);
    done.then(ended, ended);
    return done;
  };
  const retried = <T>(work: (tx: Tx) => Promise<T>, weight: Weight) =>
    retries.run(() => inTransaction(db, { work, hear: hearers.tell, weight }));
  const run = <T>(work: (tx: Tx) => Promise<T>, weight: Weight): Promise<T> =>
    tracked(retried(work, weight).catch(translate(postgres)));
  const shared = new SharedTransactions({
    together: (works) => inOneTransaction(db, works, hearers.tell),
    alone: (work) => retried(work, 'durable'),
    isUnavailable: postgres.isUnavailable,
    isHeldUp: (error) => postgres.isTransient(error) || hasCode(error, ['55P03']),
  });
  return {
    kind: 'postgres',
    onCommitted: hearers.add,
    transaction: (work) => run(work, 'durable'),
    routine: (work) => run(work, 'routine'),
    shared: (work, names) => tracked(shared.run(work, names).catch(translate(postgres))),
    inTurn: (work, names) => tracked(shared.runAlone(work, names).catch(translate(postgres))),
    lightTransaction: (work) => run(work, 'light'),
    read: (work) => work(openTx(db, postgres).tx).catch(translate(postgres)),
    isConflict: postgres.isConflict,
    migrate: (onMigrated) => migrateOnce(url, onMigrated).catch(translate(postgres)),
    isMigrated: () => isMigrated(db).catch(translate(postgres)),
    pendingMigrations: () => pendingMigrations(db).catch(translate(postgres)),
    ping: () => ping(db).catch(translate(postgres)),
    async close() {
      // Knex would abort what runs.
      await Promise.allSettled(underWay);
      await db.destroy();
    },
  };
}

async function migrateOnce(url: string, onMigrated?: OnMigrated): Promise<void> {
  const db = openForMigrations(url);
  try {
    await migrate(db, postgres, onMigrated);
  } finally {
    await db.destroy();
  }
}

const TRIES = 4;

/** Tries again what got into another's way; those that come back do so one after the other, or they would meet again. */
class Retries {
  private last: Promise<unknown> = Promise.resolve();

  async run<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await (attempt === 1 ? work() : this.inTurn(work));
      } catch (error) {
        if (attempt === TRIES || !postgres.isTransient(error)) throw error;
      }
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined); // its caller hears of it
    return turn;
  }
}
