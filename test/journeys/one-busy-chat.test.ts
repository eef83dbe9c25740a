import { Client } from 'pg';
import { aCustomer, onEachGateway, says } from '../support/shop';

const ROUNDS = 10;

onEachGateway('a chat that everybody calls about at once', (stage) => {
  /** Holds a chat in the database, as a slow node would; gives how to let go of it. SQLite has nobody else who could. */
  const hold = async (chatId: string): Promise<() => Promise<void>> => {
    const { databaseUrl } = stage.database;
    if (databaseUrl === undefined) return async () => undefined;
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('begin');
    await client.query('select 1 from chat where id = $1 for update', [chatId]);
    return async () => {
      await client.query('commit');
      await client.end();
    };
  };

  test('holds up none of the others, and each call is answered in the end', async () => {
    const shop = await stage.shop();
    const [busy, other] = [await shop.chatFrom(aCustomer()), await shop.chatFrom(aCustomer())];
    const read = { messageIds: [busy.lastMessage.id], status: 'read', timestamp: '2026-01-31T12:00:00Z' };
    const letGo = await hold(busy.id);

    const path = `/chats/${busy.id}`;
    const kinds = [
      (n: number) => shop.api.put(path, { name: `name ${n}` }),
      (n: number) => shop.api.put(`${path}/assign`, { teamId: 'sales', note: `again ${n}` }),
      () => shop.api.post(`${path}/messages/statusupdates`, [read]),
      (n: number) => shop.api.post(`${path}/messages`, says(`word ${n}`)),
    ];
    const calls = Array.from({ length: ROUNDS }, (_, n) => kinds.map((call) => call(n))).flat();
    const newcomer = aCustomer();
    for (let n = 0; n < 5; n += 1) {
      expect((await shop.api.put(`/chats/${other.id}`, { name: `other ${n}` })).status).toBe(200);
      expect((await shop.api.post(`/chats/${other.id}/messages`, says(`to another ${n}`))).status).toBe(200);
      expect((await shop.text(newcomer, `new ${n}`)).status).toBe(200);
    }
    await letGo();

    for (const { status, body } of await Promise.all(calls)) expect([status, body]).toEqual([200, body]);
    expect(await shop.said(busy.id)).toHaveLength(1 + ROUNDS);
    expect(await shop.chatsOf(newcomer)).toHaveLength(1);
  }, 30_000);
});
