import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sendRaw, statusOf } from '../../support/raw-http';
import { until } from '../../support/until';
import { onEachAppGateway, tokenOf } from './app-world';

const file = path.join(__dirname, '../../attacks/fixtures/naughty-strings/blns.json');
const NAUGHTY: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));

onEachAppGateway('attacks on an app', (stage) => {
  it('every naughty string is a text, a name and an id like any other', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const api = shop.as(ada);
    const ids = [...new Set(NAUGHTY)].filter(
      (text) => text.length > 0 && text.length <= 200 && text !== '.' && text !== '..' && text.isWellFormed(),
    );
    await inGroups(ids, async (id) => {
      const path = `/conversations/${encodeURIComponent(id)}`;
      const made = await api.post('/conversations', { id, name: id, description: id, isPublic: false });
      expect([id, made.status]).toEqual([id, 201]);
      const parts = [{ data: id, name: id, type: 'text/plain' }];
      const sent = await api.post(`${path}/messages`, { metadata: { [id]: id }, parts });
      expect([id, sent.status]).toEqual([id, 200]);
      const { messages } = (await api.get(`${path}/messages?limit=1`)).body;
      expect(messages[0]).toMatchObject({ parts: [{ data: id, name: id }], metadata: { [id]: id } });
      expect((await api.get(path)).body).toMatchObject({ id, name: id, description: id });
    });
    const chats = await shop.chatsOf('ada');
    expect(chats).toHaveLength(1);
    const said = (await shop.api.get(`/chats/${chats[0].id}/events?from=1&limit=1000`)).body;
    const texts = said.map(
      (event: { data: { payload: { parts: { data: string }[] } } }) => event.data.payload.parts[0]?.data,
    );
    expect([...texts].sort()).toEqual([...ids].sort());
  }, 120_000);

  it('queries and paths of every kind are answered, never a fault', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const api = shop.as(ada);
    await api.post('/conversations', { id: 'den', name: 'den', isPublic: false });
    const queries = [
      '',
      'limit=',
      'limit=x',
      'limit=-5&from=-7',
      'limit=1e9',
      'from=99999999999999',
      '%',
      '&&=&limit=2',
    ];
    const reads = queries.flatMap((query) => [`messages?${query}`, `events?${query}`]);
    const broken = ['%', '%E0%A4%A', '%00', '%ff', 'a%2500'];
    for (const read of [...reads.map((path) => `den/${path}`), ...broken])
      expect([200, 400, 404]).toContain((await api.get(`/conversations/${read}`)).status);
    for (const scope of ['public', 'participant', 'x', '__proto__', '%'])
      expect((await api.get(`/conversations?scope=${scope}`)).status).toBe(200);
    for (const [query, status] of [
      ['?id=', 204],
      ['?id=%', 204],
      ['?x=1', 400],
      ['', 400],
    ])
      expect((await api.delete(`/conversations/den/participants${query}`)).status).toBe(status);
    expect((await api.call('PATCH', '/conversations/den')).status).toBe(405);
    expect((await api.call('PUT', '/sessions/start')).status).toBe(405);
  });

  it('nobody gets a 304, whatever they say they have', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const first = await shop.as(ada).get('/profiles/ada');
    const headers = {
      'if-none-match': first.headers.get('etag') ?? '',
      'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString(),
    };
    const again = await shop.as(ada).get('/profiles/ada', { headers });
    expect(again.status).toBe(200);
    expect(again.headers.get('cache-control')).toBe('no-store');
  });

  it('a broken upgrade ends in a refusal or a closed line, and the gateway goes on', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const at = `${shop.api.base}/socket?token=${tokenOf(ada)}`;
    const upgrade = (more: readonly string[], target = at) =>
      [
        `GET ${target} HTTP/1.1`,
        'Host: x',
        'Connection: Upgrade',
        'Upgrade: websocket',
        ...more,
        '',
        '',
      ].join('\r\n');
    const good = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
    const { origin } = stage.gateway;
    expect(statusOf(await sendRaw(origin, upgrade(good), { silenceMs: 500 }))).toBe(101);
    expect(statusOf(await sendRaw(origin, upgrade([]), { silenceMs: 500 }))).toBe(400);
    expect(
      statusOf(
        await sendRaw(origin, upgrade(['Sec-WebSocket-Version: 99', good[1] ?? '']), { silenceMs: 500 }),
      ),
    ).toBe(400);
    expect(statusOf(await sendRaw(origin, upgrade(good, '//'), { silenceMs: 500 }))).toBe(404);
    expect(
      statusOf(
        await sendRaw(origin, upgrade(good, `${shop.api.base}/socket?token=${'x'.repeat(4_000)}`), {
          silenceMs: 500,
        }),
      ),
    ).toBe(401);
    // A frame that a server must not take: not masked, of a reserved kind, and longer than it says.
    const frame = Buffer.from([0x8b, 0x05, 1, 2, 3]);
    const bytes = Buffer.concat([Buffer.from(upgrade(good)), frame]);
    expect(statusOf(await sendRaw(origin, bytes, { silenceMs: 500 }))).toBe(101);
    await Promise.all(Array.from({ length: 100 }, () => sendRaw(origin, upgrade(good), { silenceMs: 1 })));
    await until(async () => (await fetch(`${origin}/readyz`)).ok);
    expect((await shop.as(ada).get('/conversations')).status).toBe(200);
  });

  it('what an app says never opens what is not its own', async () => {
    const [shop, other] = [await stage.shop(), await stage.shop()];
    const [ada, eve] = [await shop.install('ada'), await other.install('eve')];
    await Promise.all([ada.sdk.startSession(), eve.sdk.startSession()]);
    await shop.as(ada).post('/conversations', { id: 'den', name: 'den', isPublic: true });
    // The same id in another space is another conversation.
    expect((await other.as(eve).get('/conversations/den')).status).toBe(404);
    expect(
      (await other.as(eve).post('/conversations', { id: 'den', name: 'mine', isPublic: false })).status,
    ).toBe(201);
    expect((await shop.as(ada).get('/conversations/den')).body.name).toBe('den');
    // A session of an app is no access token.
    for (const path of ['/chats', '/chat/config', '/channels', '/events?after=0&limit=1', '/tokens'])
      expect([401, 403, 404]).toContain((await shop.as(ada).get(path)).status);
    expect((await shop.as(ada).post('/profiles', { id: 'x' })).status).toBe(405);
    expect((await shop.as(ada).delete('/profiles/ada')).status).toBe(405);
  });
});

const AT_ONCE = 16;

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE)
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
}
