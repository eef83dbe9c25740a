import { expectProblem } from '../../support/problems';
import { type Body, onEachGateway, says } from '../../support/shop';
import { aTeamShop, capacity, must } from './team-world';

onEachGateway('a transfer between teams that hand out', (stage) => {
  test('to a team with nobody there queues, says so, and is taken when somebody comes', async () => {
    const shop = await aTeamShop(stage);
    await shop.rules({}, 'support');
    const { id } = await shop.arrival();

    const { body } = await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support', note: 'refund' }));

    expect(body).toMatchObject({ teamId: 'support', waits: 'nobodyAvailable' });
    const [told] = await shop.logged('chat.queued');
    expect(told?.payload).toEqual({
      ...{ id, teamId: 'support', reason: 'nobodyAvailable' },
      by: expect.stringMatching(/^access:/),
    });
    await shop.is('cid', 'available');
    await shop.ownedBy(id, 'cid');
  });

  test('to a team that is full queues behind what waits there already', async () => {
    const shop = await aTeamShop(stage);
    await shop.rules({}, 'support');
    await capacity(shop.api, 'cid', 1);
    await shop.is('cid', 'available');
    const [first, second, third] = [await shop.arrival(), await shop.arrival(), await shop.arrival()];
    const send = async ({ id }: Body) =>
      (await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }))).body;

    const taken = await send(first);
    await shop.ownedBy(first.id, 'cid');
    // The oldest goes first, in whatever order they were sent.
    const queued = [await send(third), await send(second)];

    expect(taken.waits).toBeUndefined();
    expect(queued.map(({ waits }) => waits)).toEqual(['allBusy', 'allBusy']);
    await must(shop.api.put(`/chats/${first.id}/close`, {}));
    await shop.ownedBy(second.id, 'cid');
    expect(await shop.ownerOf(third.id)).toBeUndefined();
  });

  test('to a team that is handed nothing by itself says that too', async () => {
    const shop = await aTeamShop(stage);
    const { id } = await shop.arrival();
    const silent = await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }));
    await shop.rules({ strategy: 'manual' }, 'support');
    await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'sales' }));
    const byHand = await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }));

    expect(silent.body).not.toHaveProperty('waits');
    expect(byHand.body.waits).toBe('byHand');
  });

  test('brings work to the agent who gave the chat away', async () => {
    const shop = await aTeamShop(stage);
    await capacity(shop.api, 'ann', 1);
    await shop.is('ann', 'available');
    const [first, second] = [await shop.arrival(), await shop.arrival()];
    await shop.ownedBy(first.id, 'ann');
    const ann = await shop.session('ann');

    await must(ann.put(`/chats/${first.id}/assign`, { teamId: 'support' }));

    await shop.ownedBy(second.id, 'ann');
  });

  test('to oneself takes a chat of the queue, and changes nothing where it is one’s own', async () => {
    const shop = await aTeamShop(stage, { strategy: 'manual' });
    const { id } = await shop.arrival();
    const ann = await shop.session('ann');
    const take = () => ann.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' });

    const once = await must(take());
    const twice = await must(take());

    expect(once.body).toMatchObject({ agentId: 'ann' });
    expect(twice.body).toEqual(once.body);
    expect(await shop.logged('chat.assigned')).toHaveLength(1);
  });

  test('of two at once of the same state, one wins and the other is a 412', async () => {
    const shop = await aTeamShop(stage, { strategy: 'manual' });
    const { id } = await shop.arrival();
    const etag = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
    const give = (agentId: string) =>
      shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId }, { headers: { 'if-match': etag } });

    const answers = await Promise.all([give('ann'), give('bob'), give('cid')]);

    const [won, ...others] = answers.toSorted((a, b) => a.status - b.status);
    expect(won?.status).toBe(200);
    for (const lost of others) expectProblem(lost, 'precondition-failed');
    expect(await shop.ownerOf(id)).toBe(won?.body.agentId);
  });
});

onEachGateway('a program that is an agent', (stage) => {
  const withBot = async () => {
    const shop = await aTeamShop(stage);
    const bot = { id: 'bot', name: 'Bot', email: 'bot@shop.example', capacity: 2, isProgram: true };
    await must(shop.api.post('/chat/config/agents', bot));
    await must(shop.api.put('/chat/config/teams/sales/members/bot'));
    return shop;
  };

  test('is always there, up to its own capacity, and cannot be sent away', async () => {
    const shop = await withBot();
    const chats = [await shop.arrival(), await shop.arrival(), await shop.arrival()];

    for (const { id } of chats.slice(0, 2)) await shop.ownedBy(id, 'bot');
    expect(await shop.ownerOf(chats[2].id)).toBeUndefined();
    expect((await shop.api.get('/presence?id=bot')).body).toMatchObject([
      { status: 'available', isConnected: true },
    ]);
    expectProblem(await shop.api.put('/presence/bot', { status: 'away' }), 'conflict');
  });

  test('hands over with a note, and then cannot write there', async () => {
    const shop = await withBot();
    const { id } = await shop.arrival();
    await shop.ownedBy(id, 'bot');
    expect((await shop.answer(id, 'I am a program', 'bot')).status).toBe(200);

    await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'support', note: 'wants a person' }));

    const [told] = await shop.logged('chat.transferred');
    expect(told?.payload).toMatchObject({ previousAgentId: 'bot', note: 'wants a person' });
    expectProblem(await shop.answer(id, 'one more thing', 'bot'), 'third-participant');
    const automatic = { ...says('by the way', 'bot'), isAutomatedSend: true };
    expectProblem(await shop.api.post(`/chats/${id}/messages`, automatic), 'third-participant');
    expect((await shop.answer(id, 'here I am', 'cid')).status).toBe(200);
    expect(await shop.said(id)).toEqual(['hello', 'I am a program', 'here I am']);
  });

  test('gives way to a person of its team at any time, and to nobody else', async () => {
    const shop = await withBot();
    const { id } = await shop.arrival();
    await shop.ownedBy(id, 'bot');
    const [ann, cid] = [await shop.session('ann'), await shop.session('cid')];

    expectProblem(await cid.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'cid' }), 'not-found');
    const taken = await ann.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' });

    expect(taken).toMatchObject({ status: 200, body: { agentId: 'ann' } });
    expectProblem(await shop.answer(id, 'but I', 'bot'), 'third-participant');
    expectProblem(
      await (await shop.session('bob')).put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'bob' }),
      'forbidden',
    );
  });
});
