import { tablesThatHold } from '../../support/all-rows';
import { onEachDatabase, type TestDatabase } from '../../support/databases';
import { FAKE_SECRET, fakeChannel } from '../../support/fake-channel';
import { expectInvalid } from '../../support/problems';
import { until } from '../../support/until';
import { toldOf } from './visitor';
import { must, onWebGateway, textsOf } from './web-chat-world';

const mail = fakeChannel({ id: 'fake-email', channel: 'email' });

onEachDatabase('a visitor who is forgotten', (openOne) => {
  let database: TestDatabase | undefined;
  const open = async () => {
    database = await openOne();
    return database;
  };

  onWebGateway(
    'in a web chat',
    (stage) => {
      it('is out at once, and their address goes with them; on the same page they are somebody without a name', async () => {
        const shop = await stage.shop({ leaving: { mode: 'agent' } });
        const settings = { name: `help-${shop.accountId}`, secret: FAKE_SECRET };
        await must(shop.api.post('/channels', { kind: 'email', name: 'Mail', teamId: 'sales', settings }));
        const visitor = shop.visitor();
        const email = 'ada.byron@home.example';
        await must(visitor.say('hello', { preChat: { name: 'Ada', email } }));
        const stream = await visitor.listen();
        const [chat] = await shop.chatsOf(visitor.profileId);

        await must(shop.api.delete(`/profiles/${visitor.profileId}`));

        expect((await visitor.call('GET', '/messages')).status).toBe(401);
        await until(() => toldOf(stream, 'ended').length > 0);
        // The log tells what was said of a person when it was said.
        expect(await tablesThatHold(database as TestDatabase, email)).toEqual(['event']);
        const refused = await shop.api.put(`/chats/${chat.id}/channel`, { channelId: 'email' });
        expectInvalid(refused, 'channelId');
        const before = visitor.profileId;
        await must(visitor.open());
        expect(visitor.profileId).toBe(before);
        const { body: profile } = await shop.api.get(`/profiles/${before}`);
        expect(profile).not.toHaveProperty('name');
        expect(profile).not.toHaveProperty('email');
        expect(textsOf((await visitor.history()).messages)).toEqual(['hello']);
      });

      it('who comes in just then is out as well, or somebody new: never a session of nobody', async () => {
        const shop = await stage.shop();
        for (let round = 0; round < 20; round += 1) {
          const visitor = shop.visitor();
          await must(visitor.open());
          const { profileId, credential } = visitor;
          const tabs = Array.from({ length: 4 }, () => Object.assign(shop.visitor(), { credential }));

          await Promise.all([
            must(shop.api.delete(`/profiles/${profileId}`)),
            ...tabs.map((tab) => must(tab.open())),
          ]);

          for (const tab of tabs) {
            if ((await tab.call('GET', '/messages')).status === 401) continue;
            await must(tab.say('hello'));
            expect(await shop.chatsOf(profileId)).toHaveLength(1);
          }
        }
      });
    },
    { open, definitions: [mail.definition] },
  );
});
