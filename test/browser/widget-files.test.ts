import { get } from 'node:http';
import { openWebShop } from '../journeys/web-chat/web-chat-world';
import { openSqlite, type TestDatabase } from '../support/databases';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';

const FILES = [
  ['/widget.js', 'text/javascript; charset=utf-8'],
  ['/texts/de.json', 'application/json; charset=utf-8'],
  ['/texts/ar.json', 'application/json; charset=utf-8'],
] as const;

/** An answer as it travels: not unpacked. */
interface Travelled {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly bytes: number;
}

describe('the files of the widget, as the build makes them', () => {
  let database: TestDatabase;
  let gateway: SpawnedGateway;
  let base: string;

  beforeAll(async () => {
    database = await openSqlite();
    gateway = await spawnGateway({ database });
    const { accountId } = await openWebShop(gateway);
    base = `${gateway.origin}/web-chat/${accountId}`;
  }, 180_000);
  afterAll(async () => {
    await gateway.kill('SIGTERM');
    await database.drop();
  });

  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    new Promise<Travelled>((resolve, reject) => {
      get(base + path, { headers, method }, (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes }));
      }).on('error', reject);
    });

  test.each(FILES)('%s travels once: then its ETag is enough', async (path, type) => {
    const first = await ask(path, { 'accept-encoding': 'br, gzip' });
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      ...{ 'content-type': type, 'content-encoding': 'br', etag: expect.stringMatching(/^"[\w-]{22}-br"$/) },
      ...{ 'access-control-allow-origin': '*', vary: expect.stringContaining('Accept-Encoding') },
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
    });
    expect(Number(first.headers['content-length'])).toBe(first.bytes);

    const etag = String(first.headers['etag']);
    const again = await ask(path, { 'accept-encoding': 'br, gzip', 'if-none-match': etag });
    expect(again).toMatchObject({ status: 304, bytes: 0, headers: { etag } });
    // As a cache between us and the browser writes it.
    expect(await ask(path, { 'accept-encoding': 'br', 'if-none-match': `"x", W/${etag}` })).toMatchObject({
      ...{ status: 304, bytes: 0 },
    });
    expect((await ask(path, { 'if-none-match': '"of another version"' })).status).toBe(200);
  });

  test.each(FILES)('%s is another representation in each encoding', async (path) => {
    const answers = await Promise.all(
      ['br', 'gzip', 'identity', 'br;q=0, gzip'].map((accepted) =>
        ask(path, { 'accept-encoding': accepted }),
      ),
    );
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([
      'br',
      'gzip',
      undefined,
      'gzip',
    ]);
    expect(new Set(answers.map(({ headers }) => headers['etag'])).size).toBe(3);
    const [br, gzip, plain] = answers.map(({ bytes }) => bytes);
    expect(br).toBeLessThan(plain ?? 0);
    expect(gzip).toBeLessThan(plain ?? 0);
    const head = await ask(path, { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(head).toMatchObject({ status: 200, bytes: 0, headers: { 'content-length': String(gzip) } });
  });

  test('what is no file of it is not there', async () => {
    for (const path of ['/texts/xx.json', '/texts/..%2Fwidget.js', '/widget', '/texts/', '/demo'])
      expect((await ask(path)).status).toBe(404);
  });
});
