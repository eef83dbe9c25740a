import { expectInvalid } from '../../support/problems';
import { type Receiver, startReceiver } from '../../support/receiver';
import type { Arrived } from '../../support/receiver-books';
import { type Body, onEachGateway, onOneGateway } from '../../support/shop';
import { until } from '../../support/until';
import { aTeamShop, capacity, must, type TeamShop } from './team-world';

const SECRET = 'a secret that both sides know';

onEachGateway(
  'a team with a decider of its own',
  (stage) => {
    let decider: Receiver;
    beforeEach(async () => {
      decider = await startReceiver({ secrets: [SECRET], now: () => Date.now() });
    });
    afterEach(() => decider.stop());

    const withDecider = async (more: Readonly<Record<string, unknown>> = {}) => {
      const shop = await aTeamShop(stage, { decider: { url: decider.url, secret: SECRET }, ...more });
      for (const agent of ['ann', 'bob']) await shop.is(agent, 'available');
      return shop;
    };
    const questions = (): Body[] => decider.arrived().flatMap(({ envelopes }) => envelopes);
    /** Decides so from now on: whom, for a chat of the question. */
    const decide = (choose: (chat: Body, question: Body) => string | undefined) => {
      const body = ({ envelopes: [question] }: Arrived) =>
        JSON.stringify({
          assignments: question.chats.flatMap((chat: Body) => {
            const agentId = choose(chat, question);
            return agentId === undefined ? [] : [{ chatId: chat.id, agentId }];
          }),
        });
      decider.behave({ status: 200, body });
    };
    const decisionOf = async (shop: TeamShop, chatId: string) =>
      until(
        async () =>
          (await shop.log('chat.assigned')).find(({ payload }) => payload.id === chatId)?.payload.decision,
      );

    test('is asked by a signed call which chats wait and who could take them, and is obeyed', async () => {
      decide(() => 'bob');
      const shop = await withDecider();

      const chats = [await shop.arrival(), await shop.arrival()];

      for (const { id } of chats) {
        await shop.ownedBy(id, 'bob');
        expect(await decisionOf(shop, id)).toEqual({ by: 'decider' });
      }
      expect(decider.refused()).toEqual([]);
      const [asked] = questions();
      expect(asked).toMatchObject({
        ...{ type: 'assignment.asked', apiSpaceId: shop.api.base.split('/').pop(), teamId: 'sales' },
        agents: [
          { id: 'ann', name: 'Ann', capacity: 5, load: 0 },
          { id: 'bob', name: 'Bob', capacity: 5, load: 0 },
        ],
      });
      const { id, customerId, name, channelId } = chats[0];
      expect(asked.chats).toEqual([
        {
          ...{ id, customerId, name, channelId, labels: [], context: expect.any(Object) },
          ...{ createdOn: expect.any(String), weight: 1, passedBy: [] },
        },
      ]);
    });

    test.each([
      ['nobody that it knows', 'zoe'],
      ['an agent who is not there', 'cid'],
      ['an agent who is full', 'ann'],
    ])('chooses %s: its own rule takes over, and the log says why', async (_, chosen) => {
      decide(() => chosen);
      const shop = await withDecider();
      await capacity(shop.api, 'ann', 0);

      const { id } = await shop.arrival();

      await shop.ownedBy(id, 'bob');
      expect(await decisionOf(shop, id)).toEqual({
        by: 'leastBusy',
        instead: `the decider chose "${chosen}", who cannot take it`,
      });
    });

    test('may leave chats to the rule, and choose a younger one before an older one', async () => {
      const shop = await aTeamShop(stage, { decider: { url: decider.url, secret: SECRET } });
      await capacity(shop.api, 'ann', 1);
      const [older, younger] = [await shop.arrival(), await shop.arrival()];
      decide((chat) => (chat.id === younger.id ? 'ann' : undefined));

      await shop.is('ann', 'available');

      await shop.ownedBy(younger.id, 'ann');
      expect(await shop.ownerOf(older.id)).toBeUndefined();
      await shop.is('bob', 'available');
      await shop.ownedBy(older.id, 'bob');
      expect(await decisionOf(shop, older.id)).toEqual({
        by: 'leastBusy',
        instead: 'the decider chose nobody',
      });
    });

    test('has an answer that nobody understands: its own rule takes over, and says so', async () => {
      const shop = await withDecider();
      const answers: [Parameters<Receiver['behave']>[0], RegExp][] = [
        [{ status: 500 }, /answered with 500/],
        [{ status: 200, body: 'ann, please' }, /not JSON/],
      ];
      for (const [answer, words] of answers) {
        decider.behave(answer, { times: 1 });
        const { id } = await shop.arrival();
        expect(await decisionOf(shop, id)).toEqual({
          by: 'leastBusy',
          instead: expect.stringMatching(words),
        });
      }
      decider.behave({ status: 200, body: '{"assignments":{}}' }, { times: 1 });
      const { id } = await shop.arrival();
      expect((await decisionOf(shop, id)).instead).toMatch(/not as agreed: assignments/);
      // Failed three times in a row: nobody waits for it now, until it had its rest.
      const before = questions().length;
      decide(() => 'bob');
      const meanwhile = await shop.arrival();
      expect((await decisionOf(shop, meanwhile.id)).instead).toMatch(/failed 3 times and is not asked until/);
      expect(questions()).toHaveLength(before);
    });

    test('offers what it decided to whom it chose', async () => {
      decide(() => 'bob');
      const shop = await withDecider({ acceptWithinSeconds: 60 });

      const { id } = await shop.arrival();

      const [told] = await shop.logged('chat.offered');
      expect(told?.payload).toMatchObject({ id, agentId: 'bob', decision: { by: 'decider' } });
    });

    test('is not asked while nobody could take anything, and its secret is never shown', async () => {
      decide(() => 'ann');
      const shop = await aTeamShop(stage, { decider: { url: decider.url, secret: SECRET } });
      const { id } = await shop.arrival();
      await shop.is('ann', 'available');
      await shop.ownedBy(id, 'ann');

      expect(questions()).toHaveLength(1);
      const { body } = await shop.api.get('/chat/config/teams/sales');
      expect(body.autoAssign.decider).toEqual({ url: decider.url });
      // As it was read it can be written back.
      await must(shop.api.put('/chat/config/teams/sales', { name: body.name, autoAssign: body.autoAssign }));
      const next = await shop.arrival();
      await shop.ownedBy(next.id, 'ann');
      expect(await decisionOf(shop, next.id)).toEqual({ by: 'decider' });
    });
  },
  { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } },
);

onOneGateway(
  'a decider that hangs',
  (stage) => {
    test('has two seconds, holds up no other team, and not the database', async () => {
      const decider = await startReceiver();
      decider.behave({ hangs: true });
      const shop = await aTeamShop(stage, { strategy: 'manual' });
      for (const agent of ['ann', 'cid']) await shop.is(agent, 'available');
      // More teams than are worked for at once wait for it.
      const slow = { decider: { url: decider.url, secret: SECRET } };
      const teams = ['t1', 't2', 't3', 't4'];
      for (const id of teams)
        await must(
          shop.api.post('/chat/config/teams', {
            ...{ id, name: id, members: [{ username: 'ann' }], autoAssign: slow },
          }),
        );
      await shop.rules({}, 'support');
      const held = [await shop.arrival(), await shop.arrival(), await shop.arrival()];
      const last = await shop.arrival();
      const send = ({ id }: Body, teamId: string) => must(shop.api.put(`/chats/${id}/assign`, { teamId }));
      for (const [index, chat] of [...held, last].entries()) await send(chat, teams[index] ?? '');
      await until(() => decider.arrived().length >= teams.length);

      const quick = await send(await shop.arrival(), 'support');

      await shop.ownedBy(quick.body.id, 'cid');
      await shop.ownedBy(last.id, 'ann');
      const given = (await shop.log('chat.assigned')).map(({ payload }) => payload);
      const [first, second] = [quick.body.id, last.id].map((id) => given.findIndex((one) => one.id === id));
      expect(first).toBeLessThan(second ?? -1);
      expect(given[second ?? -1].decision).toEqual({
        by: 'leastBusy',
        instead: expect.stringMatching(/within 2 s/),
      });
      await decider.stop();
    });
  },
  { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } },
);

onOneGateway('a decider that is not to be called', (stage) => {
  test('is refused with the field', async () => {
    const shop = await stage.shop();
    const put = (decider: unknown) =>
      shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoAssign: { decider } });

    expectInvalid(await put({ url: 'https://127.0.0.1/x', secret: SECRET }), 'autoAssign.decider.url');
    expectInvalid(await put({ url: 'http://example.com/x', secret: SECRET }), 'autoAssign.decider.url');
    expectInvalid(await put({ url: 'https://example.com/x' }), 'autoAssign.decider.secret');
    expectInvalid(await put({ url: 'https://example.com/x', secret: 'short' }), 'autoAssign.decider.secret');
  });
});
