import type { WireMessage } from '../wire';
import {
  choiceRef,
  chosenFrom,
  type Message,
  merged,
  unreadOf,
  withChange,
  withProgress,
} from './conversation';
import { daysOf } from './groups';

const at = (minute: number) => new Date(2026, 0, 31, 12, minute).toISOString();
const told = (number: number, more: Partial<WireMessage> = {}): WireMessage => ({
  ...{ id: `m${number}`, number, from: { id: 'ann' }, on: at(number) },
  parts: [{ type: 'text/plain', data: `text ${number}` }],
  ...more,
});
const mine: Message = {
  ...{ id: 'r1', ref: 'r1', isOwn: true, from: { id: '' }, text: 'hello', files: [] },
  ...{ sentOnMs: Date.parse(at(1)), progress: 'sending' },
};
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);

test('messages are in the order of their numbers, each of them once, and what is not sent yet is last', () => {
  const once = merged([mine], [told(3), told(1)], 'me');
  expect(ids(merged(once, [told(2), told(3)], 'me'))).toEqual(['m1', 'm2', 'm3', 'r1']);
});

test('an own message is known again by its reference', () => {
  const own = told(4, { ref: 'r1', from: { id: 'me' } });
  expect(merged([mine], [own], 'me')).toMatchObject([{ id: 'm4', ref: 'r1', isOwn: true, progress: 'sent' }]);
});

test('a receipt never moves a message back', () => {
  const read = withProgress(merged([], [told(1, { from: { id: 'me' } })], 'me'), ['m1'], 'read');
  expect(withProgress(read, ['m1'], 'delivered')[0]?.progress).toBe('read');
  expect(merged(read, [told(1, { from: { id: 'me' } })], 'me')[0]?.progress).toBe('read');
});

test('what the visitor has read or written is not unread', () => {
  const messages = merged(
    [mine],
    [told(1), told(2, { status: 'read' }), told(3, { from: { id: 'me' } })],
    'me',
  );
  expect(ids(unreadOf(messages))).toEqual(['m1']);
});

test('a change is for one message only', () => {
  const other = { ...mine, id: 'r2', ref: 'r2' };
  expect(withChange([mine, other], 'r2', { progress: 'waiting' }).map(({ progress }) => progress)).toEqual([
    ...['sending', 'waiting'],
  ]);
});

test('messages of one person that follow closely are one group, on each day anew', () => {
  const messages = merged(
    [],
    [
      ...[told(1), told(2), told(3, { from: { id: 'bob' } }), told(4, { from: { id: 'me' } })],
      ...[told(20, { from: { id: 'me' } }), told(21, { on: new Date(2026, 1, 1, 0, 1).toISOString() })],
    ],
    'me',
  );
  const days = daysOf(messages).map(({ groups }) => groups.map((group) => ids(group.messages)));
  expect(days).toEqual([[['m1', 'm2'], ['m3'], ['m4'], ['m20']], [['m21']]]);
});

test('files are apart from the text', () => {
  const parts = [
    { type: 'text/plain', data: 'one' },
    { type: 'image/png', name: 'a.png', url: 'https://a.example/a', size: 3 },
    { type: 'text/plain', data: 'two' },
  ];
  expect(merged([], [told(1, { parts })], 'me')).toMatchObject([
    { text: 'one\ntwo', files: [{ name: 'a.png', type: 'image/png', url: 'https://a.example/a', size: 3 }] },
  ]);
});

describe('what was chosen', () => {
  const choices = [
    { id: 'yes', label: 'Yes' },
    { id: 'no', label: 'No' },
  ];
  const chosenOf = (messages: readonly Message[], place = 0) => {
    const question = messages[place];
    return question && chosenFrom(question, messages);
  };

  test('is what the visitor took, also while that is on its way; nothing where they only wrote', () => {
    const asked = merged([], [told(1, { choices }), told(2, { from: { id: 'me' }, ref: 'r1' })], 'me');
    expect(chosenOf(asked)).toBeUndefined();
    const ref = choiceRef({ id: 'm1' });
    expect(chosenOf([...asked, { ...mine, id: ref, ref, choiceId: 'no' }])).toBe('no');
    const taken = told(3, { from: { id: 'me' }, ref, choiceId: 'no' });
    expect(chosenOf(merged(asked, [taken], 'me'))).toBe('no');
  });

  test('is what the gateway says, wherever it was said', () => {
    const [yes, no] = choices;
    const marked = [{ ...yes, isChosen: true }, no] as typeof choices;
    expect(chosenOf(merged([], [told(1, { choices: marked })], 'me'))).toBe('yes');
  });

  test('is of one question, also where two offer the same', () => {
    const taken = told(3, { from: { id: 'me' }, ref: choiceRef({ id: 'm2' }), choiceId: 'yes' });
    const asked = merged([], [told(1, { choices }), told(2, { choices }), taken], 'me');
    expect([chosenOf(asked, 0), chosenOf(asked, 1)]).toEqual([undefined, 'yes']);
  });
});
