import path from 'node:path';
import { type Chat, startChat } from '../../core/model/chat';
import { newId } from '../../core/model/id';
import { createStore } from '../../core/store/create';
import type { NewEvent } from '../../core/store/events';
import type { Store } from '../../core/store/store';
import { onEachDatabase, onPostgres, type TestDatabase } from './databases';

/** Declares the same tests for a store on each database, migrated and empty. */
export function onEachStore(
  name: string,
  tests: (store: () => Store, database: () => TestDatabase) => void,
): void {
  onEachDatabase(name, onOpened(tests));
}

/** Declares tests of what only PostgreSQL does. */
export function onPostgresStore(
  name: string,
  tests: (store: () => Store, database: () => TestDatabase) => void,
): void {
  onPostgres(name, onOpened(tests));
}

function onOpened(tests: (store: () => Store, database: () => TestDatabase) => void) {
  return (open: () => Promise<TestDatabase>) => {
    let database: TestDatabase;
    let store: Store;
    beforeAll(async () => {
      database = await open();
      store = storeOn(database);
      await store.migrate();
    });
    tests(
      () => store,
      () => database,
    );
    // Behind what they have to let go of themselves.
    afterAll(async () => {
      await store?.close();
      await database?.drop();
    });
  };
}

/** A store on a database, not migrated. */
export function storeOn({ databaseUrl, dataDir }: TestDatabase): Store {
  return createStore(
    databaseUrl === undefined ? { sqliteFile: path.join(dataDir, 'parley.db') } : { databaseUrl },
  );
}

const ACT = { by: 'test', at: 1_700_000_000_000 };

export function aChat(more: Partial<Parameters<typeof startChat>[0]> = {}): Chat {
  return startChat(
    {
      ...{
        spaceId: newId(),
        id: newId(),
        name: 'chat',
        description: undefined,
        teamId: 'sales',
        agentId: undefined,
      },
      ...{ customerId: 'zoe', channelId: 'sms', route: undefined },
      ...more,
    },
    ACT,
  );
}

export function anEvent(more: Partial<NewEvent> = {}): NewEvent {
  return {
    ...{
      spaceId: newId(),
      eventId: newId(),
      name: 'chat.updated',
      entityId: newId(),
      revision: 0,
      at: ACT.at,
    },
    ...{ payload: {} },
    ...more,
  };
}
