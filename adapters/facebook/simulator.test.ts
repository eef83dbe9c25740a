import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FacebookSimulator, startFacebookSimulator } from './simulator';

const HOUR_MS = 3_600_000;

let meta: FacebookSimulator;
let now: Date;
let hook: Server;
let status: () => number;
let bodies: { text: string; signature: string }[];

beforeEach(async () => {
  now = new Date('2026-11-24T12:00:00Z');
  status = () => 200;
  bodies = [];
  meta = await startFacebookSimulator({ now: () => now });
  hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push({
        text: Buffer.concat(chunks).toString('latin1'),
        signature: String(request.headers['x-hub-signature-256']),
      });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done));
  meta.route(meta.config.pageId, `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`);
});
afterEach(async () => {
  await meta.stop();
  hook.closeAllConnections();
  hook.close();
});

const send = async (more: object = {}) => {
  const { pageId, pageAccessToken: token, appSecret } = meta.config;
  const proof = createHmac('sha256', appSecret).update(token).digest('hex');
  const response = await fetch(`${meta.apiUrl}/v25.0/${pageId}/messages?access_token=${token}`, {
    method: 'POST',
    body: JSON.stringify({
      ...{ recipient: { id: '7100000000000001' }, messaging_type: 'RESPONSE', message: { text: 'hi' } },
      ...{ appsecret_proof: proof, ...more },
    }),
  });
  const { error }: { error?: { code: number; error_subcode?: number } } = Object(await response.json());
  return error ? [error.code, error.error_subcode] : 'taken';
};

test('tries again with falling frequency until it is answered well', async () => {
  const answers = [500, 503, 200];
  status = () => answers.shift() ?? 200;
  const reply = await meta.receive({ from: '7100000000000001', text: 'hi' }, { retryAfterMs: [1, 2, 4, 8] });
  expect([reply.status, reply.attempts]).toEqual([200, 3]);
  expect(new Set(bodies.map(({ text }) => text)).size).toBe(1);
});

test('writes JSON as Meta does, and signs those bytes', async () => {
  await meta.receive({ from: '7100000000000001', text: 'ü/é' });
  const [body] = bodies;
  expect(body?.text).toContain(String.raw`\u00fc\/\u00e9`);
  const expected = createHmac('sha256', meta.config.appSecret)
    .update(body?.text ?? '')
    .digest('hex');
  expect(body?.signature).toBe(`sha256=${expected}`);
});

test('holds the reply window by its own clock', async () => {
  expect(await send()).toEqual([100, 2018001]);
  meta.miss({ from: '7100000000000001', text: 'hello' });
  expect(await send()).toBe('taken');
  now = new Date(now.getTime() + 24 * HOUR_MS + 1);
  expect(await send()).toEqual([10, 2018278]);
  const human = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
  expect(await send(human)).toBe('taken');
  expect(await send({ ...human, tag: 'ACCOUNT_UPDATE' })).toEqual([100, undefined]);
  now = new Date(now.getTime() + 6 * 24 * HOUR_MS);
  expect(await send(human)).toEqual([10, 2018278]);
});

test('refuses what the real one refuses', async () => {
  meta.miss({ from: '7100000000000001', text: 'hello' });
  expect(await send({ appsecret_proof: 'none' })).toEqual([100, undefined]);
  expect(await send({ message: { text: 'x'.repeat(2_001) } })).toEqual([100, undefined]);
  expect(await send({ message: {} })).toEqual([100, undefined]);
  expect(await send({ surprise: 1 })).toEqual([100, undefined]);
  expect(await send({ message: { text: 'a', attachment: { type: 'image' } } })).toEqual([100, undefined]);
});
