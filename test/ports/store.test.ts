import { newId } from '../../core/model/id';
import { reserveKey } from '../../core/store/idempotency';
import { findSpace, insertPartner, insertSpace, renameSpace } from '../../core/store/spaces';
import type { Store } from '../../core/store/store';
import { sql, type Tx } from '../../core/store/tx';
import { onEachStore } from '../support/stores';
import { until } from '../support/until';

onEachStore('a store', (store) => {
  const aSpaceIn = async (tx: Tx, name = 'Shop') => {
    const [id, partnerId] = [newId(), newId()];
    await insertPartner(tx, { id: partnerId, name: 'p', createdOn: 1 });
    await insertSpace(tx, { id, partnerId, name, createdOn: 1 });
    return id;
  };
  const nameOf = (id: string) => store().read(async (tx) => (await findSpace(tx, id))?.name);
  const gate = () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  describe('a transaction', () => {
    test('gives what its work gives, and keeps what it wrote', async () => {
      const id = await store().transaction((tx) => aSpaceIn(tx, 'kept'));

      expect(await nameOf(id)).toBe('kept');
    });

    test('of which anything throws keeps nothing, and throws just that', async () => {
      const error = new Error('in the middle');
      let id = '';

      const failing = store().transaction(async (tx) => {
        id = await aSpaceIn(tx);
        throw error;
      });

      await expect(failing).rejects.toBe(error);
      expect(await nameOf(id)).toBeUndefined();
    });

    test('that breaks a rule of the database keeps nothing', async () => {
      const id = await store().transaction((tx) => aSpaceIn(tx, 'first'));

      const failing = store().transaction(async (tx) => {
        await renameSpace(tx, id, 'second');
        await insertSpace(tx, { id, partnerId: newId(), name: 'third', createdOn: 1 });
      });

      // better-sqlite3's errors are no instances of Error to Jest.
      const broken = { code: expect.stringMatching(/^(SQLITE_CONSTRAINT|23)/) };
      await expect(failing).rejects.toMatchObject(broken);
      expect(await nameOf(id)).toBe('first');
    });

    test('in which a failed statement was passed over is kept as it says, and whole or not at all', async () => {
      let id = '';

      const outcome = await store()
        .transaction(async (tx) => {
          id = await aSpaceIn(tx, 'kept');
          await insertSpace(tx, { id, partnerId: newId(), name: 'again', createdOn: 1 }).catch(() => {});
        })
        .then(
          () => 'kept',
          () => undefined,
        );

      expect(await nameOf(id)).toBe(outcome);
    });

    test('is of no use after its end', async () => {
      let ended: Tx | undefined;
      const id = await store().transaction((tx) => {
        ended = tx;
        return aSpaceIn(tx, 'before');
      });
      const late = async () => (ended ? renameSpace(ended, id, 'after') : undefined);

      await expect(late()).rejects.toThrow('has ended');
      expect(await nameOf(id)).toBe('before');
    });

    test('sees what it wrote itself, and nobody else does before the commit', async () => {
      const [written, seen] = [gate(), gate()];
      let id = '';
      let inside: string | undefined;
      const writing = store().transaction(async (tx) => {
        id = await aSpaceIn(tx, 'not yet');
        inside = (await findSpace(tx, id))?.name;
        written.open();
        await seen.opened;
      });
      await written.opened;

      const outside = await nameOf(id);
      seen.open();
      await writing;

      expect({ inside, outside, after: await nameOf(id) }).toEqual({
        inside: 'not yet',
        outside: undefined,
        after: 'not yet',
      });
    });
  });

  test('a light transaction is kept like any other, and does not wait for the disk; all others do', async () => {
    const syncs = async (tx: Tx) => {
      const { db, dialect } = sql(tx);
      if (dialect.name === 'postgres')
        return (await db.raw('show synchronous_commit')).rows[0].synchronous_commit;
      return ({ 1: 'off', 2: 'on' } as const)[(await db.raw('pragma synchronous'))[0].synchronous as 1 | 2];
    };
    let id = '';

    const seen = [
      await store().lightTransaction(async (tx) => {
        id = await aSpaceIn(tx, 'light');
        return syncs(tx);
      }),
      await store().transaction(syncs),
      await store().lightTransaction(syncs),
      ...(await Promise.all([
        store().transaction(syncs),
        store().lightTransaction(() => Promise.resolve('any')),
      ])),
      await store().transaction(syncs),
    ];

    expect(seen).toEqual(['off', 'on', 'off', 'on', 'any', 'on']);
    expect(await nameOf(id)).toBe('light');
  });

  test('a view to read through cannot write', async () => {
    let id = '';

    const writing = store().read(async (tx) => {
      id = newId();
      await insertSpace(tx, { id, partnerId: newId(), name: 'p', createdOn: 1 });
    });

    const outcome = await writing.then(
      () => 'written',
      () => 'refused',
    );
    expect(outcome).toBe('refused');
    expect(await nameOf(id)).toBeUndefined();
  });

  describe('what is to be done after the commit', () => {
    test('is done once everything can be read', async () => {
      const seen: Promise<string | undefined>[] = [];

      const id = await store().transaction(async (tx) => {
        const made = await aSpaceIn(tx, 'committed');
        tx.afterCommit(() => seen.push(nameOf(made)));
        expect(seen).toEqual([]);
        return made;
      });

      await until(() => seen.length === 1);
      expect(await seen[0]).toBe('committed');
      expect(await nameOf(id)).toBe('committed');
    });

    test('is never done where nothing was kept', async () => {
      const done: string[] = [];

      await store()
        .transaction(async (tx) => {
          tx.afterCommit(() => done.push('after a failure'));
          throw new Error('no');
        })
        .catch(() => undefined);
      await store().transaction(async (tx) => tx.afterCommit(() => done.push('after a success')));

      await until(() => done.length > 0);
      expect(done).toEqual(['after a success']);
    });

    test('harms nobody when it fails: what was kept is kept, and neighbours are told so', async () => {
      const ids: string[] = [];
      const jobs = [0, 1, 2].map((n) =>
        store().transaction(async (tx) => {
          ids[n] = await aSpaceIn(tx, `job ${n}`);
          if (n === 0)
            tx.afterCommit(() => {
              throw new Error('a fault in what follows the commit');
            });
        }),
      );

      const outcomes = await Promise.allSettled(jobs);

      expect(outcomes.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(await Promise.all(ids.map(nameOf))).toEqual(['job 0', 'job 1', 'job 2']);
    });
  });

  describe('many transactions at once', () => {
    test('of which some fail: each hears of its own outcome, and the others are kept', async () => {
      const ids: string[] = [];
      const jobs = Array.from({ length: 40 }, (_, n) =>
        store().transaction(async (tx) => {
          ids[n] = await aSpaceIn(tx, `job ${n}`);
          if (n % 4 === 1) throw new Error(`job ${n} fails`);
          if (n % 4 === 3)
            await insertSpace(tx, { id: ids[n] ?? '', partnerId: newId(), name: 'again', createdOn: 1 });
          return n;
        }),
      );

      const outcomes = await Promise.allSettled(jobs);

      for (const [n, outcome] of outcomes.entries()) {
        const isKept = n % 2 === 0;
        expect({ n, status: outcome.status }).toEqual({ n, status: isKept ? 'fulfilled' : 'rejected' });
        expect(await nameOf(ids[n] ?? '')).toBe(isKept ? `job ${n}` : undefined);
      }
    });

    test('that want one key: one gets it', async () => {
      const spaceId = newId();
      const kept = { spaceId, key: 'k', request: 'r', status: 0, answer: '{}', createdOn: 1 };

      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => store().transaction((tx) => reserveKey(tx, kept))),
      );

      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    test('that want one key of which the first gives up: another gets it', async () => {
      const kept = { spaceId: newId(), key: 'k', request: 'r', status: 0, answer: '{}', createdOn: 1 };
      const first = store().transaction(async (tx) => {
        await reserveKey(tx, kept);
        throw new Error('changed my mind');
      });
      const second = store().transaction((tx) => reserveKey(tx, kept));

      const [one, other] = await Promise.allSettled([first, second]);

      expect(one.status).toBe('rejected');
      expect(other).toEqual({ status: 'fulfilled', value: true });
    });

    test('that get into each other’s way end all the same', async () => {
      const [one, other] = await Promise.all([
        store().transaction((tx) => aSpaceIn(tx)),
        store().transaction((tx) => aSpaceIn(tx)),
      ]);
      const both = (first: string, second: string) =>
        store().transaction(async (tx) => {
          await renameSpace(tx, first, 'x');
          await new Promise(setImmediate);
          await renameSpace(tx, second, 'y');
        });

      await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? both(one, other) : both(other, one))),
      );

      expect(['x', 'y']).toContain(await nameOf(one));
    }, 30_000);
  });
});

onEachStore('a store that is closed', (store) => {
  test('ends what was begun before, and refuses what comes after', async () => {
    const id = newId();
    const before = store().transaction(async (tx) => {
      await insertPartner(tx, { id: newId(), name: 'p', createdOn: 1 });
      return id;
    });
    const closing = store().close();

    await expect(before).resolves.toBe(id);
    await closing;
    await expect(pingOf(store())).rejects.toThrow();
  });
});

async function pingOf(store: Store): Promise<void> {
  await store.ping();
}
