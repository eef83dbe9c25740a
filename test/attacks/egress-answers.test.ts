import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createEgress, type Egress } from '../../core/egress/egress';
import { EgressFailed } from '../../core/egress/errors';
import { until } from '../support/until';
import { type Listener, startListener } from './egress-listener';

const SECRET = 'token-of-the-tenant';
const POST = { headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
const LIMITS = { connectMs: 500, wholeMs: 1_000, bodyMs: 400 };

/** For what is not about time, on a machine that is busy. */
const PATIENT = { connectMs: 10_000, wholeMs: 20_000, bodyMs: 10_000 };

/** Long enough to see who is held up, and by whom. */
const HELD = { connectMs: 4_000, wholeMs: 4_000, bodyMs: 4_000 };

let listener: Listener;
let egress: Egress;
const url = (path = '') => `http://127.0.0.1:${listener.port}/${SECRET}${path}`;

// One for each test: a request that an earlier test gave up may still arrive, and must not be counted here.
beforeEach(async () => {
  listener = await startListener();
  egress = createEgress({ allowPrivate: true, limits: LIMITS });
});
afterEach(async () => {
  egress.close();
  await listener.close();
});

describe('an answer', () => {
  test('is given with its status, its text, and how long it took; the request arrives as it was given', async () => {
    listener.answer = (_request, response) => response.writeHead(418).end('Grüße');

    const answer = await egress.post(url('?x=1'), { ...POST, headers: { ...POST.headers, 'x-own': 'yes' } });

    expect(answer).toEqual({
      status: 418,
      body: 'Grüße',
      isWhole: true,
      location: undefined,
      retryAfterMs: undefined,
      durationMs: expect.any(Number),
    });
    expect(listener.requests()).toEqual([
      {
        method: 'POST',
        url: `/${SECRET}?x=1`,
        body: '{"a":1}',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'content-length': '7',
          'x-own': 'yes',
          host: `127.0.0.1:${listener.port}`,
        }),
      },
    ]);
  });

  test.each([
    ['seconds', '120', 120_000],
    ['a date', 'Tue, 24 Nov 2026 12:01:30 GMT', 90_000],
    ['a date that is over', 'Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['a year', '31536000', 86_400_000],
    ['less than nothing', '-5', undefined],
    ['no time', 'soon 1', undefined],
  ])('that asks to be left alone for %s says so', async (_name, header, expected) => {
    const now = () => Date.parse('2026-11-24T12:00:00Z');
    const asked = createEgress({ allowPrivate: true, now });
    listener.answer = (_request, response) => response.writeHead(429, { 'retry-after': header }).end();

    const { status, retryAfterMs } = await asked.post(url(), POST);
    asked.close();

    expect([status, retryAfterMs]).toEqual([429, expected]);
  });

  test('of one kilobyte is kept whole, and so is its connection', async () => {
    listener.answer = (_request, response) => response.end('x'.repeat(1_024));

    const answers = [await egress.post(url(), POST), await egress.post(url(), POST)];

    for (const { body } of answers) expect(body).toBe('x'.repeat(1_024));
    expect(listener.connections()).toBe(1);
  });

  test('of three megabytes is cut, and its connection with it', async () => {
    listener.answer = (_request, response) => response.end('x'.repeat(3_000_000));

    const { status, body } = await egress.post(url(), POST);

    expect([status, body]).toEqual([200, 'x'.repeat(1_024)]);
    await until(() => listener.open() === 0);
  });

  test('without an end is cut at once', async () => {
    let taken = 0;
    listener.answer = (_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        taken += 16_384;
        if (response.write('x'.repeat(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    };

    const { status, body, durationMs } = await egress.post(url(), POST);

    expect([status, body.length]).toEqual([200, 1_024]);
    expect(durationMs).toBeLessThan(LIMITS.bodyMs);
    await until(() => listener.open() === 0);
    expect(taken).toBeLessThan(20_000_000); // what the system takes for us before it hears that we left
  });

  test('whose text is cut inside of a character ends before it, and holds no NUL', async () => {
    listener.answer = (_request, response) => response.end(`\0${'🎉'.repeat(500)}`);

    const { body } = await egress.post(url(), POST);

    expect(body).toBe(`\ufffd${'🎉'.repeat(255)}`);
  });

  test('that goes silent behind its status counts, and its connection is cut', async () => {
    listener.answer = (_request, response) =>
      response.writeHead(202, { 'content-length': '50' }).write('part');

    const { status, body, durationMs } = await egress.post(url(), POST);

    expect([status, body]).toEqual([202, 'part']);
    expect(durationMs).toBeGreaterThan(LIMITS.bodyMs - 50);
    expect(durationMs).toBeLessThan(LIMITS.wholeMs - 50);
    await until(() => listener.open() === 0);
  });

  test('that breaks off behind its status counts', async () => {
    listener.answer = (request, response) => {
      response
        .writeHead(200, { 'content-length': '50' })
        .write('part', () => request.socket.resetAndDestroy());
    };

    expect(await egress.post(url(), POST)).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^(part)?$/),
    });
  });
});

test('an answer that comes before the request was taken counts, and nothing more of the request is sent', async () => {
  const patient = createEgress({ allowPrivate: true, limits: PATIENT });
  const receiver = await raw((socket) => {
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
  });

  expect(await patient.post(receiver.url, { ...POST, body: 'x'.repeat(30_000_000) })).toMatchObject({
    status: 413,
  });
  receiver.resume();
  await until(() => receiver.open() === 0);
  patient.close();
  await receiver.close();
});

describe('a receiver that does not answer', () => {
  test('within its time is given up', async () => {
    listener.answer = () => {};

    const failure = await failureOf(egress.post(url(), POST));

    expect(failure.kind).toBe('timeout');
    expect(failure.message).toBe(`"127.0.0.1:${listener.port}" did not answer within 1 s`);
    await until(() => listener.open() === 0);
  });

  test('but a little at a time is given up as well', async () => {
    const trickle = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-more: 1\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });

    expect(await failureOf(egress.post(trickle.url, POST))).toMatchObject({ kind: 'timeout' });
    await trickle.close();
  });

  test('as its name is not resolved in time is given up sooner', async () => {
    const lookup = () => new Promise<string[]>(() => {});
    const waiting = createEgress({ allowPrivate: true, limits: LIMITS, lookup });

    const failure = await failureOf(waiting.post(`http://hooks.example/${SECRET}`, POST));
    waiting.close();

    expect(failure.message).toBe('"hooks.example" could not be connected to within 0.5 s');
  });

  test('since it does not agree on TLS is given up sooner', async () => {
    const silent = await raw(() => {});

    const failure = await failureOf(egress.post(silent.url.replace('http:', 'https:'), POST));

    expect(failure.kind).toBe('timeout');
    expect(failure.message).toMatch(/^"127\.0\.0\.1:\d+" did not agree on TLS within 0\.5 s$/);
    await silent.close();
  });

  test.each<[string, EgressFailed['kind'], RegExp, (socket: Socket) => void]>([
    ['hangs up at once', 'reset', /hung up before it answered/, (socket) => socket.destroy()],
    ['resets', 'reset', /hung up before it answered \(ECONNRESET\)/, (socket) => socket.resetAndDestroy()],
    ['hangs up in its headers', 'reset', /hung up/, (socket) => socket.end('HTTP/1.1 200 OK\r\nx: ')],
    ['speaks SSH', 'answer', /answers what is not HTTP/, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')],
    [
      'sends headers without an end',
      'answer',
      /answers what is not HTTP \(HPE_HEADER_OVERFLOW\)/,
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(64)}`),
    ],
    [
      'announces for ever',
      'answer',
      /announces an answer that does not come/,
      (socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(50)),
    ],
    [
      'says two lengths',
      'answer',
      /answers what is not HTTP/,
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'),
    ],
  ])('but %s fails', async (_name, kind, message, onRequest) => {
    const receiver = await raw(onRequest);

    const failure = await failureOf(egress.post(receiver.url, POST));

    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
    await until(() => receiver.open() === 0);
    await receiver.close();
  });

  test('but wants to speak another protocol has answered 101, and is left', async () => {
    const receiver = await raw((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    );

    expect(await egress.post(receiver.url, POST)).toMatchObject({ status: 101, body: '' });
    await until(() => receiver.open() === 0);
    await receiver.close();
  });

  test('since nobody listens fails', async () => {
    const gone = await raw(() => {});
    await gone.close();

    const failure = await failureOf(egress.post(gone.url, POST));

    expect(failure.kind).toBe('connect');
    expect(failure.message).toMatch(/refuses the connection \(ECONNREFUSED\)$/);
  });

  test('since it reads nothing of a large request is given up', async () => {
    const receiver = await raw(() => {}, { reads: false });

    const failure = await failureOf(egress.post(receiver.url, { ...POST, body: 'x'.repeat(20_000_000) }));

    expect(failure.kind).toBe('timeout');
    await receiver.close();
  });
});

describe('a connection', () => {
  test('is kept, and used again', async () => {
    for (let n = 0; n < 5; n += 1) await egress.post(url(), POST);
    expect([listener.requests().length, listener.connections()]).toEqual([5, 1]);
  });

  test('that its receiver closes as it is written to is replaced by a new one at once', async () => {
    let requests = 0;
    const receiver = await raw((socket) => {
      requests += 1;
      // Answers the first request of a connection and resets at the second.
      if (requests === 2) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });

    const statuses = [await egress.post(receiver.url, POST), await egress.post(receiver.url, POST)];

    expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
    expect([requests, receiver.connections()]).toEqual([3, 2]);
    await receiver.close();
  });

  test('is not held by the dead for the living: a URL uses a few, and others of its host are free', async () => {
    listener.answer = ({ url: path }, response) => path?.endsWith('/alive') && response.end('alive');
    const held = createEgress({ allowPrivate: true, limits: HELD });
    const dead = Array.from({ length: 50 }, () => failureOf(held.post(url('/dead'), POST)));
    await until(() => listener.open() >= 32);

    const { body, durationMs } = await held.post(url('/alive'), POST);

    expect(body).toBe('alive');
    // Long before any of the dead is given up.
    expect(durationMs).toBeLessThan(HELD.wholeMs / 2);
    expect(listener.connections()).toBe(33);
    const messages = (await Promise.all(dead)).map(({ message }) => message.replace(/^.*"(\d|\.|:)+" /, ''));
    held.close();
    expect(messages.filter((message) => message === 'did not answer within 4 s').length).toBeGreaterThan(31);
    // Those that waited, at best until the first of the others gave up.
    for (const message of messages.filter((message) => !message.startsWith('did not answer')))
      expect(message).toMatch(/^(were busy for|could not be connected to within) 4 s$/);
  });

  test('ends with its signal, and all of them with the gateway', async () => {
    const patient = createEgress({ allowPrivate: true, limits: PATIENT });
    listener.answer = () => {};
    const control = new AbortController();
    const first = failureOf(patient.post(url('/1'), { ...POST, signal: control.signal }));
    const second = failureOf(patient.post(url('/2'), POST));
    await until(() => listener.requests().length === 2);

    control.abort();
    expect(await first).toMatchObject({ kind: 'aborted', message: 'given up by this gateway' });
    expect(listener.open()).toBeGreaterThan(0);
    patient.close();
    expect(await second).toMatchObject({ kind: 'aborted' });
    expect(await failureOf(patient.post(url('/3'), POST))).toMatchObject({ kind: 'aborted' });
    expect(await failureOf(patient.post(url(), { ...POST, signal: control.signal }))).toMatchObject({
      kind: 'aborted',
    });
    await until(() => listener.open() === 0);
    expect(listener.requests()).toHaveLength(2);
  });
});

async function failureOf(posted: Promise<unknown>): Promise<EgressFailed> {
  const failure = await posted.then(
    (answer) => new Error(`it was answered: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(failure instanceof EgressFailed)) throw failure;
  expect(failure.message).not.toContain(SECRET);
  return failure;
}

/** A receiver that does with the bytes of each request what it wants. */
async function raw(onRequest: (socket: Socket) => void, { reads = true } = {}) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (reads) socket.on('data', () => onRequest(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${SECRET}`,
    connections: () => connections,
    open: () => sockets.size,
    /** Reads on, whatever was paused. */
    resume() {
      for (const socket of sockets) socket.removeAllListeners('data').resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
