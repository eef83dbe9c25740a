import { Numbering } from '../../core/events/numbering';
import { newId } from '../../core/model/id';
import { appendEvents, eventsAfter, lastSeq, numberEvents } from '../../core/store/events';
import type { Store } from '../../core/store/store';
import { capturedLog } from '../support/captured-log';
import { onPostgres } from '../support/databases';
import { anEvent, onEachStore, storeOn } from '../support/stores';
import { until } from '../support/until';

const WRITERS = 20;

onEachStore('the numbers of events', (store, database) => {
  const numberAll = async (by: Store = store()) => {
    while ((await by.transaction(numberEvents)) !== 0);
  };
  const logOf = (spaceId: string) =>
    store().read((tx) => eventsAfter(tx, { spaceId, after: 0, limit: 10_000 }));

  test('run without gaps in every space, while twenty write at once', async () => {
    const spaces = [newId(), newId(), newId()];
    const write = (writer: number, turn: number) =>
      store().transaction((tx) =>
        appendEvents(
          tx,
          spaces
            .slice(0, 1 + (turn % 3))
            .map((spaceId) => anEvent({ spaceId, name: `writer ${writer} turn ${turn}` })),
        ),
      );

    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let turn = 0; turn < 15; turn += 1) {
          await write(writer, turn);
          if (turn % 5 === 0) await store().transaction(numberEvents);
        }
      }),
    );
    await numberAll();

    for (const [index, spaceId] of spaces.entries()) {
      const log = await logOf(spaceId);
      expect(log).toHaveLength(WRITERS * (15 - 5 * index));
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
      expect(await store().read((tx) => lastSeq(tx, spaceId))).toBe(log.length);
    }
  });

  test('keep the order in which one writer wrote', async () => {
    const spaceId = newId();
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let turn = 0; turn < 10; turn += 1)
          await store().transaction((tx) =>
            appendEvents(tx, [anEvent({ spaceId, name: `${writer}`, revision: turn })]),
          );
      }),
    );
    await numberAll();

    const log = await logOf(spaceId);

    for (let writer = 0; writer < WRITERS; writer += 1) {
      const turns = log.filter(({ name }) => name === `${writer}`).map(({ revision }) => revision);
      expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test('are not lost with what was rolled back', async () => {
    const spaceId = newId();
    for (let turn = 0; turn < 6; turn += 1)
      await store()
        .transaction(async (tx) => {
          await appendEvents(tx, [anEvent({ spaceId, revision: turn })]);
          if (turn % 2 === 1) throw new Error('no');
        })
        .catch(() => undefined);
    await numberAll();

    const log = await logOf(spaceId);

    expect(log.map(({ seq, revision }) => [seq, revision])).toEqual([
      [1, 0],
      [2, 2],
      [3, 4],
    ]);
  });

  test('are given once, though two nodes give them', async () => {
    const spaceId = newId();
    const other = storeOn(database());
    await Promise.all(
      Array.from({ length: 50 }, () => store().transaction((tx) => appendEvents(tx, [anEvent({ spaceId })]))),
    );

    await Promise.all([numberAll(), numberAll(other), numberAll(), numberAll(other)]);
    await numberAll();

    const seqs = (await logOf(spaceId)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    await other.close();
  });
});

onPostgres('the numbers of events of several nodes', (open) => {
  test('are given at once to what was written while another node was giving them', async () => {
    const [spaceId, database] = [newId(), await open()];
    const [store, other] = [storeOn(database), storeOn(database)];
    await store.migrate();
    let end = () => {};
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    let isAtIt = false;
    const atIt = other.transaction(async (tx) => {
      await numberEvents(tx);
      isAtIt = true;
      await mayEnd;
    });
    await until(() => isAtIt);
    await store.transaction((tx) => appendEvents(tx, [anEvent({ spaceId })]));
    const found: unknown[] = [];
    const spied: Store = {
      ...store,
      async routine(work) {
        const result = await store.routine(work);
        found.push(result);
        return result;
      },
    };
    let told = 0;
    // Not started: it does not look by itself once a second.
    const numbering = new Numbering({ store: spied, log: capturedLog().log, onNumbered: () => (told += 1) });

    numbering.wake();
    await until(() => found.length > 0);
    end();
    await atIt;

    await until(() => told > 0);
    const log = await store.read((tx) => eventsAfter(tx, { spaceId, after: 0, limit: 10 }));
    expect(log.map(({ seq }) => seq)).toEqual([1]);
    expect(found[0]).toBeUndefined();
    await numbering.stop();
    await Promise.all([store.close(), other.close()]);
    await database.drop();
  });
});
