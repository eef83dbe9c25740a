import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { ChannelError, type MediaStream } from '../../plugins/contract/index';
import { fakeHost } from '../../plugins/testing/fake-host';
import { mediaReader } from './media';
import { read } from './simulator/channel-on';

const CONFIG = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'a-secret-token', number: '60777' };
const REF = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1';
const PATH = new URL(REF).pathname;
const CREDENTIALS = `Basic ${Buffer.from(`${CONFIG.accountSid}:${CONFIG.authToken}`).toString('base64')}`;

const servers: Server[] = [];
const readers: ReturnType<typeof mediaReader>[] = [];

afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
  for (const server of servers.splice(0)) server.closeAllConnections();
  nock.cleanAll();
});

function reader(apiUrl?: string): ReturnType<typeof mediaReader> {
  const created = mediaReader(CONFIG, fakeHost({ apiUrl }));
  readers.push(created);
  return created;
}

function open(ref: string, apiUrl?: string, signal = AbortSignal.timeout(2_000)): Promise<MediaStream> {
  return reader(apiUrl).open(ref, signal);
}

async function failed(work: Promise<unknown>): Promise<ChannelError> {
  const error: unknown = await work.then(
    () => 'it succeeded',
    (thrown: unknown) => thrown,
  );
  if (!ChannelError.is(error)) throw new Error(String(error));
  return error;
}

async function textOf({ body }: MediaStream): Promise<string> {
  return (await read(body)).toString();
}

/** A server on loopback, for what nock cannot do. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function twilio(): nock.Scope {
  return nock('https://api.twilio.com').replyContentLength();
}

describe('at Twilio', () => {
  test('media is read with the credentials, and the CDN gets none', async () => {
    const seen: unknown[] = [];
    twilio()
      .get(PATH)
      .reply(function () {
        seen.push(this.req.headers['authorization']);
        return [307, '', { location: 'https://mms.twiliocdn.com/ME1?sig=1' }];
      });
    nock('https://mms.twiliocdn.com')
      .replyContentLength()
      .get('/ME1?sig=1')
      .reply(function () {
        seen.push(this.req.headers['authorization']);
        return [200, 'bytes', { 'content-type': 'image/png; charset=binary' }];
      });
    const media = await open(REF);
    expect([media.mimeType, await textOf(media)]).toEqual(['image/png', 'bytes']);
    expect([seen].flat(2)).toEqual([CREDENTIALS, undefined]);
  });

  test('another host of Twilio’s gets no credentials either', async () => {
    let authorization: unknown = 'not asked';
    twilio().get(PATH).reply(302, '', { location: 'https://media.twilio.com/x' });
    nock('https://media.twilio.com')
      .replyContentLength()
      .get('/x')
      .reply(function () {
        authorization = this.req.headers['authorization'];
        return [200, 'bytes'];
      });
    await open(REF);
    expect(authorization).toBeUndefined();
  });

  test('a redirect may be relative, and on the same host keeps the credentials', async () => {
    twilio().get(PATH).reply(302, '', { location: '/other' });
    nock('https://api.twilio.com', { reqheaders: { authorization: CREDENTIALS } })
      .replyContentLength()
      .get('/other')
      .reply(200, 'bytes');
    expect(await textOf(await open(REF))).toBe('bytes');
  });
});

describe('redirects', () => {
  test.each([
    [3, 'bytes'],
    [4, 'rejected'],
  ])('%i redirects: %s', async (hops, expected) => {
    for (let hop = 0; hop < hops; hop += 1)
      twilio()
        .get(hop === 0 ? PATH : `/hop${hop}`)
        .reply(302, '', { location: `/hop${hop + 1}` });
    twilio().get(`/hop${hops}`).reply(200, 'bytes');
    const outcome = await open(REF).then(textOf, (error: ChannelError) => error.kind);
    expect(outcome).toBe(expected);
  });

  test.each([
    'http://mms.twiliocdn.com/plain',
    'http://api.twilio.com/plain',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest',
    'https://[fd00::1]/x',
    'https://user:password@mms.twiliocdn.com/x',
    'ftp://mms.twiliocdn.com/x',
    'file:///etc/passwd',
    'http://',
    '',
  ])('a redirect to %j is not followed', async (location) => {
    twilio().get(PATH).reply(302, '', { location });
    expect(await failed(open(REF))).toMatchObject({ kind: 'rejected', detail: { reason: 'bad_media' } });
  });
});

describe('refusals', () => {
  test.each([
    [400, 'rejected'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'unavailable'],
    [410, 'rejected'],
    [429, 'rate_limited'],
    [500, 'unavailable'],
    [204, 'unavailable'],
  ])('HTTP %i is %s', async (status, kind) => {
    twilio().get(PATH).reply(status);
    const error = await failed(open(REF));
    expect(error.kind).toBe(kind);
    expect(error.detail.setting).toBe(kind === 'unauthorized' ? 'authToken' : undefined);
  });

  test.each([
    'http://api.twilio.com/x',
    'https://api.twilio.com:8443/x',
    'https://api.twilio.com@evil.test/x',
    'https://user@api.twilio.com/x',
    'https://twilio.com.evil.test/x',
    'https://eviltwilio.com/x',
    'https://evil.test/.twilio.com',
  ])('%s is not Twilio', async (ref) => {
    expect(await failed(open(ref))).toMatchObject({ kind: 'rejected' });
  });
});

describe('where the operator sends us', () => {
  test('a name that resolves to a private address is not connected to', async () => {
    let asked = 0;
    const canary = await serve(() => {
      asked += 1;
    });
    const api = await serve((_request, response) => {
      response.writeHead(302, { location: canary.replace('127.0.0.1', 'localhost') }).end();
    });
    expect(await failed(open(`${api}/x`, api))).toMatchObject({ kind: 'rejected' });
    expect(asked).toBe(0);
  });

  test('another private host is not connected to', async () => {
    const api = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end();
    });
    expect(await failed(open(`${api}/x`, api))).toMatchObject({ kind: 'rejected' });
  });

  test('loopback is not Twilio when nobody put it in its place', async () => {
    const api = await serve((_request, response) => response.end('x'));
    expect(await failed(open(`${api}/x`))).toMatchObject({ kind: 'rejected' });
  });
});

describe('media that does not come to its end', () => {
  const half: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': 100, 'content-type': 'image/png' });
    response.write('half');
  };

  test('is unavailable when the connection breaks', async () => {
    const api = await serve((request, response) => {
      half(request, response);
      setTimeout(() => response.destroy(), 20);
    });
    const media = await open(`${api}/x`, api);
    expect(media.bytes).toBe(100);
    expect(await failed(textOf(media))).toMatchObject({ kind: 'unavailable' });
  });

  test('is unavailable when it is given up', async () => {
    const api = await serve(half);
    const stop = new AbortController();
    const media = await open(`${api}/x`, api, stop.signal);
    const read = failed(textOf(media));
    stop.abort();
    expect(await read).toMatchObject({ kind: 'unavailable' });
  });

  test('is unavailable when the account is closed', async () => {
    const api = await serve(half);
    const opened = reader(api);
    const media = await opened.open(`${api}/x`, new AbortController().signal);
    const read = failed(textOf(media));
    opened.close();
    expect(await read).toMatchObject({ kind: 'unavailable' });
  });

  test('lets go of the connection when nobody wants the rest', async () => {
    const closed = new Promise<void>((done) => {
      void serve((request, response) => {
        response.on('close', done);
        half(request, response);
      }).then(async (api) => {
        for await (const _chunk of (await open(`${api}/x`, api)).body) break;
      });
    });
    await closed;
  });
});
