import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import { type Body, openShop } from '../support/shop';
import { mountSmallDisk } from '../support/small-disk';
import type { TwilioSimulator } from '../support/sms-world';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

describe('a disk that is full (SQLite)', () => {
  const disk = mountSmallDisk(8);
  if ('whyNot' in disk) {
    test.skip(`is left out, because no small disk can be mounted here: ${disk.whyNot}`, () => {});
    return;
  }
  let gateway: SpawnedGateway | undefined;
  let sim: TwilioSimulator | undefined;

  afterAll(async () => {
    await gateway?.kill('SIGKILL');
    await sim?.stop();
    disk.unmount();
  });

  test('is answered with 503, acknowledges nothing, harms nothing, and heals when there is room', async () => {
    const ballast = path.join(disk.folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
    sim = await startTwilioSimulator({ autoCallbacks: false });
    const database = { dataDir: disk.folder, drop: () => Promise.resolve() };
    gateway = await spawnGateway({
      database,
      settings: { PARLEY_TWILIO_API_URL: sim.apiUrl, PARLEY_LOG_LEVEL: 'warn' },
    });
    const shop = await openShop(gateway, sim);
    const customer = '+447911123456';
    const acknowledged: string[] = [];
    const refused: { body: string; sid: string; status: number }[] = [];

    for (let n = 0; n < 2_000 && refused.length < 20; n += 1) {
      const body = `${n} ${'x'.repeat(8_000)}`;
      const { status, messageSid: sid } = await shop.text(customer, body);
      if (status === 200) acknowledged.push(body);
      else refused.push({ body, sid, status });
    }
    const alive = await fetch(`${gateway.origin}/healthz`);
    const write = await shop.api.post('/chat/config/teams', { name: 'x'.repeat(200) });
    const read = await shop.api.get('/chats');
    truncateSync(ballast, 0);
    const taken = await Promise.all(
      refused.map(({ body, sid }) =>
        until(async () => (await shop.text(customer, body, { sid })).status === 200),
      ),
    );

    expect(acknowledged.length).toBeGreaterThan(5);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(taken).toHaveLength(20);
    expect(alive.status).toBe(200);
    expect([201, 503]).toContain(write.status);
    expect(read.status).toBe(200);
    const [chat] = await shop.chatsOf(customer);
    const said = await messagesOf(shop.api.get.bind(shop.api), chat.id);
    expect(said.length).toBe(acknowledged.length + refused.length);
    expect(new Set(said)).toEqual(new Set([...acknowledged, ...refused.map(({ body }) => body)]));
    await gateway.kill('SIGTERM');
    expect(integrityOf(path.join(disk.folder, 'parley.db'))).toBe('ok');
    console.log(`${acknowledged.length} messages fitted, 20 more were refused with 503 and taken later`);
  }, 240_000);
});

function integrityOf(file: string): unknown {
  const database = new Database(file);
  try {
    return database.pragma('integrity_check', { simple: true });
  } finally {
    database.close();
  }
}

async function messagesOf(get: (path: string) => Promise<{ body: Body }>, chatId: string): Promise<string[]> {
  const texts: string[] = [];
  for (let from = 1; ; from += 100) {
    const { body } = await get(`/chats/${chatId}/events?from=${from}&limit=100`);
    texts.push(...body.map(({ data }: Body) => data.payload.parts[0].data));
    if (body.length < 100) return texts;
  }
}
