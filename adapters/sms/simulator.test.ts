import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../../plugins/testing/until';
import { startTwilioSimulator, type TwilioSimulator, type TwilioSimulatorOptions } from './simulator';
import { CUSTOMER, channelOn, outbound, sending } from './simulator/channel-on';

const OWN = '+441632960001';

let simulator: TwilioSimulator;
let gateway: Gateway;

interface Gateway {
  readonly url: string;
  readonly calls: { readonly url: string; readonly method: string; readonly body: URLSearchParams }[];
  readonly headers: IncomingMessage['headers'][];
  /** What the next calls are answered, 200 when there is nothing more. */
  readonly statuses: number[];
  readonly server: Server;
}

async function startGateway(): Promise<Gateway> {
  const calls: Gateway['calls'] = [];
  const headers: Gateway['headers'] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', method = '' } = request;
      calls.push({ url, method, body: new URLSearchParams(Buffer.concat(chunks).toString()) });
      headers.push(request.headers);
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'text/xml' }).end('<Response/>');
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, calls, headers, statuses, server };
}

async function start(options: TwilioSimulatorOptions = {}): Promise<void> {
  simulator = await startTwilioSimulator(options);
  simulator.route(OWN, gateway.url);
}

beforeEach(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  await simulator.stop();
  gateway.server.closeAllConnections();
  gateway.server.close();
});

async function send(text = 'hi'): Promise<string> {
  const channel = channelOn(simulator, { host: { webhookUrl: gateway.url } });
  try {
    return (await channel.send(outbound({ text }), sending())).externalIds[0];
  } finally {
    await channel.close();
  }
}

function statuses(): readonly (string | null)[] {
  return gateway.calls.map(({ body }) => body.get('MessageStatus'));
}

describe('a customer writes', () => {
  test('the webhook is called, signed, and its answer is given back', async () => {
    await start();
    const { messageSid, ...reply } = await simulator.receive({ from: CUSTOMER, to: OWN, body: 'hi' });
    expect(reply).toMatchObject({ status: 200, body: '<Response/>', attempts: 1 });
    const [call] = gateway.calls;
    expect(Object.fromEntries(call?.body ?? [])).toMatchObject({
      MessageSid: messageSid,
      Body: 'hi',
      From: CUSTOMER,
    });
    const [headers] = gateway.headers;
    const request = { method: 'POST', url: gateway.url, headers: {}, body: Buffer.from(String(call?.body)) };
    const signed = { ...request, headers: { 'x-twilio-signature': String(headers?.['x-twilio-signature']) } };
    const { webhook } = channelOn(simulator);
    expect(() => webhook.verify(signed)).not.toThrow();
  });

  test.each([
    ['', [500], 1, 500],
    ['#rc=2&rp=5xx', [500, 503], 3, 200],
    ['#rc=2&rp=5xx', [404], 1, 404],
    ['#rc=1&rp=4xx,5xx', [404, 500, 200], 2, 500],
    ['#rc=5&rp=all', [500, 404, 500, 404, 500], 6, 200],
    ['#rc=9&rp=all', [500, 500, 500, 500, 500, 500, 500], 6, 500],
  ])('a URL with %j after %j is tried %i times', async (fragment, answers, attempts, status) => {
    await start();
    gateway.statuses.push(...answers);
    const url = gateway.url + fragment;
    const reply = await simulator.receive({ from: CUSTOMER, to: OWN, body: 'hi', url });
    expect(reply).toMatchObject({ attempts, status });
    expect(new Set(gateway.calls.map(({ body }) => body.get('MessageSid'))).size).toBe(1);
  });
});

describe('a customer writes, and', () => {
  test('nobody there is status 0, after one more try', async () => {
    await start();
    gateway.server.close();
    expect(await simulator.receive({ from: CUSTOMER, to: OWN })).toMatchObject({ status: 0, attempts: 2 });
  });

  test('what goes to the public address can be sent elsewhere', async () => {
    const { origin } = new URL(gateway.url);
    await start({ resolve: { 'https://gateway.test': origin } });
    const url = 'https://gateway.test/channels/1?x=1';
    expect(await simulator.receive({ from: CUSTOMER, to: OWN, url })).toMatchObject({ status: 200 });
    expect(gateway.calls[0]?.url).toBe('/channels/1?x=1');
  });

  test.each(['get', 'json'] as const)('%s is delivered as such', async (as) => {
    await start();
    expect(await simulator.receive({ from: CUSTOMER, to: OWN, body: 'hi', as })).toMatchObject({
      status: 200,
    });
    expect(gateway.calls[0]).toMatchObject(
      as === 'get'
        ? { method: 'GET', url: expect.stringContaining('Body=hi') }
        : { method: 'POST', url: expect.stringContaining('bodySHA256=') },
    );
  });

  test('STOP holds until START', async () => {
    await start();
    await simulator.receive({ from: CUSTOMER, to: OWN, body: 'Stop ' });
    await expect(send()).rejects.toMatchObject({ kind: 'unreachable', detail: { reason: 'opted_out' } });
    await simulator.receive({ from: CUSTOMER, to: OWN, body: 'START' });
    await send();
  });
});

describe('callbacks', () => {
  test('follow by themselves', async () => {
    await start();
    await send();
    await until(() => statuses().length === 3, 'they did not follow');
    expect(statuses()).toEqual(['queued', 'sent', 'delivered']);
    expect(gateway.calls[0]?.url).toBe('/hook?key=msg_1.0');
  });

  test('may come before the request is answered', async () => {
    await start({ autoCallbacks: { states: ['sent'], when: 'before_answer' } });
    await send();
    expect(statuses()).toEqual(['sent']);
  });

  test('may be repeated and shuffled, and all come', async () => {
    await start({ autoCallbacks: { order: 'shuffled', times: 2 } });
    await send();
    await until(() => statuses().length === 6, 'they did not all come');
    expect(statuses().toSorted()).toEqual(['delivered', 'delivered', 'queued', 'queued', 'sent', 'sent']);
  });

  test('can be made by hand, also twice', async () => {
    await start({ autoCallbacks: false });
    const sid = await send();
    await simulator.callback(sid, 'undelivered', { errorCode: 30_003, times: 2 });
    expect(gateway.calls.map(({ body }) => body.get('ErrorCode'))).toEqual(['30003', '30003']);
  });

  test('come although the answer was lost', async () => {
    await start({ autoCallbacks: { states: ['sent'] } });
    await simulator.fail('reset_after_accept');
    await expect(send()).rejects.toMatchObject({ detail: { maybeSent: true } });
    await until(() => statuses().length === 1, 'it did not come');
    expect(simulator.sent()).toHaveLength(1);
  });

  test('a filtered message is taken and then not delivered', async () => {
    await start();
    await simulator.fail('filtered');
    await send();
    await until(() => statuses().includes('undelivered'), 'it did not come');
    expect(gateway.calls.at(-1)?.body.get('ErrorCode')).toBe('30007');
  });
});

describe('faults', () => {
  test('hit as many requests as they are told to, and end when they are cleared', async () => {
    await start({ autoCallbacks: false });
    await simulator.fail('busy', { times: 2 });
    await expect(send()).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(send()).rejects.toMatchObject({ kind: 'unavailable' });
    await send();
    await simulator.fail('busy', { times: Number.POSITIVE_INFINITY });
    for (let round = 0; round < 3; round += 1)
      await expect(send()).rejects.toMatchObject({ kind: 'unavailable' });
    await simulator.clear();
    await send();
    expect(simulator.sent()).toHaveLength(2);
  });

  test('a simulator that refuses comes back at the same port', async () => {
    await start({ autoCallbacks: false });
    await simulator.fail('refused');
    await expect(send()).rejects.toMatchObject({ kind: 'unavailable' });
    await simulator.resume();
    await send();
  });

  test('requests can be held before and after they take effect', async () => {
    await start({ autoCallbacks: false });
    for (const [side, taken] of [['before', 0] as const, ['after', 2] as const]) {
      simulator.hold(side);
      const sent = send(side);
      await until(() => simulator.held() === 1, 'it was not held');
      expect(simulator.sent()).toHaveLength(taken);
      simulator.release();
      await sent;
    }
  });

  test('a slow answer comes', async () => {
    await start({ autoCallbacks: false });
    await simulator.fail('slow', { ms: 50 });
    const before = performance.now();
    await send();
    expect(performance.now() - before).toBeGreaterThan(45);
  });
});

describe('what is not as it should be is refused', () => {
  async function post(form: Record<string, string>, more: { token?: string; type?: string } = {}) {
    const { accountSid, authToken } = simulator.config;
    const credentials = Buffer.from(`${accountSid}:${more.token ?? authToken}`).toString('base64');
    const response = await fetch(`${simulator.apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials}`,
        'content-type': more.type ?? 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
    });
    const { code }: { code?: number } = JSON.parse(await response.text());
    return [response.status, code];
  }

  const good = { To: CUSTOMER, From: OWN, Body: 'hi' };

  test.each<[string, Record<string, string>, number]>([
    ['no To', { ...good, To: '' }, 21604],
    ['a To that is none', { ...good, To: '07911 123456' }, 21211],
    ['neither sender nor service', { To: CUSTOMER, Body: 'hi' }, 21603],
    ['a foreign sender', { ...good, From: '+441632969999' }, 21606],
    ['a sender of the other account', { ...good, From: '+441632960021' }, 21606],
    ['an unknown service', { To: CUSTOMER, Body: 'hi', MessagingServiceSid: 'MG1' }, 21701],
    ['neither words nor pictures', { ...good, Body: '' }, 21602],
    ['too many words', { ...good, Body: 'x'.repeat(1_601) }, 21617],
    ['a picture without an address', { ...good, MediaUrl: 'picture.png' }, 21620],
    ['a callback without an address', { ...good, StatusCallback: 'hook' }, 21609],
    ['a field that does not exist', { ...good, Bdy: 'hi' }, 20001],
  ])('%s', async (_name, form, code) => {
    await start();
    expect((await post(form))[1]).toBe(code);
    expect(simulator.sent()).toEqual([]);
  });

  test('a wrong token, and a body that is no form', async () => {
    await start();
    expect(await post(good, { token: 'wrong' })).toEqual([401, 20003]);
    expect(await post(good, { type: 'application/json' })).toEqual([415, 20001]);
    expect((await post(good))[0]).toBe(201);
  });
});
