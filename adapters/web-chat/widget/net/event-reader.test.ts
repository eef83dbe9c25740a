import { eventReader } from './event-reader';

const STREAM =
  ': hello\n\nid: 7\nevent: message\ndata: {"a":\ndata: "ü"}\n\nevent: typing\ndata: {}\n\n: \n\nid: 8\n';

test('events are read from pieces of any size', () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const read = eventReader();
    const pieces = STREAM.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(pieces.flatMap(read)).toEqual([
      { id: '7', name: 'message', data: '{"a":\n"ü"}' },
      { id: '', name: 'typing', data: '{}' },
    ]);
  }
});
