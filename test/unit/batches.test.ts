import { setImmediate as turn } from 'node:timers/promises';
import { createBatches } from '../../core/inbound/batches';

/** A store whose batches end when the test says so. */
function aStore({ atOnce = 2, most = 100 } = {}) {
  const begun: { readonly items: readonly string[]; end: (error?: Error) => void }[] = [];
  const batches = createBatches<string, string>({
    ...{ most, atOnce },
    store: (take) =>
      new Promise((resolve, reject) => {
        const items = take();
        const end = (error?: Error) => (error ? reject(error) : resolve(items.map((item) => `${item}!`)));
        begun.push({ items, end });
      }),
    isCommon: (error) => error instanceof RangeError,
  });
  const add = (...items: readonly string[]) =>
    Promise.allSettled(items.map((item) => batches.add(item.slice(0, 1), item)));
  return { batches, begun, add, items: () => begun.map((one) => one.items) };
}

/** Long enough for whatever needs no more than turns of the event loop. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 10; turns += 1) await turn();
}

test('what comes together is stored together, and each caller hears of its own', async () => {
  const { begun, add, items } = aStore();
  const added = add('a1', 'b1', 'c1');
  await settled();

  expect(items()).toEqual([['a1', 'b1', 'c1']]);
  begun[0]?.end();
  expect((await added).map((one) => one.status === 'fulfilled' && one.value)).toEqual(['a1!', 'b1!', 'c1!']);
});

test('a second batch begins when as many wait as are under way, and a third when one has ended', async () => {
  const { begun, add, items } = aStore();
  void add('a1', 'b1');
  await settled();
  void add('c1');
  await settled();
  expect(items()).toEqual([['a1', 'b1']]);

  void add('d1');
  await settled();
  expect(items()).toEqual([
    ['a1', 'b1'],
    ['c1', 'd1'],
  ]);

  void add('e1', 'f1', 'g1');
  await settled();
  expect(begun).toHaveLength(2);
  begun[1]?.end();
  await settled();
  expect(items()[2]).toEqual(['e1', 'f1', 'g1']);
});

test('items with equal keys are never under way twice, and keep their order', async () => {
  const { begun, add, items } = aStore();
  void add('a1');
  await settled();
  void add('a2', 'a3');
  await settled();
  expect(items()).toEqual([['a1']]);

  void add('b1', 'a4');
  await settled();
  expect(items()).toEqual([['a1'], ['b1']]);

  begun[1]?.end();
  await settled();
  expect(begun).toHaveLength(2);
  begun[0]?.end();
  await settled();
  expect(items()[2]).toEqual(['a2', 'a3', 'a4']);
});

test('one item that cannot be stored costs only itself, and its key stays under way until all are tried', async () => {
  const { begun, add, items } = aStore({ atOnce: 1 });
  const added = add('a1', 'b1');
  await settled();
  void add('a2');
  begun[0]?.end(new Error('no'));
  await settled();
  expect(items().slice(1)).toEqual([['a1']]);
  begun[1]?.end(new Error('no'));
  await settled();
  begun[2]?.end();

  expect((await added).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await settled();
  expect(items().slice(2)).toEqual([['b1'], ['a2']]);
});

test('what all would meet is not tried one by one', async () => {
  const { batches, begun, add } = aStore();
  const added = add('a1', 'b1');
  await settled();
  begun[0]?.end(new RangeError('the database is gone'));

  expect((await added).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await batches.idle();
  expect(begun).toHaveLength(1);
});
