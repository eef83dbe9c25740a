import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sms from '../../adapters/sms/index';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import { expectProblem } from '../support/problems';
import { type StoppableServer, startPostgres } from '../support/servers';
import { aCustomer, openShop, type Shop } from '../support/shop';
import type { TwilioSimulator } from '../support/sms-world';
import { startGateway, type TestGateway } from '../support/start-gateway';
import { until } from '../support/until';

const hasPostgres = process.env['PARLEY_TEST_POSTGRES'] !== undefined;

(hasPostgres ? describe : describe.skip)('a PostgreSQL that goes away', () => {
  let server: StoppableServer;
  let gateway: TestGateway;
  let sim: TwilioSimulator;
  let dataDir: string;
  let shop: Shop;

  beforeAll(async () => {
    const started = await startPostgres();
    if (!started) throw new Error('there is no PostgreSQL');
    server = started;
    sim = await startTwilioSimulator();
    dataDir = mkdtempSync(path.join(tmpdir(), 'parley-test-'));
    const database = { dataDir, databaseUrl: server.url, drop: () => Promise.resolve() };
    gateway = await startGateway({
      database,
      definitions: [sms],
      settings: { PARLEY_TWILIO_API_URL: sim.apiUrl },
    });
    shop = await openShop(gateway, sim);
  }, 240_000);
  afterAll(async () => {
    await gateway?.stop();
    await sim?.stop();
    await server?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const statusOf = async (url: string) => {
    const response = await fetch(gateway.origin + url);
    await response.text();
    return response.status;
  };

  test('is answered with 503 everywhere, acknowledges nothing, and is back by itself', async () => {
    const customer = aCustomer();
    const chat = await shop.chatFrom(customer, 'before');
    await server.crash();

    const webhook = await shop.text(customer, 'during');
    const read = await shop.api.get(`/chats/${chat.id}`);
    const write = await shop.answer(chat.id, 'during');
    const ready = await statusOf('/readyz');
    const alive = await statusOf('/healthz');
    await server.restart();
    const came = Date.now();
    await until(async () => (await statusOf('/readyz')) === 200);
    const tookMs = Date.now() - came;
    const again = await shop.text(customer, 'during', { sid: webhook.messageSid });

    expect(webhook.status).toBe(503);
    for (const answer of [read, write]) {
      expectProblem(answer, 'unavailable');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect({ ready, alive }).toEqual({ ready: 503, alive: 200 });
    expect(tookMs).toBeLessThan(10_000);
    expect(again.status).toBe(200);
    expect(await shop.said(chat.id)).toEqual(['before', 'during']);
    console.log(`ready ${tookMs} ms after PostgreSQL was back`);
  }, 240_000);

  test('again and again, while messages come in and go out, loses nothing and doubles nothing', async () => {
    sim.autoCallbacks(false);
    const customers = Array.from({ length: 10 }, aCustomer);
    const chats = await Promise.all(customers.map((customer) => shop.chatFrom(customer, `${customer} in 0`)));
    const untilTaken = async (run: () => Promise<{ status: number }>) => {
      await until(async () => (await run()).status === 200, { patienceMs: 40_000 });
    };
    const talks = customers.map(async (customer, index) => {
      for (let n = 1; n <= 10; n += 1) {
        const sid = `SM${customer}${n}`;
        await untilTaken(() => shop.text(customer, `${customer} in ${n}`, { sid }));
        const key = { headers: { 'idempotency-key': `${customer} ${n}` } };
        const message = {
          from: { profileId: 'ann' },
          parts: [{ type: 'text/plain', data: `${customer} out ${n}` }],
        };
        await untilTaken(() => shop.api.post(`/chats/${chats[index].id}/messages`, message, key));
      }
    });

    for (let outage = 0; outage < 3; outage += 1) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await server.crash();
      await server.restart();
    }
    await Promise.all(talks);

    for (const [index, customer] of customers.entries()) {
      const expected = Array.from({ length: 10 }, (_, n) => [
        `${customer} in ${n + 1}`,
        `${customer} out ${n + 1}`,
      ]);
      expect(await shop.said(chats[index].id)).toEqual([`${customer} in 0`, ...expected.flat()]);
      // What was under way when the database went is looked up when its claim has run out; the crash tests wait for that.
      const sent = shop.sentTo(customer).map(({ body }) => body);
      expect(sent).toEqual(expected.map(([, out]) => out).slice(0, sent.length));
    }
  }, 360_000);
});
