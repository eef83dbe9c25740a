import { gzipSync } from 'node:zlib';
import { allRoutes } from '../../core/http/routes/all';
import type { Answer, Api } from '../support/api';
import { expectInvalid, expectNothingInside, expectProblem, expectRefused } from '../support/problems';
import { aCustomer, onEachGateway, onOneGateway, says } from '../support/shop';
import { aSpace } from '../support/start-gateway';

const DEEP = JSON.parse(`${'[{"a":'.repeat(20)}1${'}]'.repeat(20)}`);
const WRONG = [null, [], 'x', [[]], { parts: [null] }, { from: [] }, DEEP];
const VALUES = [null, 'x'.repeat(10_000), 1e308, [null], { a: 1 }, '\ud800'];

/** Bodies of valid JSON that nobody means: of the wrong shape, and with each field of a call filled with nonsense. */
function hostileTo(body: object | undefined): string[] {
  const fields = body && 'shape' in body ? Object.keys(body.shape as object) : [];
  const filled = fields.flatMap((field) => VALUES.map((value) => ({ [field]: value })));
  return [...WRONG, ...filled].map((value) => JSON.stringify(value));
}

async function raw(api: Api, path: string, init: RequestInit & { readonly type?: string }): Promise<Answer> {
  const { type = 'application/json', ...rest } = init;
  const response = await fetch(api.origin + api.base + path, {
    method: 'POST',
    ...rest,
    headers: { authorization: `Bearer ${api.token}`, 'content-type': type, ...rest.headers },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

onOneGateway('a request with a body that cannot be read', (stage) => {
  let made: Promise<Api> | undefined;
  const space = () => {
    made ??= aSpace(stage.gateway);
    return made;
  };
  const team = (api: Api, body: RequestInit['body'], more: object = {}) =>
    raw(api, '/chat/config/teams', { body: body ?? null, ...more });

  test.each([
    ['broken JSON', '{"name": "T"'],
    ['JSON with a comment', '{"name": "T" /* x */}'],
    ['two documents', '{"name": "T"}{"name": "T"}'],
    ['no JSON at all', 'name=T'],
    ['a number with a leading zero', '{"name": 007}'],
    ['text that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['40,000 levels of arrays', '['.repeat(40_000) + ']'.repeat(40_000)],
    ['40,000 levels of objects', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
    ['40,000 opening brackets', '['.repeat(40_000)],
  ])('of %s is a 400', async (_name, body) => {
    const api = await space();

    expectProblem(await team(api, body), 'malformed-body');
  });

  test.each([
    ['null', 'null'],
    ['an array', '[]'],
    ['a string', '"x"'],
    ['a number', '7'],
    ['true', 'true'],
    ['an infinite number', '1e999'],
  ])('that is %s where an object belongs is a 400 that names the body', async (_name, body) => {
    const api = await space();

    expectInvalid(await team(api, body), 'body');
  });

  test.each([
    ['no type', ''],
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['a multipart form', 'multipart/form-data; boundary=x'],
    ['something like JSON', 'application/jsonp'],
    ['JSON in a parameter', 'text/html; a=application/json'],
  ])('of %s as its type is a 415', async (_name, type) => {
    const api = await space();

    expectProblem(await team(api, '{"name": "T"}', { type }), 'unsupported-media-type');
  });

  test('in gzip, or said to be, is a 415', async () => {
    const api = await space();
    const headers = { 'content-encoding': 'gzip' };

    expectProblem(await team(api, gzipSync('{"name": "T"}'), { headers }), 'unsupported-media-type');
    expectProblem(await team(api, '{"name": "T"}', { headers }), 'unsupported-media-type');
    expectProblem(await team(api, gzipSync('{"name": "T"}')), 'malformed-body');
  });

  test('of 10 MB is a 413, whether it says so or not, and the gateway goes on', async () => {
    const api = await space();
    const large = `{"name": "${'x'.repeat(10 * 1024 * 1024)}"}`;
    const unannounced = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });

    const outcomes = await Promise.all(
      [team(api, large), team(api, unannounced, { duplex: 'half' })].map((call) =>
        call.then(
          (answer) => {
            expectProblem(answer, 'body-too-large');
            return 413;
          },
          // A client that is still writing may see the connection end before it reads the answer.
          () => 413,
        ),
      ),
    );

    expect(outcomes).toEqual([413, 413]);
    expect((await api.get('/chat/config/teams')).body).toEqual([]);
  });
});

onEachGateway('a request with a hostile body', (stage) => {
  test('with a message of 10 MB is refused as well', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());

    const answer = await shop.answer(id, 'x'.repeat(10 * 1024 * 1024));

    expectRefused(answer);
    expect(await shop.said(id)).toEqual(['hello']);
  });

  test('with a NUL anywhere is a 400 that names where', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());

    expectInvalid(await shop.api.post('/chat/config/teams', { name: 'a\0b' }), 'name');
    expectInvalid(await shop.api.post('/profiles', { deep: [{ down: 'a\0' }] }), 'deep.0.down');
    expectInvalid(await shop.answer(id, 'a\0b'), 'parts.0.data');
    expectRefused(await shop.api.post('/profiles', { 'k\0': 1 }));
    expect(await shop.said(id)).toEqual(['hello']);
  });

  test('with half a character in a name is a 400, and in a message is kept', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const half = 'half \ud83d';

    expectInvalid(
      await raw(shop.api, '/chat/config/teams', { body: JSON.stringify({ name: half }) }),
      'name',
    );
    expectInvalid(await shop.api.put(`/chats/${id}`, { name: 'x', labels: [half] }), 'labels.0');
    const { status, body } = await shop.answer(id, half);
    expect(status).toBe(200);
    expect((await shop.message(id, body.id)).parts[0].data).toBe(half);
    expect((await shop.api.post('/profiles', { id: 'zoe', quirk: half, [half]: 1 })).status).toBe(201);
    expect((await shop.api.get('/profiles/zoe')).body).toMatchObject({ quirk: half, [half]: 1 });
  });

  test('with the names of an object’s insides changes no object but its own', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const hostile =
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "toString": "x"}';

    const answers = [
      await raw(shop.api, '/profiles', { body: `{"id": "zoe", ${hostile.slice(1)}` }),
      await raw(shop.api, `/chats/${id}`, { method: 'PUT', body: `{"name": "n", "context": ${hostile}}` }),
      await raw(shop.api, `/chats/${id}/messages`, {
        body: `{"from": {"profileId": "ann", "__proto__": {"name": "x"}}, "metadata": ${hostile}, "parts": [{"type": "text/plain", "data": "x"}]}`,
      }),
      await raw(shop.api, '/chat/config/teams/sales/settings', { method: 'PUT', body: hostile }),
      await raw(shop.api, '/channels', {
        body: `{"kind": "sms", "name": "n", "teamId": "sales", "settings": ${hostile}}`,
      }),
      await raw(shop.api, '/chat/config/teams', { body: hostile }),
    ];

    for (const answer of answers) {
      expect(answer.status).toBeLessThan(500);
      expectNothingInside(answer);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect((await shop.api.get('/chats')).status).toBe(200);
    expect((await shop.api.get(`/chats/${id}`)).body.polluted).toBeUndefined();
    expect((await shop.api.get('/profiles/zoe')).body.polluted).toBeUndefined();
  });

  test('in any call that takes one is a problem and never a failure of ours', async () => {
    const shop = await stage.shop();
    const { id, lastMessage } = await shop.chatFrom(aCustomer());
    const ids: Record<string, string> = {
      ...{ chatId: id, messageId: lastMessage.id, teamId: 'sales', agentId: 'ann', profileId: 'ann' },
      ...{ accountId: shop.accountId, tokenId: 'none', deliveryId: 'none' },
    };
    const routes = allRoutes.filter(
      (route) => route.body && route.path.startsWith('/apispaces/{apiSpaceId}/'),
    );
    const failures: string[] = [];

    for (const route of routes) {
      const { method, path } = route;
      const url = path
        .replace('/apispaces/{apiSpaceId}', '')
        .replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'none');
      const bodies = hostileTo(route.body);
      const answers = await Promise.all(
        bodies.map((body) => shop.api.call(method.toUpperCase(), url, { body })),
      );
      for (const answer of answers.filter(({ status }) => status >= 400 && status < 500))
        expectRefused(answer);
      const bad = bodies.filter((_, index) => (answers[index]?.status ?? 500) >= 500);
      failures.push(...bad.map((body) => `${method} ${path} ${body.slice(0, 80)}`));
    }

    expect(failures).toEqual([]);
    expect(routes.length).toBeGreaterThan(20);
  }, 60_000);

  test('does not keep others from being served', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const deep = `{"metadata": ${'['.repeat(60)}${']'.repeat(60)}, ${JSON.stringify(says('x')).slice(1)}`;

    const hostile = Promise.all(
      Array.from({ length: 50 }, () => raw(shop.api, `/chats/${id}/messages`, { body: deep })),
    );
    const other = await shop.api.get('/chats');
    const answers = await hostile;

    expect(other.status).toBe(200);
    for (const answer of answers) expect(answer.status).toBe(200);
  });
});
