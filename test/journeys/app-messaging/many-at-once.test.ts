import { Client } from 'pg';
import { must, onEachAppGateway } from './app-world';

const PEOPLE = 12;
const TURNS = 5;

onEachAppGateway('many who talk at the same time', (stage) => {
  /** Transactions that were rolled back on PostgreSQL since the database was made; on SQLite none. */
  const rolledBack = async (): Promise<number> => {
    const { databaseUrl } = stage.database;
    if (databaseUrl === undefined) return 0;
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    // Each connection tells what it did once a second at most.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { rows } = await client.query(
      'select xact_rollback::int as count from pg_stat_database where datname = current_database()',
    );
    await client.end();
    return rows[0].count;
  };

  test('customers and their agent at once: each word is there once, in its place, and nobody is in the way', async () => {
    const shop = await stage.shop();
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async (_, n) => {
        const id = `customer-${n}`;
        const device = await shop.install(id);
        await device.sdk.startSession();
        const app = shop.as(device);
        await must(app.post('/conversations', { id, name: id, isPublic: false }));
        await must(app.post(`/conversations/${id}/messages`, { parts: [{ data: 'hello' }] }));
        const [{ id: chatId }] = await shop.chatsOf(id);
        const say = (text: string) =>
          must(app.post(`/conversations/${id}/messages`, { parts: [{ data: text }] }));
        // With a key, as partners send: then its answer is kept by the same transaction.
        const answer = (text: string) =>
          must(
            shop.api.post(
              `/chats/${chatId}/messages`,
              { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: text }] },
              { headers: { 'idempotency-key': `${id} ${text}` } },
            ),
          );
        return { id, chatId, app, say, answer };
      }),
    );
    const before = await rolledBack();

    const all = people.flatMap(({ say, answer }) =>
      Array.from({ length: TURNS }, (_, n) => [say(`said ${n}`), answer(`answered ${n}`)]).flat(),
    );
    await Promise.all(all);

    expect(await rolledBack()).toBe(before);
    const words = Array.from({ length: TURNS }, (_, n) => [`said ${n}`, `answered ${n}`]).flat();
    for (const { id, chatId, app } of people) {
      const { body: events } = await shop.api.get(`/chats/${chatId}/events?from=0&limit=1000`);
      const numbers = events.map(({ id: number }: { id: number }) => number);
      expect(numbers).toEqual(numbers.map((_: number, index: number) => index + 1));
      const { body: chat } = await shop.api.get(`/chats/${chatId}/messages?limit=100`);
      const inChat = chat.messages.map(({ parts }: { parts: { data: string }[] }) => parts[0]?.data);
      expect(inChat).toHaveLength(2 * TURNS + 1);
      expect(new Set(inChat)).toEqual(new Set(['hello', ...words]));
      const { body: shown } = await must(app.get(`/conversations/${id}/messages?limit=100`));
      const inApp = shown.messages.map(({ parts }: { parts: { data: string }[] }) => parts[0]?.data);
      // In one order for everybody.
      expect(inApp).toEqual(inChat);
    }
  }, 60_000);
});
