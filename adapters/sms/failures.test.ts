import dns from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { ChannelError, type FailureKind, type Reason } from '../../plugins/contract/index';
import { until } from '../../plugins/testing/until';
import { failureOf } from './failures';
import { startTwilioSimulator, type TwilioSimulator } from './simulator';
import { type Answer, problem } from './simulator/answers';
import { CUSTOMER, channelOn, outbound, sending } from './simulator/channel-on';

let simulator: TwilioSimulator;

beforeEach(async () => {
  simulator = await startTwilioSimulator({ autoCallbacks: false });
});

afterEach(() => simulator.stop());

async function failureAt(apiUrl: string, signal = AbortSignal.timeout(5_000)): Promise<ChannelError> {
  const channel = channelOn({ apiUrl, config: simulator.config });
  try {
    const receipt = await channel.send(outbound(), sending({ signal }));
    throw new Error(`sent as ${receipt.externalIds[0]}`);
  } catch (error) {
    if (ChannelError.is(error)) return error;
    throw error;
  } finally {
    await channel.close();
  }
}

async function failureAfter(answer: Answer, accepts?: true): Promise<ChannelError> {
  await simulator.fail('other', { answer, ...(accepts && { accepts }) });
  return failureAt(simulator.apiUrl);
}

type Row = readonly [code: number, status: number, kind: FailureKind, reason?: Reason, setting?: string];
type Unknown = readonly [status: number, kind: FailureKind, maybeSent?: boolean, setting?: string];

const ROWS: readonly Row[] = [
  [20429, 429, 'rate_limited'],
  [21611, 429, 'rate_limited'],
  [21611, 400, 'rate_limited'],
  [14107, 429, 'rate_limited'],
  [63018, 429, 'rate_limited'],
  [20003, 401, 'unauthorized', 'not_permitted', 'authToken'],
  [20005, 401, 'unauthorized', 'no_credit'],
  [20404, 404, 'unauthorized', 'not_permitted', 'accountSid'],
  [21212, 400, 'unauthorized', 'not_permitted', 'number'],
  [21606, 400, 'unauthorized', 'not_permitted', 'number'],
  [21659, 400, 'unauthorized', 'not_permitted', 'number'],
  [21660, 400, 'unauthorized', 'not_permitted', 'number'],
  [21701, 404, 'unauthorized', 'not_permitted', 'messagingServiceSid'],
  [21711, 400, 'unauthorized', 'not_permitted', 'messagingServiceSid'],
  [21408, 403, 'unreachable', 'not_permitted'],
  [21608, 403, 'unreachable', 'not_permitted'],
  [21609, 400, 'unauthorized', 'not_permitted'],
  [30002, 400, 'unauthorized', 'no_credit'],
  [30034, 400, 'unauthorized', 'not_permitted'],
  [21211, 400, 'unreachable', 'bad_address'],
  [21614, 400, 'unreachable', 'landline'],
  [21612, 400, 'unreachable', 'bad_address'],
  [21610, 400, 'unreachable', 'opted_out'],
  [30005, 400, 'unreachable', 'bad_address'],
  [30006, 400, 'unreachable', 'landline'],
  [63016, 400, 'unreachable', 'outside_window'],
  [21602, 400, 'rejected', 'unknown'],
  [21617, 400, 'rejected', 'too_long'],
  [21658, 400, 'rejected', 'too_long'],
  [21620, 400, 'rejected', 'bad_media'],
  [12300, 400, 'rejected', 'bad_media'],
  [63019, 400, 'rejected', 'bad_media'],
  [30007, 400, 'rejected', 'filtered'],
];

const UNKNOWN: readonly Unknown[] = [
  [400, 'rejected'],
  [401, 'unauthorized', false, 'authToken'],
  [403, 'unauthorized', false, 'authToken'],
  [404, 'unauthorized', false, 'accountSid'],
  [405, 'rejected'],
  [408, 'unavailable'],
  [413, 'rejected'],
  [422, 'rejected'],
  [429, 'rate_limited'],
  [500, 'unavailable', true],
  [502, 'unavailable', true],
  [503, 'unavailable', true],
  [504, 'unavailable', true],
];

describe('what Twilio’s codes mean', () => {
  const rows = ROWS.map(([code, status, kind, reason, setting]) => ({ code, status, kind, reason, setting }));

  test.each(rows)('$code with HTTP $status is $kind, $reason, $setting', async (row) => {
    const { code, status, kind, reason, setting } = row;
    const error = await failureAfter(problem(status, code, `About ${CUSTOMER}`));
    expect(error.kind).toBe(kind);
    expect(error.detail).toMatchObject({ providerCode: String(code) });
    expect(error.detail.reason).toBe(reason);
    expect(error.detail.setting).toBe(setting);
    expect(error.detail.maybeSent).toBeUndefined();
    expect(error.message).not.toContain(CUSTOMER);
  });

  const unknown = UNKNOWN.map(([status, kind, maybeSent, setting]) => ({ status, kind, maybeSent, setting }));

  test.each(unknown)('an unknown code with HTTP $status is $kind, maybe sent: $maybeSent', async (row) => {
    const { kind, detail } = await failureAfter(problem(row.status, 99_999, 'New'));
    expect(kind).toBe(row.kind);
    expect(detail.providerCode).toBe('99999');
    expect(detail.maybeSent ?? false).toBe(row.maybeSent ?? false);
    expect(detail.setting).toBe(row.setting);
  });
});

describe('how long to wait', () => {
  test.each([
    ['7', 7_000],
    ['0.5', 500],
    ['0', 1_000],
    ['-3', 1_000],
    ['soon', 1_000],
    ['', 1_000],
  ])('Retry-After %j is %i ms', async (retryAfter, expected) => {
    await simulator.fail('rate_limited', { retryAfter });
    expect((await failureAt(simulator.apiUrl)).detail.retryAfterMs).toBe(expected);
  });

  test('Retry-After may be a date', () => {
    const evidence = { mayHaveArrived: true, now: new Date('2026-01-01T00:00:00Z') };
    const at = (retryAfter: string): number | undefined =>
      failureOf({ status: 429 }, { ...evidence, retryAfter }).detail.retryAfterMs;
    expect(at('Thu, 01 Jan 2026 00:00:30 GMT')).toBe(30_000);
    expect(at('Wed, 31 Dec 2025 23:59:30 GMT')).toBe(1_000);
  });

  test('a full queue takes minutes to drain', async () => {
    await simulator.fail('queue_full');
    expect((await failureAt(simulator.apiUrl)).detail.retryAfterMs).toBe(600_000);
  });

  test('throttled with a 503 is throttled all the same, and surely not sent', async () => {
    const { kind, detail } = await failureAfter(problem(503, 20429, 'Too many'));
    expect([kind, detail.maybeSent]).toEqual(['rate_limited', undefined]);
  });
});

describe('answers that make no sense', () => {
  const html = { 'content-type': 'text/html' };

  test.each<[string, Answer, boolean | undefined]>([
    ['an HTML 502', { status: 502, headers: html, body: '<html>Bad Gateway</html>' }, true],
    ['an empty 503', { status: 503, body: '' }, true],
    ['a 201 with half a JSON', { status: 201, body: '{"sid": "SM' }, true],
    ['a 201 with null', { status: 201, body: 'null' }, true],
    ['a 201 without an id', { status: 201, body: '{}' }, true],
    ['a 200 with HTML', { status: 200, headers: html, body: '<html>Welcome to the hotel</html>' }, true],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }, undefined],
  ])('%s is unavailable', async (_name, answer, maybeSent) => {
    const { kind, detail } = await failureAfter(answer);
    expect([kind, detail.maybeSent]).toEqual(['unavailable', maybeSent]);
  });

  test('the newer form of Twilio’s errors (RFC 9457) is read as well', async () => {
    const body = { type: 'about:blank', title: 'Invalid To', status: 400, code: 21211, detail: CUSTOMER };
    const error = await failureAfter({ status: 400, body: JSON.stringify(body) });
    expect(error).toMatchObject({ kind: 'unreachable', detail: { providerCode: '21211' } });
    expect(error.message).not.toContain(CUSTOMER);
  });

  test('an HTML 401 is unauthorized without a code', async () => {
    const { kind, detail } = await failureAfter({ status: 401, headers: html, body: '<html>' });
    expect([kind, detail.providerCode]).toEqual(['unauthorized', undefined]);
  });
});

describe('on the wire', () => {
  test('a name that does not exist is unavailable and surely not sent', async () => {
    const { kind, detail } = await failureAt('http://twilio.invalid');
    expect([kind, detail.maybeSent]).toEqual(['unavailable', undefined]);
  });

  test('a TLS handshake that fails is unavailable and surely not sent', async () => {
    const { kind, detail } = await failureAt(simulator.apiUrl.replace('http:', 'https:'));
    expect([kind, detail.maybeSent]).toEqual(['unavailable', undefined]);
    expect(simulator.requests()).toBe(0);
  });

  test('a cut before the message is taken may be one after it', async () => {
    await simulator.fail('reset');
    const { kind, detail } = await failureAt(simulator.apiUrl);
    expect([kind, detail.maybeSent]).toEqual(['unavailable', true]);
  });

  test('a server that hangs up in the middle of its answer may have the message', async () => {
    const cut: RequestListener = (_request, response) => {
      response.writeHead(201, { 'content-length': 1_000 });
      response.write('{"sid":', () => response.destroy());
    };
    const server = createServer(cut);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const { kind, detail } = await failureAt(`http://127.0.0.1:${port}`).finally(() => server.close());
    expect([kind, detail.maybeSent]).toEqual(['unavailable', true]);
  });

  test('ten seconds without an answer are enough, whatever the host allows', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'Date', 'performance', 'queueMicrotask'] });
    try {
      await simulator.fail('silent');
      const failed = failureAt(simulator.apiUrl, new AbortController().signal);
      await until(() => simulator.pending() > 0, 'the request did not arrive');
      jest.advanceTimersByTime(9_000);
      expect(simulator.pending()).toBe(1);
      jest.advanceTimersByTime(1_500);
      const { kind, detail } = await failed;
      expect([kind, detail.maybeSent]).toEqual(['unavailable', true]);
      await until(() => simulator.pending() === 0, 'the connection is still there');
    } finally {
      jest.useRealTimers();
    }
  });

  test('what is given up before a connection stands has surely not left', async () => {
    // nock puts a socket of its own before the real one, and this is about the real one.
    nock.restore();
    const lookup = jest.spyOn(dns, 'lookup').mockImplementation(() => undefined);
    try {
      const { kind, detail } = await failureAt('http://slow.test', AbortSignal.timeout(50));
      expect([kind, detail.maybeSent, lookup.mock.calls.length]).toEqual(['unavailable', undefined, 1]);
    } finally {
      lookup.mockRestore();
      nock.activate();
    }
  });

  test('reading is never "maybe sent"', async () => {
    await simulator.fail('busy');
    const channel = channelOn(simulator);
    const error: unknown = await channel.check(AbortSignal.timeout(5_000)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(error).not.toHaveProperty('detail.maybeSent');
    await channel.close();
  });
});

test('a message that fails at once is a failure that nobody repeats', async () => {
  const sid = `SM${'1'.repeat(32)}`;
  const at = async (error_code: number | null): Promise<ChannelError> =>
    failureAfter({ status: 201, body: JSON.stringify({ sid, status: 'failed', error_code }) }, true);
  expect(await at(30_006)).toMatchObject({ kind: 'unreachable', detail: { reason: 'landline' } });
  expect(await at(30_007)).toMatchObject({ kind: 'rejected', detail: { reason: 'filtered' } });
  expect(await at(20_429)).toMatchObject({ kind: 'rejected', detail: { providerCode: '20429' } });
  expect(await at(null)).toMatchObject({ kind: 'rejected', detail: { reason: 'unknown' } });
});
