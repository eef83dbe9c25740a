import { fakeChannel } from '../../support/fake-channel';
import { expectInvalid } from '../../support/problems';
import { aCustomer, onEachGateway } from '../../support/shop';
import { until } from '../../support/until';
import { aTeamShop, capacity, must } from './team-world';

const letters = fakeChannel({ id: 'letters' });

onEachGateway(
  'a chat that waits',
  (stage) => {
    test('comes to an agent who is there, at once, and the log says by whom', async () => {
      const shop = await aTeamShop(stage);
      await shop.is('ann', 'available');

      const { id } = await shop.arrival();

      await shop.ownedBy(id, 'ann');
      const [told] = await shop.logged('chat.assigned');
      expect(told?.payload).toEqual({
        id,
        teamId: 'sales',
        agentId: 'ann',
        previousTeamId: 'sales',
        decision: { by: 'leastBusy' },
        by: 'gateway',
      });
    });

    test('waits while nobody is there, and is the first to go when somebody comes', async () => {
      const shop = await aTeamShop(stage);
      await capacity(shop.api, 'ann', 1);
      const older = await shop.arrival();
      const newer = await shop.arrival();

      await shop.is('ann', 'available');

      await shop.ownedBy(older.id, 'ann');
      expect(await shop.ownerOf(newer.id)).toBeUndefined();
      await must(shop.api.put(`/chats/${older.id}/close`, {}));
      await shop.ownedBy(newer.id, 'ann');
    });

    test.each(['away', 'offline', 'draining'])('goes to nobody who is %s', async (status) => {
      const shop = await aTeamShop(stage);
      await shop.is('ann', 'available');
      await shop.is('ann', status);
      const { id } = await shop.arrival();

      await shop.is('bob', 'available');

      await shop.ownedBy(id, 'bob');
    });

    test('goes to the one with fewer, and in turn where both have as many', async () => {
      const shop = await aTeamShop(stage);
      await shop.is('ann', 'available');
      const [first, second] = [await shop.arrival(), await shop.arrival()];
      await Promise.all([shop.ownedBy(first.id, 'ann'), shop.ownedBy(second.id, 'ann')]);

      await shop.is('bob', 'available');
      const later = [await shop.arrival(), await shop.arrival()];

      for (const { id } of later) await shop.ownedBy(id, 'bob');
    });

    test('goes round by round robin', async () => {
      const shop = await aTeamShop(stage, { strategy: 'roundRobin' });
      for (const agent of ['ann', 'bob']) await shop.is(agent, 'available');

      const owners: unknown[] = [];
      for (let n = 0; n < 4; n += 1) {
        const { id } = await shop.arrival();
        owners.push(await until(() => shop.ownerOf(id)));
      }

      expect(owners).toEqual(['ann', 'bob', 'ann', 'bob']);
    });

    test('comes to whoever had its customer last, where that is wanted', async () => {
      const shop = await aTeamShop(stage, { strategy: 'roundRobin', lastAgentFirst: true });
      await shop.is('bob', 'available');
      const customer = aCustomer();
      const before = await shop.chatFrom(customer);
      await shop.ownedBy(before.id, 'bob');
      await must(shop.api.put(`/chats/${before.id}/close`, {}));
      await shop.is('ann', 'available');

      const again = await shop.chatFrom(customer);

      await shop.ownedBy(again.id, 'bob');
      const told = await shop.logged('chat.assigned', 2);
      expect(told.map(({ payload }) => payload.decision.by)).toEqual(['roundRobin', 'lastAgent']);
    });

    test('never brings more than an agent can do, each channel with its own weight', async () => {
      const shop = await aTeamShop(stage, { weights: { letters: 3 } });
      await capacity(shop.api, 'ann', 4);
      const { webhookUrl } = await shop.connect(letters);
      await letters.write(webhookUrl, { from: 'zoe', text: 'a letter' });
      await letters.write(webhookUrl, { from: 'yve', text: 'a letter' });
      const texts = [await shop.arrival(), await shop.arrival()];

      await shop.is('ann', 'available');

      // A letter and one text fill her; what is lighter may pass what does not fit.
      await shop.ownedBy(texts[0].id, 'ann');
      const { body: hers } = await shop.api.get('/chats?agentId=ann');
      expect(hers.map((chat: { channelId: string }) => chat.channelId).sort()).toEqual(['letters', 'sms']);
      expect(await shop.ownerOf(texts[1].id)).toBeUndefined();
      await capacity(shop.api, 'ann', 5);
      await shop.ownedBy(texts[1].id, 'ann');
    });

    test('comes to somebody who joins the team, and to one of another team after a transfer', async () => {
      const shop = await aTeamShop(stage);
      await shop.rules({}, 'support');
      await shop.is('cid', 'available');
      const [first, second] = [await shop.arrival(), await shop.arrival()];

      await must(shop.api.put(`/chats/${first.id}/assign`, { teamId: 'support' }));
      await shop.ownedBy(first.id, 'cid');
      expect(await shop.ownerOf(second.id)).toBeUndefined();
      await must(shop.api.put('/chat/config/teams/sales/members/cid'));

      await shop.ownedBy(second.id, 'cid');
    });

    test('counts what an agent of two teams has in both', async () => {
      const shop = await aTeamShop(stage);
      await shop.rules({}, 'support');
      await must(shop.api.put('/chat/config/teams/support/members/ann'));
      await capacity(shop.api, 'ann', 2);
      const chats = [await shop.arrival(), await shop.arrival(), await shop.arrival(), await shop.arrival()];
      for (const { id } of chats.slice(0, 2))
        await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }));

      await shop.is('ann', 'available');

      await until(async () => {
        const { body } = await shop.api.get('/chats?agentId=ann');
        expect(body).toHaveLength(2);
        return true;
      });
      // Whatever she ends brings the next, from either team.
      for (let left = 4; left > 2; left -= 1) {
        const [one] = (await shop.api.get('/chats?agentId=ann')).body;
        await must(shop.api.put(`/chats/${one.id}/close`, {}));
        await until(async () => (await shop.api.get('/chats?agentId=ann')).body.length === 2);
      }
    });

    test('stays in the queue of a team that says nothing of it, or wants it by hand', async () => {
      const shop = await aTeamShop(stage, { strategy: 'manual' });
      for (const agent of ['ann', 'bob', 'cid']) await shop.is(agent, 'available');
      const byHand = await shop.arrival();
      const without = await shop.arrival();
      await must(shop.api.put(`/chats/${without.id}/assign`, { teamId: 'support' }));

      // What is handed out shows that the others had their chance.
      await must(
        shop.api.post('/chat/config/teams', {
          id: 'other',
          name: 'O',
          members: [{ username: 'cid' }],
          autoAssign: {},
        }),
      );
      const given = await shop.arrival();
      await must(shop.api.put(`/chats/${given.id}/assign`, { teamId: 'other' }));
      await shop.ownedBy(given.id, 'cid');

      expect(await shop.ownerOf(byHand.id)).toBeUndefined();
      expect(await shop.ownerOf(without.id)).toBeUndefined();
      await shop.rules({});
      await until(() => shop.ownerOf(byHand.id));
    });

    test('comes to who is there when its team begins to hand out', async () => {
      const shop = await aTeamShop(stage);
      const { id } = await shop.arrival();
      await shop.rules(null);
      await shop.is('ann', 'available');
      await shop.rules({});

      await shop.ownedBy(id, 'ann');
    });

    test('is refused rules that make no sense, with the field', async () => {
      const shop = await aTeamShop(stage);
      const put = (autoAssign: unknown, more = {}) =>
        shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoAssign, ...more });

      expectInvalid(await put({ strategy: 'random' }), 'autoAssign.strategy');
      expectInvalid(await put({ weights: { sms: -1 } }), 'autoAssign.weights.sms');
      expectInvalid(await put({ acceptWithinSeconds: 0 }), 'autoAssign.acceptWithinSeconds');
      expectInvalid(
        await put({ absent: { chats: 'requeue', afterSeconds: -1 } }),
        'autoAssign.absent.afterSeconds',
      );
      expectInvalid(await put({}, { members: [{ username: 'nobody' }] }), 'members');
      expectInvalid(
        await put({}, { autoComplete: { afterMinutes: 5, warnMinutesBefore: 5 } }),
        'autoComplete.warnMinutesBefore',
      );
      const ann = { name: 'Ann', email: 'ann@shop.example', capacity: -1 };
      expectInvalid(await shop.api.put('/chat/config/agents/ann', ann), 'capacity');
    });
  },
  { fakes: [letters] },
);
