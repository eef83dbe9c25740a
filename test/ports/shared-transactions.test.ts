import { newId } from '../../core/model/id';
import { insertChats, lockChat, updateChats } from '../../core/store/chats';
import { appendEvents, appendEventsWith, eventsOfChat } from '../../core/store/events';
import { type Store, StoreUnavailable } from '../../core/store/store';
import { sql, type Tx } from '../../core/store/tx';
import { aChat, anEvent, onEachStore, onPostgresStore } from '../support/stores';
import { until } from '../support/until';

const write =
  (chatId: string, chatEventId = 1) =>
  (tx: Tx) =>
    appendEventsWith(tx, [anEvent({ chatId, chatEventId })], []);
const written = async (store: Store, chatId: string) =>
  (await store.read((tx) => eventsOfChat(tx, { chatId, from: 1, limit: 100 }))).map(
    ({ chatEventId }) => chatEventId,
  );
const ids = (count: number) => Array.from({ length: count }, () => newId());

onEachStore('works that may share a transaction', (store) => {
  test('are each stored when they resolve, with what they give, and heard of', async () => {
    const heard: string[] = [];
    const hearNoMore = store().onCommitted((events) =>
      heard.push(...events.map(({ chatId }) => chatId ?? '')),
    );
    const chats = ids(50);
    const followed: string[] = [];

    const given = await Promise.all(
      chats.map((chatId) =>
        store().shared(
          async (tx) => {
            tx.afterCommit(() => followed.push(chatId));
            await write(chatId)(tx);
            return chatId;
          },
          [chatId],
        ),
      ),
    );

    hearNoMore();
    expect(given).toEqual(chats);
    for (const chatId of chats) expect(await written(store(), chatId)).toEqual([1]);
    expect(new Set(heard)).toEqual(new Set(chats));
    expect(heard).toHaveLength(50);
    expect(new Set(followed)).toEqual(new Set(chats));
    expect(followed).toHaveLength(50);
  });

  test.each<[string, (n: number) => 'shared' | 'inTurn']>([
    ['all shared', () => 'shared'],
    ['all of their own', () => 'inTurn'],
    ['some shared', (n) => (n % 3 === 0 ? 'inTurn' : 'shared')],
  ])(
    'with a name in common, %s, run one after the other, in the order in which they came',
    async (_, how) => {
      const [chatId, running] = [newId(), new Set<number>()];
      const order: number[] = [];
      const most: number[] = [];

      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          store()[how(n)](
            async (tx) => {
              running.add(n);
              most.push(running.size);
              await write(chatId, n + 1)(tx);
              await sql(tx).db.raw('select 1');
              order.push(n);
              running.delete(n);
            },
            [`${n}`, 'common'],
          ),
        ),
      );

      expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
      expect(Math.max(...most)).toBe(1);
      expect(await written(store(), chatId)).toHaveLength(20);
    },
  );

  test.each([
    ['throws', () => () => Promise.reject(new Error('no'))],
    ['breaks a rule of the database', (taken: string) => (tx: Tx) => write(taken)(tx)],
    ['has a statement that fails', () => (tx: Tx) => sql(tx).db.raw('select nothing from nowhere')],
  ])('keep nothing of one that %s, and all of the others', async (_, failing) => {
    const [taken = '', mine = '', ...others] = ids(12);
    await store().transaction(write(taken));
    const fail: (tx: Tx) => Promise<unknown> = failing(taken);

    const all = [mine, ...others].map((chatId) =>
      store()
        .shared(
          async (tx) => {
            await write(chatId)(tx);
            if (chatId !== mine) return;
            await fail(tx);
          },
          [chatId],
        )
        .then(
          () => 'stored',
          () => 'failed',
        ),
    );

    expect(await Promise.all(all)).toEqual(['failed', ...others.map(() => 'stored')]);
    expect(await written(store(), mine)).toEqual([]);
    for (const chatId of others) expect(await written(store(), chatId)).toEqual([1]);
  });

  test('that change the same row under other names do so one after the other all the same', async () => {
    const chat = aChat();
    await store().transaction((tx) => insertChats(tx, [chat]));

    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        store().shared(
          async (tx) => {
            const held = await lockChat(tx, chat.spaceId, chat.id);
            if (!held) throw new Error('it is gone');
            const after = { ...held, lastEventId: held.lastEventId + 1 };
            await updateChats(tx, [after]);
            await appendEvents(tx, [anEvent({ chatId: chat.id, chatEventId: after.lastEventId })]);
          },
          [`${n}`],
        ),
      ),
    );

    expect(await written(store(), chat.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

onPostgresStore('works that may share a transaction', (store) => {
  const transactionOf = async (tx: Tx): Promise<string> => {
    const { rows } = await sql(tx).db.raw('select pg_current_xact_id()::text as id');
    return rows[0].id;
  };

  test('do, where they come at the same time, and the more of them the fewer', async () => {
    const apart = await Promise.all(ids(60).map(() => store().transaction(transactionOf)));
    const shared = await Promise.all(ids(60).map((name) => store().shared(transactionOf, [name])));

    expect(new Set(apart).size).toBe(60);
    expect(new Set(shared).size).toBeLessThanOrEqual(4);
  });

  test('share none that wants one of its own', async () => {
    const ofTheirOwn = await Promise.all(ids(60).map((name) => store().inTurn(transactionOf, [name])));

    expect(new Set(ofTheirOwn).size).toBe(60);
  });

  test.each(['shared', 'inTurn'] as const)(
    'do not wait for one (%s) that waits for a row, and it takes one connection however many want that row',
    async (how) => {
      const chats = [aChat(), aChat()] as const;
      await store().transaction((tx) => insertChats(tx, chats));
      const touch = (n: 0 | 1) =>
        store()[how](async (tx) => void (await lockChat(tx, chats[n].spaceId, chats[n].id)), [chats[n].id]);
      let letGo = () => {};
      const mayEnd = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      let isHeld = false;
      const holding = store().transaction(async (tx) => {
        await lockChat(tx, chats[0].spaceId, chats[0].id);
        isHeld = true;
        await mayEnd;
      });
      await until(() => isHeld);

      let ended = 0;
      const hot = Array.from({ length: 40 }, () => touch(0).then(() => (ended += 1)));
      for (let n = 0; n < 20; n += 1) await touch(1);

      expect(ended).toBe(0);
      letGo();
      await Promise.all([holding, ...hot]);
      expect(ended).toBe(40);
    },
    30_000,
  );

  test('all hear of it when the database goes', async () => {
    const all = ids(5).map((name) =>
      store().shared((tx) => sql(tx).db.raw('select pg_terminate_backend(pg_backend_pid())'), [name]),
    );

    const settled = await Promise.allSettled(all);

    for (const one of settled)
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    await store().shared(write(newId()), ['again']);
  });
});
