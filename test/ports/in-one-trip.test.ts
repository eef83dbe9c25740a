import { findChat, insertChats, lockChat, updateChats } from '../../core/store/chats';
import { together } from '../../core/store/together';
import { aChat, onEachStore } from '../support/stores';

// Teams, presence and hand-out ask "hold it, then read" in one trip: what is read must be how it is when it is held.
onEachStore('statements that are asked in one trip', (store) => {
  it('run in the order in which they were asked', async () => {
    const chat = aChat();
    const { spaceId, id } = chat;

    const seen = await store().transaction((tx) =>
      together([
        findChat(tx, spaceId, id),
        insertChats(tx, [chat]),
        findChat(tx, spaceId, id),
        updateChats(tx, [{ ...chat, name: 'renamed' }]),
        findChat(tx, spaceId, id),
      ]),
    );

    expect([seen[0], seen[2]?.name, seen[4]?.name]).toEqual([undefined, 'chat', 'renamed']);
  });

  it('read behind a row that is held what was committed while they waited for it', async () => {
    const chat = aChat();
    const { spaceId, id } = chat;
    await store().transaction((tx) => insertChats(tx, [chat]));
    let release = () => {};
    const isHeld = new Promise<void>((held) => {
      void store().transaction(async (tx) => {
        await lockChat(tx, spaceId, id);
        await updateChats(tx, [{ ...chat, name: 'renamed' }]);
        held();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      });
    });
    await isHeld;

    const reading = store().transaction((tx) =>
      together([lockChat(tx, spaceId, id), findChat(tx, spaceId, id)]),
    );
    setTimeout(() => release(), 200);

    const names = (await reading).map((one) => one?.name);
    expect(names).toEqual(['renamed', 'renamed']);
  });
});
