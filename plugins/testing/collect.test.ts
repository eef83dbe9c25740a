import { collectingRunner } from './collect';

test('tests run one by one, with what is before and after each of them', async () => {
  const steps: string[] = [];
  const runner = collectingRunner();
  const note = (step: string) => async (): Promise<void> => {
    await Promise.resolve();
    steps.push(step);
  };
  runner.beforeEach(note('before'));
  runner.afterEach(note('after'));
  runner.describe('all', () => {
    runner.it('one', note('one'));
    runner.it.skip('left out', note('left out'));
    runner.it('two', note('two'));
  });
  expect(await runner.run()).toEqual([
    { name: 'one', state: 'passed' },
    { name: 'left out', state: 'skipped' },
    { name: 'two', state: 'passed' },
  ]);
  expect(steps).toEqual(['before', 'one', 'after', 'before', 'two', 'after']);
});

test('a failure is told with its words, and what comes after it still runs', async () => {
  const runner = collectingRunner();
  let cleaned = 0;
  runner.afterEach(() => {
    cleaned += 1;
    return Promise.resolve();
  });
  runner.it('fails', () => Promise.reject(new Error('so it goes')));
  runner.it('throws what is no error', () => Promise.reject({ code: 7 }));
  runner.it('goes on', () => Promise.resolve());
  expect(await runner.run()).toEqual([
    { name: 'fails', state: 'failed', error: 'so it goes' },
    { name: 'throws what is no error', state: 'failed', error: '{ code: 7 }' },
    { name: 'goes on', state: 'passed' },
  ]);
  expect(cleaned).toBe(3);
});

test('a run can end with the first failure, and be limited to some names', async () => {
  const runner = collectingRunner();
  for (const name of ['a: one', 'b: two', 'b: three']) runner.it(name, () => Promise.reject(new Error(name)));
  expect(await runner.run({ stopAtFailure: true })).toHaveLength(1);
  expect((await runner.run({ only: 'b:' })).map(({ name }) => name)).toEqual(['b: two', 'b: three']);
});

test('a test that never ends is a failure', async () => {
  const runner = collectingRunner();
  runner.it('hangs', () => new Promise(() => undefined));
  expect(await runner.run({ timeoutMs: 20 })).toEqual([
    { name: 'hangs', state: 'failed', error: 'not done after 20 ms' },
  ]);
});
