import { newId } from '../../core/model/id';
import { insertChats, lockChat } from '../../core/store/chats';
import {
  findConversation,
  insertConversation,
  insertParticipants,
  participantsOf,
  type StoredConversation,
} from '../../core/store/conversations';
import { madeNow } from '../../core/store/made';
import { sql } from '../../core/store/tx';
import type { ConversationDetails } from '../../plugins/contract/index';
import { aChat, onEachStore } from '../support/stores';

const AT = 1_700_000_000_000;
const MAY = { canSend: true, canAddParticipants: true, canRemoveParticipants: true };
const DETAILS: ConversationDetails = {
  name: 'Den',
  isPublic: false,
  roles: { owner: MAY, participant: { ...MAY, canAddParticipants: false } },
};

function aConversation(spaceId: string, id: string): StoredConversation {
  const numbers = { lastEventId: 0, latestSentEventId: 0 };
  return { ...DETAILS, ...numbers, spaceId, id, accountId: newId(), ...madeNow({ by: 'test', at: AT }) };
}

onEachStore('a question that stays prepared', (store) => {
  const seat = (spaceId: string, conversationId: string, id: string, joinedOn: number) =>
    ({ spaceId, conversationId, id, role: 'participant', joinedOn }) as const;

  test('is answered as before when a newer node has added a column', async () => {
    const conversation = aConversation(newId(), 'a/b ?');
    await store().transaction((tx) => insertConversation(tx, conversation));
    const find = () => store().read((tx) => findConversation(tx, conversation.spaceId, conversation.id));
    const before = await find();
    // On PostgreSQL a kept `select *` would now fail: "cached plan must not change result type".
    await store().transaction((tx) => sql(tx).db.raw('alter table conversation add column newer text'));
    try {
      expect(await find()).toEqual(before);
      expect(before).toEqual(conversation);
    } finally {
      await store().transaction((tx) => sql(tx).db.raw('alter table conversation drop column newer'));
    }
  });

  test('about many keys gives the rows of each, in order, and of no other', async () => {
    const [spaceId, other] = [newId(), newId()];
    const seats = [
      seat(spaceId, 'one', 'late', AT + 2),
      seat(spaceId, 'two', 'early', AT),
      seat(spaceId, 'one', 'bo', AT + 1),
      seat(spaceId, 'one', 'ada', AT + 1),
      seat(spaceId, 'three', 'nobody', AT),
      seat(other, 'one', 'stranger', AT),
    ];
    await store().transaction((tx) => insertParticipants(tx, seats));
    const of = (ids: readonly string[]) =>
      store().read(async (tx) => (await participantsOf(tx, spaceId, ids)).map(({ id }) => id));
    expect(await of(['two', 'one', 'unknown'])).toEqual(['early', 'ada', 'bo', 'late']);
    expect(await of([])).toEqual([]);
  });

  test('holds what it gives until the transaction ends', async () => {
    const chat = aChat();
    await store().transaction((tx) => insertChats(tx, [chat]));
    const done: string[] = [];
    let isHeld = () => {};
    const holding = new Promise<void>((resolve) => {
      isHeld = resolve;
    });
    const first = store().transaction(async (tx) => {
      await lockChat(tx, chat.spaceId, chat.id);
      isHeld();
      // Long enough for the other one to get there, were nothing held.
      for (let round = 0; round < 5; round += 1)
        await store().read((reading) => findConversation(reading, chat.spaceId, 'none'));
      done.push('first');
    });
    await holding;
    const second = store().transaction(async (tx) => {
      await lockChat(tx, chat.spaceId, chat.id);
      done.push('second');
    });
    await Promise.all([first, second]);
    expect(done).toEqual(['first', 'second']);
  });
});
