import { allRoutes } from '../../core/http/routes/all';
import type { Answer } from '../support/api';
import { expectInvalid, expectProblem, expectRefused } from '../support/problems';
import { aCustomer, onEachGateway, says } from '../support/shop';

const STRANGE = [
  ...['a%00b', '%ZZ', '%E0%80', '..%2F..%2Fetc%2Fpasswd', '__proto__', '%F0%9F%92%A9', "'%20or%201=1--"],
  ...[
    '%0d%0aSet-Cookie:x=1',
    '00000000-0000-7000-8000-000000000000',
    '01A206CA-768B-7F25-8700-659233155258',
    'x'.repeat(5_000),
  ],
];

onEachGateway('a strange id', (stage) => {
  // A stream that is granted never ends; its own tests say what it refuses.
  const inSpace = allRoutes.filter(
    ({ path }) => path.startsWith('/apispaces/{apiSpaceId}/') && !path.endsWith('/stream'),
  );

  test('in any place of any path is refused, and never a failure of ours', async () => {
    const shop = await stage.shop();
    const { id, lastMessage } = await shop.chatFrom(aCustomer());
    const good: Record<string, string> = {
      ...{ apiSpaceId: shop.api.base.split('/').at(-1) ?? '', chatId: id, messageId: lastMessage.id },
      ...{
        teamId: 'sales',
        agentId: 'ann',
        profileId: 'ann',
        accountId: shop.accountId,
        tokenId: 'x',
        deliveryId: 'x',
      },
    };
    const root = stage.gateway.partner.as(shop.api.token);
    const wrong: string[] = [];

    for (const { method, path } of inSpace) {
      const body = ['get', 'delete'].includes(method) ? undefined : {};
      const urls = strangeUrls(path, good);
      const answers = await Promise.all(urls.map((url) => root.call(method.toUpperCase(), url, { body })));
      const bad = urls.filter((_, index) => !isRefused(answers[index]));
      wrong.push(...bad.map((url) => `${answers[urls.indexOf(url)]?.status} ${method} ${url.slice(0, 150)}`));
    }

    expect(wrong).toEqual([]);
    expect((await shop.api.get(`/chats/${id}`)).status).toBe(200);
  }, 60_000);

  test('in any query is refused or finds nothing, and never a failure of ours', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const values = [...STRANGE, '', '1.5', '99999999999999999999', '2026-13-45T99:99:99Z'];
    const wrong: string[] = [];

    for (const { method, path, query } of inSpace) {
      const url = path.replace('/apispaces/{apiSpaceId}', '').replace('{chatId}', id);
      const urls = Object.keys(query?.shape ?? {}).flatMap((name) =>
        values.map((value) => `${url}?${name}=${value}${neededBy(url)}`),
      );
      const answers = await Promise.all(urls.map((one) => shop.api.call(method.toUpperCase(), one)));
      const failures = answers.filter((answer) => answer.status !== 200 && !isRefused(answer));
      for (const failure of failures)
        wrong.push(`${failure.status} ${urls[answers.indexOf(failure)]?.slice(0, 150)}`);
    }

    expect(wrong).toEqual([]);
  }, 60_000);

  test('as a cursor that we did not give is a 400 that names it', async () => {
    const { api } = await stage.shop();
    const ours = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

    for (const path of ['/chats', '/profiles', '/quarantine'])
      for (const cursor of ['x', '%00', 'e30', ours({}), ours([]), ours([7]), ours('x'), ours([null])])
        expectInvalid(await api.get(`${path}?cursor=${cursor}`), 'cursor');
    for (const path of ['/chats', '/quarantine'])
      for (const forged of ['not an id', 'a\0b', "' or 1=1 --", '']) {
        const answer = await api.get(`${path}?cursor=${ours([forged])}`);
        expectInvalid(answer, 'cursor');
      }
    expectRefused(await api.get(`/profiles?cursor=${ours(['a\0b'])}`));
  });

  test('given for something new is kept as it is, or refused', async () => {
    const { api } = await stage.shop();
    const ids = [
      'a/b',
      'a b',
      'ünï',
      '💩',
      '%00',
      '..',
      '.',
      '__proto__',
      'constructor',
      "'",
      'x'.repeat(200),
    ];

    for (const id of ids) {
      const made = await api.post('/chat/config/teams', { id, name: 'T' });
      const read = await api.get(`/chat/config/teams/${encodeURIComponent(id)}`);
      expect({ id, made: made.status }).toEqual({ id, made: 201 });
      // A client cannot send a path that ends in dots: it would walk up instead.
      if (id !== '.' && id !== '..') expect({ id, read: read.body.id }).toEqual({ id, read: id });
    }
    expectInvalid(await api.post('/chat/config/teams', { id: 'x'.repeat(201), name: 'T' }), 'id');
    expectInvalid(await api.post('/chat/config/teams', { id: '', name: 'T' }), 'id');
  });

  test('as a precondition or a key in a header is refused or without effect', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());

    for (const value of ['x', '"', 'W/"0-1"', '""', "'", 'x'.repeat(5_000)])
      expectProblem(
        await shop.api.put(`/chats/${id}`, { name: 'n' }, { headers: { 'if-match': value } }),
        'precondition-failed',
      );
    const strangeKey = { headers: { 'idempotency-key': '__proto__' } };
    expect((await shop.api.post(`/chats/${id}/messages`, says('x'), strangeKey)).status).toBe(200);
  });

  test('that cannot be decoded is refused wherever it stands', async () => {
    for (const path of [
      '/%ZZ',
      '/apispaces/%E0%80',
      '/media/%FF',
      '/docs/%00',
      '/docs/..%2f..%2f..%2fpackage.json',
      '/channels/%ZZ/webhook',
    ]) {
      const response = await fetch(stage.gateway.origin + path);
      const text = await response.text();
      expect({ path, isRefused: response.status >= 400 && response.status < 500 }).toEqual({
        path,
        isRefused: true,
      });
      expect(text).not.toMatch(/node_modules|\bat .*:\d+:\d+/);
    }
  });
});

// What a query must have beside the value that is tried.
function neededBy(url: string): string {
  if (url.endsWith('/messages')) return '&limit=1';
  return /^\/chats.*\/events$/.test(url) ? '&from=0&limit=1' : '';
}

/** The path once for each of its ids and each strange value in the place of that id. */
function strangeUrls(path: string, good: Readonly<Record<string, string>>): string[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  return names.flatMap((name) =>
    STRANGE.map((strange) =>
      path.replace(/\{(\w+)\}/g, (_, one: string) => (one === name ? strange : (good[one] ?? ''))),
    ),
  );
}

function isRefused(answer: Answer | undefined): boolean {
  if (!answer || answer.status < 400 || answer.status >= 500) return false;
  return answer.headers.get('content-type') === 'application/problem+json' && answer.body.detail !== '';
}
