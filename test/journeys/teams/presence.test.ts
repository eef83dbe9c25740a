import { expectInvalid, expectProblem } from '../../support/problems';
import { aCustomer, type Body, onEachGateway, says } from '../../support/shop';
import { until } from '../../support/until';
import { aTeamShop, must } from './team-world';

onEachGateway('presence', (stage) => {
  test('is offline at first, is what was said last, and every change is told once', async () => {
    const shop = await aTeamShop(stage);
    const { body: atFirst } = await shop.api.get('/presence?id=ann');

    for (const status of ['available', 'available', 'away', 'draining', 'offline'])
      await shop.is('ann', status);

    expect(atFirst).toEqual([
      {
        profileId: 'ann',
        status: 'offline',
        isAway: false,
        isConnected: false,
        lastUpdatedOn: expect.any(String),
      },
    ]);
    const names = ['available', 'away', 'draining', 'offline'].map((status) => `presence.${status}`);
    const told = await until(async () => {
      const events = await shop.log(...names);
      return events.length === 4 ? events : undefined;
    });
    expect(told.map(({ name }) => name)).toEqual(names);
    expect(told[1]).toMatchObject({ profileId: 'ann', revision: 2 });
    expect(told[1].payload).toEqual({
      ...{ id: 'ann', profileId: 'ann', status: 'away', previousStatus: 'available', isAway: true },
      by: expect.stringMatching(/^access:/),
    });
  });

  test('is listed by ids and by status', async () => {
    const shop = await aTeamShop(stage);
    await shop.is('bob', 'away');
    const idsOf = async (query: string) =>
      (await shop.api.get(`/presence${query}`)).body.map((one: Body) => one.profileId);

    expect(await idsOf('')).toEqual(['ann', 'bob', 'cid']);
    expect(await idsOf('?id=cid,ann,nobody')).toEqual(['ann', 'cid']);
    expect(await idsOf('?status=away')).toEqual(['bob']);
    expect(await idsOf('?status=offline&id=bob')).toEqual([]);
  });

  test('is for agents only, for known states only, and an agent speaks for nobody else', async () => {
    const shop = await aTeamShop(stage);
    const ann = await shop.session('ann');

    expectInvalid(await shop.api.put('/presence/ann', { status: 'asleep' }), 'status');
    expectProblem(await shop.api.put('/presence/nobody', { status: 'away' }), 'not-found');
    expectProblem(await ann.put('/presence/bob', { status: 'away' }), 'forbidden');
    expect(await ann.put('/presence/ann', { status: 'away' })).toMatchObject({
      status: 200,
      body: { status: 'away' },
    });
  });

  test('goes with its agent', async () => {
    const shop = await aTeamShop(stage);
    await shop.is('ann', 'available');
    await must(shop.api.delete('/chat/config/agents/ann'));
    await must(
      shop.api.post('/chat/config/agents', { id: 'ann', name: 'Ann II', email: 'ann@shop.example' }),
    );

    expect((await shop.api.get('/presence?id=ann')).body).toMatchObject([{ status: 'offline' }]);
  });
});

onEachGateway('the open chats of an agent who goes', (stage) => {
  test('stay theirs, if nothing else is said', async () => {
    const shop = await aTeamShop(stage);
    await shop.is('ann', 'available');
    const { id } = await shop.arrival();
    await shop.ownedBy(id, 'ann');
    await shop.is('ann', 'offline');
    await shop.is('bob', 'available');

    // Something that comes later was given out; so there was time for this one.
    const later = await shop.arrival();
    await shop.ownedBy(later.id, 'bob');

    expect(await shop.ownerOf(id)).toBe('ann');
  });

  test('go back to the queue after a time, and to somebody else', async () => {
    const shop = await aTeamShop(stage, { absent: { chats: 'requeue', afterSeconds: 3600 } });
    await shop.is('ann', 'available');
    const { id } = await shop.arrival();
    await shop.ownedBy(id, 'ann');
    await shop.is('ann', 'away');
    await shop.is('bob', 'available');
    const later = await shop.arrival();
    await shop.ownedBy(later.id, 'bob');
    expect(await shop.ownerOf(id)).toBe('ann');

    stage.gateway.advance(3_600_000);

    await shop.ownedBy(id, 'bob');
    const [told] = await shop.logged('chat.transferred');
    expect(told?.payload).toEqual({
      ...{ id, teamId: 'sales', previousTeamId: 'sales', previousAgentId: 'ann' },
      ...{ note: 'the agent is away', by: 'gateway' },
    });
  });

  test('go back at once when the customer writes, and those that are quiet stay', async () => {
    const shop = await aTeamShop(stage, { absent: { chats: 'requeueWhenCustomerWrites' } });
    await shop.is('ann', 'available');
    const customer = aCustomer();
    const [loud, quiet] = [await shop.chatFrom(customer), await shop.arrival()];
    for (const { id } of [loud, quiet]) await shop.ownedBy(id, 'ann');
    await must(shop.api.post(`/chats/${loud.id}/messages`, says('one moment')));
    await shop.is('ann', 'offline');
    await shop.is('bob', 'available');

    await shop.text(customer, 'hello?');

    await shop.ownedBy(loud.id, 'bob');
    expect(await shop.ownerOf(quiet.id)).toBe('ann');
  });

  test('are finished by an agent who is draining, however long that takes', async () => {
    const shop = await aTeamShop(stage, { absent: { chats: 'requeue', afterSeconds: 0 } });
    await shop.is('ann', 'available');
    const { id } = await shop.arrival();
    await shop.ownedBy(id, 'ann');
    await shop.is('ann', 'draining');
    await shop.is('bob', 'available');
    const later = await shop.arrival();
    await shop.ownedBy(later.id, 'bob');
    expect(await shop.ownerOf(id)).toBe('ann');

    await shop.is('ann', 'offline');

    await shop.ownedBy(id, 'bob');
  });
});
