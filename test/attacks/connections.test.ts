import { createConnection, type Socket } from 'node:net';
import { sendRaw, statusOf } from '../support/raw-http';
import { aCustomer, onOneGateway } from '../support/shop';
import { until } from '../support/until';

onOneGateway('a connection that misbehaves', (stage) => {
  const open: Socket[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.destroy();
  });
  const connect = (bytes: string) => {
    const { port } = new URL(stage.gateway.origin);
    const socket = createConnection({ host: '127.0.0.1', port: Number(port) }, () => socket.write(bytes));
    socket.on('error', () => {});
    open.push(socket);
    return socket;
  };
  const raw = (bytes: string) => sendRaw(stage.gateway.origin, bytes);

  test.each([
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
    ['a space before the colon', 'GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n'],
    [
      'both a length and chunks',
      'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['a length below zero', 'POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n'],
    ['a NUL in a header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
  ])('with %s is refused, and the gateway goes on', async (_name, bytes) => {
    const answer = await raw(bytes);

    expect([0, 400]).toContain(statusOf(answer));
    expect((await fetch(`${stage.gateway.origin}/healthz`)).status).toBe(200);
  });

  test('with 100 KB of headers is a 431', async () => {
    const answer = await raw(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`);

    expect([0, 431]).toContain(statusOf(answer));
  });

  test('with line breaks in what is sent back gets none in the headers', async () => {
    const shop = await stage.shop();
    const paths = [
      '/apispaces/%0d%0aSet-Cookie:%20x=1/chats',
      `${shop.api.base}/chats?cursor=%0d%0aSet-Cookie:%20x=1`,
      `${shop.api.base}/chats?limit=1&x=%0d%0aSet-Cookie:%20x=1`,
      '/%0d%0aSet-Cookie:%20x=1',
      '/docs/%0d%0aSet-Cookie:%20x=1',
    ];
    await shop.chatFrom(aCustomer());
    await shop.chatFrom(aCustomer());

    for (const path of paths) {
      const response = await fetch(stage.gateway.origin + path, {
        redirect: 'manual',
        headers: { authorization: `Bearer ${shop.api.token}` },
      });
      await response.text();
      expect({ path, cookie: response.headers.get('set-cookie') }).toEqual({ path, cookie: null });
      expect(response.status).not.toBe(500);
    }
  });

  test('with a whole address in its first line is served as if it had only the path', async () => {
    const shop = await stage.shop();
    await shop.chatFrom(aCustomer());
    await shop.chatFrom(aCustomer());

    const answer = await raw(
      `GET http://evil.example${shop.api.base}/chats?limit=1 HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${shop.api.token}\r\nConnection: close\r\n\r\n`,
    );

    expect(statusOf(answer)).toBeLessThan(500);
    expect(answer).not.toMatch(/link: <http:\/\/evil/i);
  });

  test('that sends its body drop by drop keeps nobody waiting, and is nothing when it goes', async () => {
    const shop = await stage.shop();
    const head = `POST ${shop.api.base}/chat/config/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${shop.api.token}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"name": "`;
    const webhook = `POST /channels/${shop.accountId}/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nMessageSid=`;
    const slow = Array.from({ length: 200 }, (_, index) => connect(index % 2 === 0 ? head : webhook));
    await until(() => slow.every((socket) => socket.bytesWritten > 0));

    const began = Date.now();
    const chat = await shop.chatFrom(aCustomer(), 'quick');
    const answer = await shop.answer(chat.id, 'as ever');
    const tookMs = Date.now() - began;
    for (const socket of slow) socket.destroy();

    expect(answer.status).toBe(200);
    expect(tookMs).toBeLessThan(3_000);
    expect((await shop.api.get('/chat/config/teams')).body).toHaveLength(2);
    expect((await shop.api.get('/quarantine')).body).toEqual([]);
  });

  test('that goes away in the middle of everything leaves the gateway as it was', async () => {
    const shop = await stage.shop();
    const body = JSON.stringify({ name: 'T' });
    const bytes = `POST ${shop.api.base}/chat/config/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${shop.api.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

    for (let end = 20; end < bytes.length; end += 10) {
      const socket = connect(bytes.slice(0, end));
      await until(() => socket.bytesWritten > 0);
      socket.resetAndDestroy();
    }

    expect((await shop.api.get('/chat/config/teams')).body).toHaveLength(2);
    expect((await fetch(`${stage.gateway.origin}/readyz`)).status).toBe(200);
  });

  test('that asks for an upgrade or a tunnel gets neither', async () => {
    const upgrade = await raw(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    const tunnel = await raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n');

    expect(statusOf(upgrade)).not.toBe(101);
    expect(statusOf(tunnel)).not.toBe(200);
    expect((await fetch(`${stage.gateway.origin}/healthz`)).status).toBe(200);
  });
});
