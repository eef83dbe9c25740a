import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { inspect } from 'node:util';
import { FacebookAdsApi } from 'facebook-nodejs-business-sdk';
import { ChannelError } from '../../plugins/contract/index';
import { fakeHost } from '../../plugins/testing/fake-host';
import type { FacebookConfig } from './config';
import { createGraph, type Graph, type GraphRequest } from './graph-call';

const config: FacebookConfig = {
  pageId: '100000000000001',
  pageAccessToken: 'EAAVerySecretToken',
  appSecret: 'very-secret-app-secret',
  verifyToken: 'verify',
};

let server: Server;
let graph: Graph;
let apiUrl: string;
let answer: { status: number; body: string; headers?: Record<string, string> };
let seen: { url: URL; method: string | undefined; body: string; headers: IncomingMessage['headers'] }[];

beforeEach(async () => {
  answer = { status: 200, body: '{"ok":true}' };
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://meta');
      seen.push({
        url,
        method: request.method,
        body: Buffer.concat(chunks).toString(),
        headers: request.headers,
      });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  graph = createGraph(config, fakeHost({ apiUrl }));
});
afterEach(() => {
  graph.close();
  server.closeAllConnections();
  server.close();
});

const call = (more: Partial<GraphRequest> = {}) =>
  graph.graphCall({ method: 'GET', path: 'me', signal: AbortSignal.timeout(2_000), ...more });
const failureOfCall = async (more: Partial<GraphRequest> = {}) => {
  const error: unknown = await call(more).catch((thrown: unknown) => thrown);
  if (!ChannelError.is(error)) throw new Error(`${inspect(error)} is no ChannelError`);
  return error;
};
const PROOF = createHmac('sha256', config.appSecret).update(config.pageAccessToken).digest('hex');

test('carries the token, the proof and the version', async () => {
  await call({ params: { fields: 'id,name' } });
  const other = createGraph({ ...config, graphVersion: 'v24.0' }, fakeHost({ apiUrl }));
  const params = { recipient: { id: '1' } };
  await other.graphCall({ method: 'POST', path: '1/messages', params, signal: AbortSignal.timeout(2_000) });
  other.close();
  const [get, post] = seen;
  expect(get?.url.pathname).toBe('/v25.0/me');
  expect(Object.fromEntries(get?.url.searchParams ?? [])).toEqual({
    access_token: config.pageAccessToken,
    appsecret_proof: PROOF,
    fields: 'id,name',
  });
  expect(get?.body).toBe('');
  expect(post?.url.pathname).toBe('/v24.0/1/messages');
  expect(post?.url.searchParams.get('access_token')).toBe(config.pageAccessToken);
  expect(JSON.parse(post?.body ?? '')).toEqual({ ...params, appsecret_proof: PROOF });
});

test.each([
  ['an error', 400, '{"error":{"code":190,"message":"bad EAAVerySecretToken"}}'],
  ['HTML', 502, '<html>'],
  ['nothing', 500, ''],
  ['half of a JSON', 200, '{"a'],
  ['a redirect', 302, ''],
])('after %s tells neither the token nor the secret', async (_what, status, body) => {
  answer = { status, body, headers: { location: 'http://127.0.0.1:1/elsewhere' } };
  const error = await failureOfCall({ method: 'POST', creates: true });
  const words = inspect(error, { depth: 12, showHidden: true }) + error.stack;
  for (const secret of [config.pageAccessToken, config.appSecret, PROOF]) expect(words).not.toContain(secret);
  expect(seen).toHaveLength(1);
});

test('keeps the status of an answer that is no JSON', async () => {
  answer = { status: 502, body: '<html>' };
  expect((await failureOfCall()).message).toContain('502');
});

test('leaves the process alone: no crash reporter, and no token for everybody', async () => {
  const before = process.listenerCount('uncaughtException');
  await call();
  expect(process.listenerCount('uncaughtException')).toBe(before);
  expect(FacebookAdsApi.getDefaultApi()).toBeUndefined();
});

test('does not touch what others send through the same HTTP client', async () => {
  await call();
  const fromSdk = createRequire(require.resolve('facebook-nodejs-business-sdk'));
  const axios: { get(url: string): Promise<{ data: unknown }> } = fromSdk('axios');
  answer = { status: 404, body: '{}' };
  await expect(axios.get(`${apiUrl}/x`)).rejects.toMatchObject({ response: { status: 404 } });
});

test('two pages at once keep their tokens apart', async () => {
  const other = createGraph({ ...config, pageAccessToken: 'EAAOther' }, fakeHost({ apiUrl }));
  const signal = AbortSignal.timeout(2_000);
  await Promise.all(
    [graph, other, graph, other].map((one, at) => one.graphCall({ method: 'GET', path: `p${at}`, signal })),
  );
  other.close();
  const tokens = seen
    .toSorted((a, b) => a.url.pathname.localeCompare(b.url.pathname))
    .map(({ url }) => url.searchParams.get('access_token'));
  expect(tokens).toEqual(['EAAVerySecretToken', 'EAAOther', 'EAAVerySecretToken', 'EAAOther']);
});

test('nobody listens: surely not sent', async () => {
  const nowhere = createGraph(config, fakeHost({ apiUrl: 'http://127.0.0.1:1' }));
  const request = { method: 'POST', path: 'x', creates: true, signal: AbortSignal.timeout(2_000) } as const;
  await expect(nowhere.graphCall(request)).rejects.toMatchObject({ kind: 'unavailable', detail: {} });
  nowhere.close();
});

test('the SDK is loaded by the first call, and not before', () => {
  const index = path.join(__dirname, 'index.ts');
  const code = `
    const { facebook } = require(${JSON.stringify(index)});
    const config = ${JSON.stringify(config)};
    const host = { accountId: 'a', webhookUrl: 'http://x', apiUrl: 'http://127.0.0.1:1', now: () => new Date(), log: {} };
    const channel = facebook.create(config, host);
    const isLoaded = () => Object.keys(require.cache).some((file) => file.includes('facebook-nodejs-business-sdk'));
    const before = isLoaded();
    channel.check(AbortSignal.timeout(1000)).catch(() => console.log(JSON.stringify([before, isLoaded()])));`;
  const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', code], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual([false, true]);
});

describe('the allowance of a page', () => {
  const used = (percent: number, minutes = 0) => ({
    'x-business-use-case-usage': JSON.stringify({
      [config.pageId]: [{ type: 'messenger', call_count: percent, estimated_time_to_regain_access: minutes }],
    }),
  });
  let now: Date;
  beforeEach(() => {
    now = new Date('2026-01-01T12:00:00Z');
    graph = createGraph(config, fakeHost({ apiUrl, now: () => now }));
  });
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };

  test('what is left of it is for answers: what can wait does, for a minute', async () => {
    answer = { ...answer, headers: used(79) };
    await call();
    await call({ canWait: true });
    answer = { ...answer, headers: used(80) };
    await call();

    const error = await failureOfCall({ canWait: true });
    expect([error.kind, error.detail.retryAfterMs]).toEqual(['rate_limited', 60_000]);
    expect(seen).toHaveLength(3);
    await call();

    later(60_001);
    answer = { ...answer, headers: used(20) };
    await call({ canWait: true });
    await call({ canWait: true });
    expect(seen).toHaveLength(6);
  });

  test('of the app, too', async () => {
    answer = { ...answer, headers: { 'x-app-usage': '{"call_count":3,"total_cputime":95,"total_time":4}' } };
    await call();
    expect((await failureOfCall({ canWait: true })).kind).toBe('rate_limited');
  });

  test('is asked for nothing until Meta takes calls again', async () => {
    answer = { ...answer, headers: used(100, 5) };
    await call();

    later(60_000);
    const error = await failureOfCall({ creates: true, method: 'POST' });
    expect([error.kind, error.detail.retryAfterMs]).toEqual(['rate_limited', 240_000]);
    expect(error.detail.maybeSent).toBeUndefined();
    expect(seen).toHaveLength(1);

    later(240_000);
    await call({ creates: true, method: 'POST' });
    expect(seen).toHaveLength(2);
  });

  test('of another page, or in a header that nobody can read, holds nothing up', async () => {
    for (const header of [
      '{"7":[{"call_count":100,"estimated_time_to_regain_access":5}]}',
      '{"',
      '[]',
      'null',
    ]) {
      answer = { ...answer, headers: { 'x-business-use-case-usage': header, 'x-app-usage': header } };
      await call({ canWait: true });
    }
    expect(seen).toHaveLength(4);
  });
});
