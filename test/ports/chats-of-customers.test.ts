import { type Chat, closed } from '../../core/model/chat';
import { newId } from '../../core/model/id';
import { holdActiveChats, holdChatsOfAddresses, insertAddresses } from '../../core/store/arrivals';
import { insertChats, updateChats } from '../../core/store/chats';
import type { Store } from '../../core/store/store';
import { type IndexReads, watchIndexReads } from '../support/index-reads';
import { aChat, onEachStore, onPostgresStore } from '../support/stores';

const ACT = { by: 'test', at: 1_700_000_000_000 };
const CHANNEL = 'sms';

const someChats = (count: number): Chat[] => {
  const spaceId = newId();
  return Array.from({ length: count }, (_, n) => aChat({ spaceId, customerId: `customer ${n}` }));
};
const addressOf = (chat: Chat) => ({
  ...{ spaceId: chat.spaceId, channelId: CHANNEL, address: `address of ${chat.customerId}` },
  ...{ profileId: chat.customerId, canReply: true, createdOn: ACT.at },
});
const keep = (store: Store, chats: readonly Chat[]) =>
  store.transaction(async (tx) => {
    await insertAddresses(tx, chats.map(addressOf));
    await insertChats(tx, chats);
  });
const meet = (store: Store, chats: readonly Chat[]) =>
  store.routine((tx) => holdChatsOfAddresses(tx, chats.map(addressOf)));
const find = (store: Store, chats: readonly Chat[]) => store.routine((tx) => holdActiveChats(tx, chats));
const idsOf = (chats: Iterable<Chat>) => new Set([...chats].map(({ id }) => id));

onEachStore('the chats of customers', (store) => {
  test('are found by address and by customer, and only the active ones', async () => {
    const [active, over, gone] = someChats(3) as [Chat, Chat, Chat];
    await keep(store(), [active, over, gone]);
    await store().transaction((tx) =>
      updateChats(tx, [closed(over, 'done', ACT), { ...gone, deletedOn: ACT.at }]),
    );
    const stranger = aChat({ spaceId: active.spaceId, customerId: 'stranger' });

    const all = [active, over, gone, stranger];
    const { owners, active: met } = await meet(store(), all);

    expect(new Set(owners.values())).toEqual(
      new Set([active, over, gone].map(({ customerId }) => customerId)),
    );
    expect(idsOf(met.values())).toEqual(idsOf([active]));
    expect(idsOf((await find(store(), all)).values())).toEqual(idsOf([active]));
  });

  test('that are closed while one waits for them are none, and their customers are known all the same', async () => {
    const chats = someChats(2) as [Chat, Chat];
    await keep(store(), chats);
    let asked: Promise<unknown[]> = Promise.resolve([]);

    await store().transaction(async (tx) => {
      await updateChats(tx, [closed(chats[0], 'done', ACT)]);
      asked = Promise.all([meet(store(), chats), find(store(), chats)]);
      asked.catch(() => undefined); // met below
      // Long enough for the others to have come as far as they can.
      await new Promise((resolve) => setTimeout(resolve, 200));
    });

    const [met, found] = (await asked) as [
      Awaited<ReturnType<typeof meet>>,
      Awaited<ReturnType<typeof find>>,
    ];
    expect(new Set(met.owners.values())).toEqual(new Set(['customer 0', 'customer 1']));
    expect(idsOf(met.active.values())).toEqual(idsOf([chats[1]]));
    expect(idsOf(found.values())).toEqual(idsOf([chats[1]]));
  });
});

onPostgresStore('the chats of known customers', (store, database) => {
  let reads: IndexReads;
  beforeAll(async () => {
    reads = await watchIndexReads(store(), database());
  });
  afterAll(() => reads?.close());

  test('are found one by one, whatever the database believes of the tables', async () => {
    await reads.learnNothingOf(['chat', 'address']);
    const [, ...few] = someChats(2);
    // Planned, and prepared, while there is nothing.
    for (let n = 0; n < 10; n += 1) {
      await meet(store(), few);
      await find(store(), few);
    }
    const chats = someChats(20_000);
    for (let n = 0; n < chats.length; n += 2_000) await keep(store(), chats.slice(n, n + 2_000));
    const known = chats.filter((_, n) => n % 200 === 0);
    const before = await reads.of('chat');

    const { active } = await meet(store(), known);
    const found = await find(store(), known);

    expect(idsOf(active.values())).toEqual(idsOf(known));
    expect(idsOf(found.values())).toEqual(idsOf(known));
    // Each customer's chat is looked for by the customer, and then by its id.
    const read = (await reads.of('chat')) - before;
    expect(read).toBeGreaterThanOrEqual(4 * known.length);
    expect(read).toBeLessThan(8 * known.length);
  }, 60_000);
});
