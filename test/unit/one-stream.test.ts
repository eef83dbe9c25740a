import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SocketNews, SocketOwner } from '../../core/sockets/hub';
import { OneStream } from '../../core/sockets/one-stream';
import { BEGINNING } from '../../core/sockets/sse';
import type { ClientSession } from '../../plugins/contract/index';
import { until } from '../support/until';

const OWNER: SocketOwner = {
  ...{ spaceId: 'space', accountId: 'account', channelId: 'webChat', sessionId: 'session' },
  ...{ profileId: 'ada', isAgent: false, expiresOn: Number.MAX_SAFE_INTEGER },
};
const HELLO = Buffer.from('event: hello\ndata: {}\n\n');
const CHAT = Buffer.from('event: chat\ndata: {}\n\n');
const messageOf = (number: number) => Buffer.from(`id: ${number}\nevent: message\ndata: {}\n\n`);
const message = (number: number) => ({ type: 'message', number }) as SocketNews;
const ownChat = { type: 'ownChat' } as SocketNews;

/** What a reader over HTTP has of a stream. */
interface Reading {
  readonly stream: OneStream;
  /** What was read on from, each time. */
  readonly readFrom: number[];
  readonly ends: OneStream[];
  readonly answer: Promise<Response>;
  text(): string;
}

describe('a stream of server-sent events', () => {
  let server: Server;
  let take: (response: ServerResponse) => void = () => {};
  beforeAll(async () => {
    server = createServer((_, response) => take(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const read = async (after?: number): Promise<Reading> => {
    const readFrom: number[] = [];
    const ends: OneStream[] = [];
    const opened = new Promise<OneStream>((resolve) => {
      take = (response) =>
        resolve(
          new OneStream(response, {
            ...{ owner: OWNER, session: {} as ClientSession, after, surface: () => undefined },
            readOn: async ({ last }) => void readFrom.push(last),
            onEnd: (stream) => ends.push(stream),
          }),
        );
    });
    const { port } = server.address() as AddressInfo;
    const answer = fetch(`http://127.0.0.1:${port}/`);
    let text = '';
    answer
      .then(async ({ body }) => {
        for await (const chunk of body ?? []) text += Buffer.from(chunk).toString();
      })
      .catch(() => undefined); // cut off
    return { stream: await opened, readFrom, ends, answer, text: () => text };
  };
  const shows = (reading: Reading, ...frames: readonly Buffer[]) =>
    until(() => reading.text() === Buffer.concat(frames).toString());

  test('is told before it has begun: what has no number comes behind the beginning, what has one is read', async () => {
    const reading = await read();
    const { stream } = reading;
    stream.send(CHAT, ownChat);
    stream.send(messageOf(6), message(6));
    stream.beat();

    stream.begin(HELLO, 5);

    await shows(reading, BEGINNING, HELLO, CHAT);
    expect((await reading.answer).headers.get('content-type')).toMatch('text/event-stream');
    expect(reading.readFrom).toEqual([5]);
    stream.terminate();
  });

  test('of which its reader has all reads nothing, and goes on live', async () => {
    const reading = await read(5);

    reading.stream.begin(HELLO, 5);
    reading.stream.send(messageOf(6), message(6));

    await shows(reading, BEGINNING, HELLO, messageOf(6));
    expect(reading.readFrom).toEqual([]);
    reading.stream.terminate();
  });

  test.each([
    ['behind', 3, 3],
    ['ahead, in another conversation', 9, undefined],
    ['nowhere yet', undefined, undefined],
  ])('goes on from where its reader is: %s', async (_, after, from) => {
    const reading = await read(after);

    reading.stream.begin(HELLO, 5);

    await shows(reading, BEGINNING, HELLO);
    expect(reading.readFrom).toEqual(from === undefined ? [] : [from]);
    expect(reading.stream.last).toBe(from ?? 5);
    reading.stream.terminate();
  });

  test('that ends before it has begun is no answer, and does not begin any more', async () => {
    const reading = await read();

    reading.stream.end('stopping');
    reading.stream.begin(HELLO, 5);

    await expect(reading.answer).rejects.toThrow('fetch failed');
    await until(() => reading.ends.length === 1);
    expect(reading.text()).toBe('');
  });
});
