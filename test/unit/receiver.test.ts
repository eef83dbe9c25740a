import { signatureHeaders } from '../../core/events/signatures';
import { type Receiver, startReceiver } from '../support/receiver';
import { until } from '../support/until';

const SECRET = 'a secret that is long enough';
const OTHER = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Sending {
  readonly id?: string;
  readonly secret?: string;
  readonly timestamp?: Date;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends as a gateway would; the body of the answer is not read. */
async function send(receiver: Receiver, events: unknown, sending: Sending = {}): Promise<number> {
  const { secret = SECRET, timestamp = new Date(), id = 'delivery 1', headers = {}, signal } = sending;
  const body = JSON.stringify(events);
  const signed = signatureHeaders({ id, timestamp, body, secrets: [secret] });
  const init = { method: 'POST', body, headers: { ...signed, ...headers } };
  const response = await fetch(receiver.url, signal ? { ...init, signal } : init);
  await response.body?.cancel();
  return response.status;
}

let number = 0;

/** An event of a chat; its place in the log is its number. */
function anEvent(seq: number, chatId = 'chat 1') {
  return {
    eventId: `event ${seq}`,
    name: 'chatMessage.read',
    seq,
    payload: { id: `message ${seq}`, chatId },
  };
}

function at(sequence: number, more: Readonly<Record<string, string>> = {}): Sending {
  number += 1;
  const headers = { 'x-parley-sequence': String(sequence), 'x-parley-attempt': '1', ...more };
  return { id: `delivery ${number}`, headers };
}

describe('a receiver', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver(SECRET);
  });
  afterEach(() => receiver.stop());

  test('takes what is signed by a secret that it trusts, and keeps the books', async () => {
    expect(await send(receiver, anEvent(1), at(1))).toBe(204);
    expect(await send(receiver, [anEvent(2), anEvent(3, 'chat 2')], at(2, { 'x-parley-count': '2' }))).toBe(
      204,
    );

    expect(receiver.taken().map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(receiver.arrived().map(({ sequence, attempt, status }) => [sequence, attempt, status])).toEqual([
      [1, 1, 204],
      [2, 1, 204],
    ]);
    expect(receiver.books()).toEqual({
      ...{ events: 3, highest: 3, missing: [], repeated: 0, disordered: [], faults: [] },
    });
    expect(receiver.problems()).toEqual([]);
  });

  test.each<[string, Sending, RegExp]>([
    ['another secret', { secret: OTHER }, /^X-Comapi-Signature is by no trusted secret$/],
    ['a wrong HMAC', { headers: { 'x-comapi-signature': '00'.repeat(20) } }, /^X-Comapi-Signature/],
    ['no HMAC', { headers: { 'x-comapi-signature': '' } }, /^X-Comapi-Signature/],
    ['another id', { headers: { 'webhook-id': 'another' } }, /^webhook-signature: No matching signature/],
    ['no id', { headers: { 'webhook-id': '' } }, /^webhook-signature: Missing required headers/],
    ['an old signature', { timestamp: new Date(Date.now() - 400_000) }, /^webhook-timestamp is not of now/],
    ['no time', { headers: { 'webhook-timestamp': 'x' } }, /^webhook-timestamp is not of now/],
  ])('refuses what is signed by %s', async (_what, sending, why) => {
    expect(await send(receiver, anEvent(1), sending)).toBe(401);
    expect(receiver.taken()).toEqual([]);
    expect(receiver.refused()).toHaveLength(1);
    expect(receiver.problems()).toEqual([expect.stringMatching(why)]);
  });

  test('trusts several secrets, and others from then on', async () => {
    receiver.trust(OTHER, SECRET);
    expect(await send(receiver, anEvent(1))).toBe(204);
    expect(await send(receiver, anEvent(1), { secret: OTHER })).toBe(204);
    receiver.trust(OTHER);
    expect(await send(receiver, anEvent(1))).toBe(401);
  });

  test('may live at another time, and checks all the same', async () => {
    const ahead = 86_400_000;
    const later = await startReceiver({ secrets: [SECRET], now: () => Date.now() + ahead });
    const timestamp = new Date(Date.now() + ahead);

    expect(await send(later, anEvent(1), { timestamp })).toBe(204);
    expect(await send(later, anEvent(1), { timestamp, headers: { 'webhook-id': 'another' } })).toBe(401);
    expect(await send(later, anEvent(1))).toBe(401);
    await later.stop();
  });

  test('finds gaps, also where only a heartbeat tells of them', async () => {
    await send(receiver, anEvent(1), at(1));
    await send(receiver, anEvent(4), at(4));
    expect(receiver.books()).toMatchObject({ highest: 4, missing: [2, 3] });

    await send(receiver, { eventId: 'beat', name: 'webhook.heartbeat', payload: { sequence: 6 } });

    expect(receiver.beats()).toEqual([{ sequence: 6 }]);
    expect(receiver.books()).toMatchObject({ events: 2, highest: 6, missing: [2, 3, 5, 6] });
    expect(receiver.problems()).toEqual(['missing: 2, 3, 5, 6 of 6']);
  });

  test('does not take for taken what it answered with a failure', async () => {
    receiver.behave({ status: 500 }, { times: 1 });
    await send(receiver, anEvent(1), at(1));

    expect(receiver.books()).toMatchObject({ events: 0, highest: 1, missing: [1] });
  });

  test('finds repetitions, and events of a chat that overtook each other', async () => {
    await send(receiver, anEvent(2), at(1));
    await send(receiver, anEvent(5, 'chat 2'), at(2));
    await send(receiver, anEvent(1), at(3));
    await send(receiver, anEvent(2), at(4));

    expect(receiver.books()).toMatchObject({ events: 3, repeated: 1, disordered: ['chat 1'] });
    expect(receiver.problems()).toEqual(['chat chat 1 came in another order than it happened']);
  });

  test('finds a number that was given twice, and a wrong count', async () => {
    await send(receiver, anEvent(1), { id: 'a', headers: { 'x-parley-sequence': '1' } });
    await send(receiver, anEvent(1), { id: 'a', headers: { 'x-parley-sequence': '1' } });
    expect(receiver.problems()).toEqual([]);
    await send(receiver, anEvent(2), {
      id: 'b',
      headers: { 'x-parley-sequence': '1', 'x-parley-count': '2' },
    });

    expect(receiver.problems()).toEqual([
      'delivery b says that it holds 2 events and holds 1',
      'the number 1 was given to a and to b',
    ]);
  });

  test('answers whatever it is told to: for so many, for so long, for some, until it recovers', async () => {
    receiver.behave({ status: 500 }, { times: 2 });
    expect(await statuses(3)).toEqual([500, 500, 204]);

    receiver.behave(
      { status: 503, headers: { 'retry-after': '9' } },
      { when: ({ body }) => body.includes('event 8') },
    );
    expect([await send(receiver, anEvent(7)), await send(receiver, anEvent(8))]).toEqual([204, 503]);
    receiver.recover();
    expect(await send(receiver, anEvent(8))).toBe(204);

    receiver.behave({ status: 410 }, { forMs: 200 });
    expect(await send(receiver, anEvent(9))).toBe(410);
    await until(async () => (await send(receiver, anEvent(9))) === 204, { patienceMs: 2_000 });
  });

  test('hangs, closes early, and answers late or without an end', async () => {
    receiver.behave({ hangs: true }, { times: 1 });
    await expect(send(receiver, anEvent(1), { signal: AbortSignal.timeout(200) })).rejects.toThrow();
    receiver.behave({ closesEarly: true }, { times: 1 });
    await expect(send(receiver, anEvent(1))).rejects.toThrow('fetch failed');
    expect(receiver.arrived().map(({ status }) => status)).toEqual([undefined, undefined]);

    receiver.behave({ status: 200, isEndless: true }, { times: 1 });
    expect(await send(receiver, anEvent(1))).toBe(200);
    receiver.behave({ delayMs: 150 }, { times: 1 });
    const before = performance.now();
    expect(await send(receiver, anEvent(1))).toBe(204);
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  test('answers 3 MB', async () => {
    receiver.behave({ status: 200, body: Buffer.alloc(3_000_000) }, { times: 1 });
    const response = await fetch(receiver.url, {
      method: 'POST',
      body: '{}',
      headers: signatureHeaders({ id: 'x', timestamp: new Date(), body: '{}', secrets: [SECRET] }),
    });
    expect((await response.arrayBuffer()).byteLength).toBe(3_000_000);
  });

  test('goes away, and comes back at the same place', async () => {
    await send(receiver, anEvent(1));
    await receiver.goAway();
    await expect(send(receiver, anEvent(2))).rejects.toThrow('fetch failed');
    await receiver.comeBack();
    expect(await send(receiver, anEvent(2))).toBe(204);
    expect(receiver.taken()).toHaveLength(2);
  });

  async function statuses(count: number): Promise<number[]> {
    const all: number[] = [];
    for (let n = 0; n < count; n += 1) all.push(await send(receiver, anEvent(1)));
    return all;
  }
});
