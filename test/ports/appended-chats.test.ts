import { type Chat, withMessage } from '../../core/model/chat';
import { newId } from '../../core/model/id';
import { appendedChats } from '../../core/store/appended-chats';
import { chatsWrittenBetween, findChat, insertChats, listChats } from '../../core/store/chats';
import { appendEventsWith } from '../../core/store/events';
import { aChat, onEachStore } from '../support/stores';

const HOUR_MS = 3_600_000;
const START = 1_700_000_000_000;

/** A chat after one more message of its customer. */
function written(chat: Chat, at: number, accountId: string): Chat {
  const route = { accountId, own: '+441632960001', address: '+447700900123' };
  const message = { id: newId(), direction: 'inbound', sentOn: at, isAutomatedSend: false, route } as const;
  return withMessage(chat, message, { by: 'test', at });
}

onEachStore('a chat that got messages', (store) => {
  const append = (...changes: { before: Chat; after: Chat }[]) =>
    store().transaction((tx) => appendEventsWith(tx, [], appendedChats(changes)));
  const aStored = async () => {
    const chat = aChat();
    await store().transaction((tx) => insertChats(tx, [chat]));
    return chat;
  };
  const updatedSince = (chat: Chat, at: number) =>
    store().read(async (tx) => {
      const filter = { includeClosed: false, includeDeleted: false, limit: 10 };
      return (await listChats(tx, { spaceId: chat.spaceId, updatedSince: at, ...filter })).length;
    });
  const writtenBetween = (accountId: string, after: number, upTo: number) =>
    store().read(async (tx) =>
      (await chatsWrittenBetween(tx, { accountId, after, upTo, limit: 10 })).map(({ id }) => id),
    );

  test('is as they left it, whether the hour and the way stayed or not', async () => {
    const [one, other] = [await aStored(), await aStored()];
    const account = newId();
    const first = written(one, START + 5, account);
    const afterwards = [written(first, START + 10, account), written(other, START + 3 * HOUR_MS, account)];

    await append({ before: one, after: first });
    await append(
      { before: first, after: afterwards[0] ?? one },
      { before: other, after: afterwards[1] ?? other },
    );

    const found = await store().read((tx) =>
      Promise.all(afterwards.map(({ spaceId, id }) => findChat(tx, spaceId, id))),
    );
    expect(found).toEqual(afterwards);
  });

  test('is found by when it changed: to the millisecond, in the same hour and after it', async () => {
    const chat = await aStored();
    const soon = written(chat, START + 10, newId());
    await append({ before: chat, after: soon });

    expect(await updatedSince(chat, START + 10)).toBe(1);
    expect(await updatedSince(chat, START + 11)).toBe(0);

    const later = written(soon, START + 5 * HOUR_MS, newId());
    await append({ before: soon, after: later });

    expect(await updatedSince(chat, START + 5 * HOUR_MS)).toBe(1);
    expect(await updatedSince(chat, START + 5 * HOUR_MS + 1)).toBe(0);
  });

  test('is found by when its customer wrote last, by the account of the last way', async () => {
    const chat = await aStored();
    const [before, after] = [newId(), newId()];
    const first = written(chat, START + 10, before);
    const second = written(first, START + 20, after);

    await append({ before: chat, after: first });
    expect(await writtenBetween(before, START + 9, START + 10)).toEqual([chat.id]);
    expect(await writtenBetween(before, START + 10, START + HOUR_MS)).toEqual([]);

    await append({ before: first, after: second });
    expect(await writtenBetween(before, START, START + HOUR_MS)).toEqual([]);
    expect(await writtenBetween(after, START, START + HOUR_MS)).toEqual([chat.id]);
  });
});
