import { newId } from '../../core/model/id';
import {
  appendEvents,
  appendEventsWith,
  eventsAfter,
  eventsOfChat,
  type NewEvent,
  numberEvents,
} from '../../core/store/events';
import type { Store } from '../../core/store/store';
import { sql } from '../../core/store/tx';
import { onPostgres, type TestDatabase } from '../support/databases';
import { anEvent, onEachStore, storeOn } from '../support/stores';

onEachStore('writes that are left for the end of a transaction', (store) => {
  const inChat = (chatId: string, chatEventId: number) => anEvent({ chatId, chatEventId });
  const leave = (events: readonly NewEvent[]) =>
    store().routine((tx) => appendEventsWith(tx, events, [], { isLast: true }));
  const leaveNumbered = async (events: readonly NewEvent[]) => {
    const heard = jest.fn();
    const hearNoMore = store().onCommitted((told, areNumbered) => heard(told.length, areNumbered));
    await leave(events);
    hearNoMore();
    expect(heard.mock.calls).toEqual([[events.length, true]]);
  };
  const logOf = async (spaceId: string) => {
    const events = await store().read((tx) => eventsAfter(tx, { spaceId, after: 0, limit: 10 }));
    return events.map(({ seq }) => seq);
  };
  const numbersOf = async (chatId: string) => {
    const events = await store().read((tx) => eventsOfChat(tx, { chatId, from: 1, limit: 10 }));
    return events.map(({ chatEventId }) => chatEventId);
  };

  test('are stored when it resolves', async () => {
    const chatId = newId();

    await leave([inChat(chatId, 1), inChat(chatId, 2)]);

    expect(await numbersOf(chatId)).toEqual([1, 2]);
  });

  test('take everything back when one of them cannot be stored, and nobody hears of it', async () => {
    const chatId = newId();
    await leave([inChat(chatId, 1)]);
    const heard: string[] = [];

    const failing = store().routine(async (tx) => {
      await appendEvents(tx, [inChat(chatId, 2)]);
      tx.afterCommit(() => heard.push('committed'));
      await appendEventsWith(tx, [inChat(chatId, 1)], [], { isLast: true });
    });

    await expect(failing).rejects.toMatchObject({ message: expect.stringMatching(/unique/i) });
    expect(await numbersOf(chatId)).toEqual([1]);
    expect(heard).toEqual([]);
    // Its connection serves the next one.
    await leave([inChat(chatId, 2)]);
    expect(await numbersOf(chatId)).toEqual([1, 2]);
  });

  test('have their numbers after it, in the order of the log, when nothing waits for one', async () => {
    const spaceId = newId();
    const one = () => anEvent({ spaceId });
    await leave([one()]);
    while ((await store().transaction(numberEvents)) !== 0);

    await leaveNumbered([one(), one()]);
    await leaveNumbered([one()]);

    expect(await logOf(spaceId)).toEqual([1, 2, 3, 4]);
  });

  test('are all events of a transaction, in the order in which they were appended', async () => {
    const chatId = newId();
    const heard = jest.fn();
    const hearNoMore = store().onCommitted((told, areNumbered) =>
      heard(
        told.map(({ name }) => name),
        areNumbered,
      ),
    );

    await store().transaction(async (tx) => {
      await appendEvents(tx, [anEvent({ chatId, chatEventId: 1, name: 'first' })]);
      await appendEvents(tx, [anEvent({ chatId, chatEventId: 2, name: 'second' })]);
    });

    hearNoMore();
    expect(heard.mock.calls).toEqual([[['first', 'second'], expect.any(Boolean)]]);
    const events = await store().read((tx) => eventsOfChat(tx, { chatId, from: 1, limit: 10 }));
    expect(events.map(({ name }) => name)).toEqual(['first', 'second']);
  });
});

onPostgres('events that are left for the end of a transaction', (open) => {
  let database: TestDatabase;
  let store: Store;
  const [spaceId, other] = [newId(), newId()];
  const one = (revision: number) => anEvent({ spaceId, revision });
  const numberAll = async () => {
    while ((await store.transaction(numberEvents)) !== 0);
  };
  const leave = async (...events: NewEvent[]) => {
    const heard: boolean[] = [];
    const hearNoMore = store.onCommitted((_events, areNumbered) => void heard.push(areNumbered));
    await store.routine((tx) => appendEventsWith(tx, events, [], { isLast: true }));
    hearNoMore();
    return heard.every((areNumbered) => areNumbered);
  };
  const whileCounterIsHeld = async <T>(write: () => Promise<T>): Promise<T> => {
    let end = () => {};
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    let holding: Promise<void> = Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      holding = store.transaction(async (tx) => {
        await sql(tx).db('event_counter').where({ space_id: spaceId }).forUpdate();
        resolve();
        await mayEnd;
      });
      holding.catch(reject);
    });
    try {
      return await write();
    } finally {
      end();
      await holding;
    }
  };
  const logOf = async (of: string) => {
    const events = await store.read((tx) => eventsAfter(tx, { spaceId: of, after: 0, limit: 100 }));
    return events.map(({ seq, revision }) => [seq, revision]);
  };

  beforeAll(async () => {
    database = await open();
    store = storeOn(database);
    await store.migrate();
    await store.transaction((tx) => appendEvents(tx, [one(1), anEvent({ spaceId: other, revision: 1 })]));
    await numberAll();
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });

  test('wait for their numbers behind those that were written before them', async () => {
    expect(await whileCounterIsHeld(() => leave(one(2)))).toBe(false);

    expect(await leave(one(3), anEvent({ spaceId: other, revision: 2 }))).toBe(false);

    // Of the other space none waited.
    expect(await logOf(other)).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await numberAll();
    expect(await logOf(spaceId)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await leave(one(4))).toBe(true);
    expect((await logOf(spaceId)).at(-1)).toEqual([4, 4]);
  });

  test('wait for nobody who holds the counter, and get their numbers later', async () => {
    const last = (await logOf(spaceId)).length;

    expect(await whileCounterIsHeld(() => leave(one(5)))).toBe(false);

    await numberAll();
    expect((await logOf(spaceId)).at(-1)).toEqual([last + 1, 5]);
  });

  test('run without gaps, in the order in which each writer wrote, while others write in either way', async () => {
    const busy = newId();
    const write = (writer: number, turn: number) => {
      const event = anEvent({ spaceId: busy, name: `${writer}`, revision: turn });
      return writer % 2 === 0 ? leave(event) : store.transaction((tx) => appendEvents(tx, [event]));
    };

    await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        for (let turn = 0; turn < 20; turn += 1) {
          await write(writer, turn);
          if (turn % 4 === writer % 4) await store.transaction(numberEvents);
        }
      }),
    );
    await numberAll();

    const log = await store.read((tx) => eventsAfter(tx, { spaceId: busy, after: 0, limit: 1_000 }));
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 320 }, (_, n) => n + 1));
    for (let writer = 0; writer < 16; writer += 1) {
      const turns = log.filter(({ name }) => name === `${writer}`).map(({ revision }) => revision);
      expect(turns).toEqual(Array.from({ length: 20 }, (_, n) => n));
    }
  });
});
