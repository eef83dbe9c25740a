import fc from 'fast-check';
import { loadConfig } from '../../config/load';
import { type DueContext, sayDue } from '../../core/automatic/say-due';
import { createEngine, type Engine } from '../../core/engine';
import { createLog } from '../../core/log';
import { newId } from '../../core/model/id';
import { dueBy, putDue } from '../../core/store/automatic';
import { insertChats } from '../../core/store/chats';
import { eventsOfChat } from '../../core/store/events';
import { madeNow } from '../../core/store/made';
import { messagesBefore } from '../../core/store/messages';
import { insertProfile } from '../../core/store/profiles';
import { type Store, StoreUnavailable } from '../../core/store/store';
import { onEachDatabase, type TestDatabase } from '../support/databases';
import { FAKE_SECRET, fakeChannel } from '../support/fake-channel';
import { aSpace, PARTNER_KEY, startGateway } from '../support/start-gateway';
import { aChat } from '../support/stores';

const NODES = 3;
const CHATS = 4;
const fake = fakeChannel({ id: 'desk' });
const definitions = [fake.definition];

/** Where a node dies in a transaction; `after`: it is committed, and nobody of this node knows. */
type Crash = 'before' | 'within' | 'after' | 'none';

onEachDatabase('what is due, on nodes that crash', (open) => {
  let database: TestDatabase;
  let engine: Engine;
  let shop: { readonly spaceId: string; readonly accountId: string };
  beforeAll(async () => {
    database = await open();
    shop = await setUp(database);
    engine = engineOn(database);
    await engine.registry.refresh();
  });
  afterAll(async () => {
    await engine.registry.close();
    await engine.store.close();
    await database.drop();
  });

  test('is said once, whatever happens', async () => {
    const crash = fc.constantFrom<Crash>('before', 'within', 'after', 'none');
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { minLength: 10, maxLength: 40 }), async (crashes) => {
        const chats = await waitingChats(engine.store, shop);
        const left = [...crashes];
        const context = contextOf(
          engine,
          crashing(engine.store, () => left.shift() ?? 'none'),
        );
        // As often as it takes: whoever died is followed by another one.
        while (await isWaiting(engine.store))
          await Promise.allSettled(Array.from({ length: NODES }, () => sayDue(context)));

        for (const { id } of chats) {
          const messages = await engine.store.read((tx) =>
            messagesBefore(tx, { chatId: id, from: 100, limit: 100 }),
          );
          const events = await engine.store.read((tx) =>
            eventsOfChat(tx, { chatId: id, from: 1, limit: 100 }),
          );
          expect(messages.map(({ parts }) => parts[0]?.data)).toEqual(['Welcome!']);
          expect(events.map(({ chatEventId }) => chatEventId)).toEqual([1]);
        }
      }),
      { numRuns: 6 },
    );
  });
});

async function setUp(database: TestDatabase) {
  const gateway = await startGateway({ database, definitions });
  const api = await aSpace(gateway);
  await api.post('/chat/config/teams', { id: 'sales', name: 'Sales' });
  const welcomeMessage = { timeout: 0, text: 'Welcome!' };
  await api.put('/chat/config/teams/sales/settings', { welcomeMessage });
  const settings = { name: 'desk', secret: FAKE_SECRET };
  const wish = { kind: 'desk', name: 'Desk', teamId: 'sales', settings };
  const { body } = await api.post('/channels', wish);
  await gateway.stop();
  return { spaceId: api.base.slice('/apispaces/'.length), accountId: String(body.id) };
}

function engineOn({ dataDir, databaseUrl }: TestDatabase): Engine {
  const config = loadConfig({
    ...{ PORT: '0', PARLEY_DATA_DIR: dataDir, PARLEY_PARTNER_KEY: PARTNER_KEY },
    ...{ PARLEY_LOG_LEVEL: 'silent', DATABASE_URL: databaseUrl },
  });
  return createEngine({
    ...{ config, log: createLog('silent'), now: Date.now, publicUrl: () => 'http://localhost' },
    definitions: new Map(definitions.map((definition) => [definition.id, definition])),
  });
}

async function waitingChats(store: Store, { spaceId, accountId }: { spaceId: string; accountId: string }) {
  const chats = Array.from({ length: CHATS }, () => {
    const customerId = newId();
    const route = { accountId, own: 'desk', address: customerId };
    return aChat({ spaceId, customerId, channelId: 'desk', route });
  });
  const at = Date.now();
  await store.transaction(async (tx) => {
    for (const { customerId: id } of chats)
      await insertProfile(tx, { spaceId, id, data: {}, ...madeNow({ by: 'test', at }) });
    await insertChats(tx, chats);
    await putDue(
      tx,
      chats.map(({ id }) => ({ spaceId, chatId: id, kind: 'welcome', dueOn: at, madeOn: at })),
    );
  });
  return chats;
}

async function isWaiting(store: Store): Promise<boolean> {
  return (await store.read((tx) => dueBy(tx, Date.now(), 1))).length > 0;
}

function crashing(store: Store, next: () => Crash): Store {
  return {
    ...store,
    async transaction(work) {
      const crash = next();
      if (crash === 'before') throw died();
      const result = await store.transaction(async (tx) => {
        const done = await work(tx);
        if (crash === 'within') throw died();
        return done;
      });
      if (crash === 'after') throw died();
      return result;
    },
  };
}

function died(): StoreUnavailable {
  return new StoreUnavailable(new Error('the node died'));
}

function contextOf({ registry, links, blobs, ratingLinks, log, now }: Engine, store: Store): DueContext {
  const nothing = () => {};
  const parts = { store, registry, links, blobs, ratingLinks, log, now };
  return { ...parts, wake: nothing, onSent: nothing };
}
