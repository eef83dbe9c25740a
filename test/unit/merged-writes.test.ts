import type { Write } from '../../core/store/dialect';
import { merged } from '../../core/store/merged-writes';

const changeOf = (id: string, name = 'a'): Write => ({ update: 'chat', keys: ['id'], rows: [{ id, name }] });
const log = (eventId: string): Write => ({ log: 'event', rows: [{ event_id: eventId }] });

test('rows of one kind stand together, in the order given, and events behind all else', () => {
  const insert = (id: string): Write => ({ insert: 'message', rows: [{ id }] });

  const writes = merged([
    [insert('1'), changeOf('a'), log('x')],
    [log('y'), changeOf('b'), insert('2')],
  ]);

  expect(writes).toEqual([
    { update: 'chat', keys: ['id'], rows: [changeOf('a').rows[0], changeOf('b').rows[0]] },
    { insert: 'message', rows: [{ id: '1' }, { id: '2' }] },
    { log: 'event', rows: [{ event_id: 'x' }, { event_id: 'y' }] },
  ]);
});

test('the same statements come of the same kinds, whoever left them first, and nothing of what is empty', () => {
  const other: Write = { update: 'chat', keys: ['id'], rows: [{ id: 'c', name: 'c', hour: 1 }] };
  const kinds = (lefts: Write[][]) => merged(lefts).map((write) => Object.keys(write.rows[0] ?? {}).join());

  expect(kinds([[changeOf('a')], [other, log('x')]])).toEqual(kinds([[log('x'), other], [changeOf('a')]]));
  expect(merged([[{ insert: 'message', rows: [] }], [{ log: 'event', rows: [] }]])).toEqual([]);
});

test('a row that two of them change is refused, by whichever columns', () => {
  const elsewise: Write = { update: 'chat', keys: ['id'], rows: [{ id: 'a', hour: 1 }] };

  expect(() => merged([[changeOf('a')], [changeOf('a', 'b')]])).toThrow('the same chat');
  expect(() => merged([[changeOf('a')], [elsewise]])).toThrow('the same chat');
  expect(() =>
    merged([[changeOf('a')], [{ ...changeOf('a'), update: 'conversation' } as Write]]),
  ).not.toThrow();
});
