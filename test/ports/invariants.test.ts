import { closed, deleted } from '../../core/model/chat';
import { newId } from '../../core/model/id';
import { setIdentities } from '../../core/store/accounts';
import { insertAddresses } from '../../core/store/arrivals';
import { insertChats, updateChats } from '../../core/store/chats';
import { appendEvents } from '../../core/store/events';
import { insertExternalIds } from '../../core/store/external-ids';
import { findAnswer, keepAnswer, reserveKey } from '../../core/store/idempotency';
import { insertReceipt } from '../../core/store/receipts';
import type { Store } from '../../core/store/store';
import type { Tx } from '../../core/store/tx';
import { aChat, anEvent, onEachStore } from '../support/stores';

const ACT = { by: 'test', at: 1_700_000_000_001 };

/** The outcomes of the same work in many transactions at once. */
function tenTimes<T>(store: Store, work: (tx: Tx, n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 10 }, (_, n) => store.transaction((tx) => work(tx, n))));
}

onEachStore('what the database itself holds', (store) => {
  describe("a provider's id names one message", () => {
    const anId = () => ({
      spaceId: newId(),
      accountId: newId(),
      externalId: 'SM1',
      messageId: newId(),
      piece: 0,
    });

    test('also in one call, and for each account anew', async () => {
      const id = anId();

      const first = await store().transaction((tx) =>
        insertExternalIds(tx, [id, { ...id, messageId: newId() }]),
      );
      const second = await store().transaction((tx) =>
        insertExternalIds(tx, [id, { ...id, accountId: newId() }]),
      );

      expect([first, second]).toEqual([
        [true, false],
        [false, true],
      ]);
    });

    test('however many transactions bring it at once', async () => {
      const id = anId();

      const outcomes = await tenTimes(store(), (tx) =>
        insertExternalIds(tx, [{ ...id, messageId: newId() }]),
      );

      expect(outcomes.flat().filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a customer has one active chat in a space', () => {
    test('until that is closed or deleted', async () => {
      const first = aChat();
      const another = () => aChat({ spaceId: first.spaceId });
      const insert = (...chats: ReturnType<typeof aChat>[]) =>
        store().transaction((tx) => insertChats(tx, chats));
      const [second, third] = [another(), another()];

      const outcomes = [
        await insert(first),
        await insert(another()),
        await store().transaction((tx) => updateChats(tx, [closed(first, 'closed', ACT)])),
        await insert(second, another()),
        await store().transaction((tx) => updateChats(tx, [deleted(second, ACT)])),
        await insert(third),
        await insert(aChat({ spaceId: first.spaceId, customerId: 'kim' }), aChat()),
      ];

      expect(outcomes).toEqual([[true], [false], undefined, [true, false], undefined, [true], [true, true]]);
    });

    test('however many transactions start one at once', async () => {
      const spaceId = newId();

      const outcomes = await tenTimes(store(), (tx) => insertChats(tx, [aChat({ spaceId })]));

      expect(outcomes.flat().filter(Boolean)).toHaveLength(1);
    });
  });

  describe('an event has its own number inside a chat', () => {
    test('a second with the same number is refused, with all of its transaction', async () => {
      const chatId = newId();
      const spaceId = newId();
      const append = (chatEventId: number) =>
        store().transaction((tx) => appendEvents(tx, [anEvent({ spaceId, chatId, chatEventId })]));
      await append(1);

      // better-sqlite3's errors are no instances of Error to Jest.
      const taken = { code: expect.stringMatching(/^(SQLITE_CONSTRAINT_UNIQUE|23505)$/) };
      await expect(append(1)).rejects.toMatchObject(taken);
      await expect(append(2)).resolves.toBeUndefined();
    });
  });

  describe('a key of idempotency is reserved once', () => {
    test('and gives the answer that was kept for it', async () => {
      const blank = {
        spaceId: newId(),
        key: 'k',
        request: 'post /x h',
        status: 0,
        answer: '{}',
        createdOn: 1,
      };
      const filled = { ...blank, status: 201, answer: '{"body":1}' };

      const first = await store().transaction((tx) => reserveKey(tx, blank));
      await store().transaction((tx) => keepAnswer(tx, filled));
      const second = await store().transaction((tx) => reserveKey(tx, { ...blank, request: 'other' }));
      const elsewhere = await store().transaction((tx) => reserveKey(tx, { ...blank, spaceId: newId() }));

      expect([first, second, elsewhere]).toEqual([true, false, true]);
      expect(await store().read((tx) => findAnswer(tx, blank.spaceId, 'k'))).toEqual(filled);
    });
  });

  test('an address belongs to one person', async () => {
    const address = {
      spaceId: newId(),
      channelId: 'sms',
      address: '+447911123456',
      canReply: true,
      createdOn: 1,
    };

    const outcomes = await tenTimes(store(), (tx, n) =>
      insertAddresses(tx, [{ ...address, profileId: `p${n}` }]),
    );

    expect(outcomes.flat().filter(Boolean)).toHaveLength(1);
  });

  test('a number belongs to one account of a space', async () => {
    const spaceId = newId();
    const account = () => ({ id: newId(), spaceId, adapter: 'twilio' });
    const take = (numbers: string[]) => store().transaction((tx) => setIdentities(tx, account(), numbers));

    expect(await take(['+1', '+2'])).toBeUndefined();
    expect(await take(['+3', '+2'])).toBe('+2');
  });

  test('a receipt of one state is kept once for each piece', async () => {
    const receipt = { spaceId: newId(), messageId: newId(), piece: 0, state: 'delivered' as const, at: 1 };

    const outcomes = await tenTimes(store(), (tx) => insertReceipt(tx, receipt));
    const other = await store().transaction((tx) => insertReceipt(tx, { ...receipt, piece: 1 }));

    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(other).toBe(true);
  });
});
