import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allRoutes } from '../../core/http/routes/all';
import { PROBLEMS } from '../../core/model/problem';
import { openSqlite, type TestDatabase } from '../support/databases';
import { expectProblem } from '../support/problems';
import { says } from '../support/shop';
import { type SmsWorld, startSmsWorld } from '../support/sms-world';
import { until } from '../support/until';

describe('what the gateway says of itself', () => {
  let world: SmsWorld;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openSqlite();
    world = await startSmsWorld(database);
  });
  afterAll(() => world.stop());

  const get = async (url: string, init?: RequestInit) => {
    const response = await fetch(world.gateway.origin + url, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

  describe('/openapi.json', () => {
    test('is valid, as Redocly sees it', async () => {
      const { body } = await get('/openapi.json');
      const folder = mkdtempSync(path.join(tmpdir(), 'parley-openapi-'));
      const file = path.join(folder, 'openapi.json');
      writeFileSync(file, JSON.stringify(body));

      const lint = () =>
        execFileSync(
          process.execPath,
          [require.resolve('@redocly/cli/bin/cli.js'), 'lint', '--extends=recommended', file],
          {
            cwd: folder,
            env: {
              PATH: process.env['PATH'],
              REDOCLY_TELEMETRY: 'off',
              REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
            },
            stdio: 'pipe',
          },
        );

      expect(lint).not.toThrow();
      rmSync(folder, { recursive: true });
    }, 60_000);

    test('lists every route, and no others', async () => {
      const { body } = await get('/openapi.json');

      const listed = Object.entries(body.paths).flatMap(([url, methods]) =>
        Object.keys(methods as object).map((method) => `${method} ${url}`),
      );

      expect(new Set(listed)).toEqual(new Set(allRoutes.map((route) => `${route.method} ${route.path}`)));
      expect(listed).toHaveLength(allRoutes.length);
    });

    test('names each operation once, and says of each what it answers', async () => {
      const { body } = await get('/openapi.json');

      const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods as object));

      expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
      for (const operation of operations) expect(Object.keys(operation.responses)).toContain('default');
    });

    test('names the server by which it was reached', async () => {
      const { body } = await get('/openapi.json');

      expect(body.servers).toEqual([{ url: expect.stringMatching(/^http:\/\/localhost:\d+$/) }]);
    });
  });

  test('/docs shows it in a browser, with nothing from elsewhere', async () => {
    const page = await get('/docs');
    const assets = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');

    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<html') });
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      expect(asset).toMatch(/^\/docs\//);
      expect((await get(asset)).status).toBe(200);
    }
  });

  test('/problems explains every problem where its type leads', async () => {
    const { status, body } = await get('/problems');

    expect(status).toBe(200);
    for (const [code, [number, title]] of Object.entries(PROBLEMS)) {
      expect(body).toContain(`id="${code}"`);
      expect(body).toContain(String(number));
      expect(body).toContain(title);
    }
  });

  test('what is not served is a 404, and a wrong method a 405 that names the right ones', async () => {
    const missing = await get('/apispace');
    const wrong = await world.api.call('PATCH', '/chats', { body: {} });

    expectProblem(missing, 'not-found');
    expectProblem(wrong, 'method-not-allowed');
    expect(wrong.body.allow).toEqual(expect.arrayContaining(['GET', 'POST']));
    // RFC 9110 15.5.6: the Allow header is a must.
    expect(wrong.headers.get('allow')?.split(/,\s*/)).toEqual(expect.arrayContaining(['GET', 'POST']));
  });

  test('every answer carries a request id: the caller’s own where it is a sensible one', async () => {
    const own = await get('/healthz', { headers: { 'x-request-id': 'abc-1' } });
    const odd = await get('/healthz', { headers: { 'x-request-id': '<script>' } });

    expect(own.headers.get('x-request-id')).toBe('abc-1');
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('no answer says what it is built with, and all forbid guessing types', async () => {
    for (const { headers } of [await get('/healthz'), await get('/openapi.json'), await get('/nowhere')]) {
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  describe('for operators', () => {
    test('/healthz is alive and /readyz can serve', async () => {
      expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect(await get('/readyz')).toMatchObject({
        status: 200,
        body: { status: 'ready', draining: false, dependencies: { database: true } },
      });
    });

    test('/metrics counts what came in, what went out, and what waits', async () => {
      const customer = '+447911123456';
      await world.text(customer, 'hello');
      const { body: chats } = await world.api.get('/chats');
      const chatId = chats[0].id;
      const { body: posted } = await world.api.post(`/chats/${chatId}/messages`, says('hi'));
      await until(
        async () =>
          (await world.api.get(`/chats/${chatId}/messages/${posted.id}`)).body.status === 'delivered',
      );

      const { headers, body } = await get('/metrics');

      expect(headers.get('content-type')).toMatch(/^text\/plain/);
      for (const line of [
        /^parley_inbound_total\{what="stored",adapter="twilio"\} 1$/m,
        /^parley_inbound_total\{what="status applied",adapter="twilio"\} \d+$/m,
        /^parley_outbound_total\{what="sent",adapter="twilio"\} 1$/m,
        /^parley_provider_webhook_seconds_count\{status="200"\} 1$/m,
        /^parley_http_request_seconds_count\{method="POST",route="[^"]*messages",status="200"\} 1$/m,
        /^process_cpu_seconds_total /m,
      ])
        expect(body).toMatch(line);
      expect(body).not.toContain(customer);
    });
  });
});
