import { expectProblem } from '../../support/problems';
import { type Body, onEachGateway, says } from '../../support/shop';
import { until } from '../../support/until';
import { aTeamShop, capacity, must, type TeamShop } from './team-world';

onEachGateway('an offer', (stage) => {
  const offering = { strategy: 'roundRobin', acceptWithinSeconds: 60 };
  /** Resolves once a chat was offered to these, in this order. */
  const offeredTo = (shop: TeamShop, chatId: string, ...agents: readonly string[]) =>
    until(async () => {
      const told = (await shop.log('chat.offered')).filter(({ payload }) => payload.id === chatId);
      expect(told.map(({ payload }: Body) => payload.agentId)).toEqual(agents);
      return true;
    });

  test('becomes the agent’s chat when they accept it, by their own session or through the business', async () => {
    const shop = await aTeamShop(stage, offering);
    await shop.is('ann', 'available');
    const [first, second] = [await shop.arrival(), await shop.arrival()];
    await offeredTo(shop, first.id, 'ann');
    expect(await shop.ownerOf(first.id)).toBeUndefined();

    const own = await (await shop.session('ann')).put(`/chats/${first.id}/accept`, {});
    const through = await shop.api.put(`/chats/${second.id}/accept`, { agentId: 'ann' });

    expect(own).toMatchObject({ status: 200, body: { agentId: 'ann' } });
    expect(through).toMatchObject({ status: 200, body: { agentId: 'ann' } });
    const told = await shop.logged('chat.assigned', 2);
    expect(told[0]?.payload).toMatchObject({ id: first.id, agentId: 'ann', by: 'session:ann' });
  });

  test('goes on to the next when it is not accepted in time, and round again', async () => {
    const shop = await aTeamShop(stage, offering);
    for (const agent of ['ann', 'bob']) await shop.is(agent, 'available');
    const { id } = await shop.arrival();
    await offeredTo(shop, id, 'ann');

    stage.gateway.advance(61_000);
    await offeredTo(shop, id, 'ann', 'bob');
    stage.gateway.advance(61_000);

    await offeredTo(shop, id, 'ann', 'bob', 'ann');
    expectProblem(await shop.api.put(`/chats/${id}/accept`, { agentId: 'bob' }), 'conflict');
    const ended = await shop.logged('chat.offerEnded', 2);
    expect(ended.map(({ payload }) => [payload.agentId, payload.outcome])).toEqual([
      ['ann', 'expired'],
      ['bob', 'expired'],
    ]);
  });

  test('goes on at once when it is declined, or when its agent goes', async () => {
    const shop = await aTeamShop(stage, offering);
    for (const agent of ['ann', 'bob']) await shop.is(agent, 'available');
    const { id } = await shop.arrival();
    await offeredTo(shop, id, 'ann');

    expect((await (await shop.session('ann')).put(`/chats/${id}/decline`, {})).status).toBe(204);
    await offeredTo(shop, id, 'ann', 'bob');
    await shop.is('bob', 'away');

    await offeredTo(shop, id, 'ann', 'bob', 'ann');
  });

  test('is not for others to accept or decline', async () => {
    const shop = await aTeamShop(stage, offering);
    await shop.is('ann', 'available');
    const { id } = await shop.arrival();
    await offeredTo(shop, id, 'ann');
    const bob = await shop.session('bob');

    expectProblem(await bob.put(`/chats/${id}/accept`, {}), 'conflict');
    expectProblem(await bob.put(`/chats/${id}/decline`, {}), 'conflict');
    expectProblem(await (await shop.session('cid')).put(`/chats/${id}/accept`, {}), 'not-found');
    await must(shop.api.put(`/chats/${id}/close`, {}));
    expectProblem(await shop.api.put(`/chats/${id}/accept`, { agentId: 'ann' }), 'chat-closed');
  });

  test('counts as a chat in hand, and is over when somebody answers', async () => {
    const shop = await aTeamShop(stage, offering);
    await capacity(shop.api, 'ann', 1);
    await shop.is('ann', 'available');
    const [first, second] = [await shop.arrival(), await shop.arrival()];
    await offeredTo(shop, first.id, 'ann');
    expect((await shop.log('chat.offered')).length).toBe(1);

    await must(shop.api.post(`/chats/${first.id}/messages`, says('hello', 'bob')));

    await offeredTo(shop, second.id, 'ann');
    expect(await shop.ownerOf(first.id)).toBe('bob');
    expectProblem(await shop.api.put(`/chats/${first.id}/accept`, { agentId: 'ann' }), 'conflict');
  });

  test('asks no program, which takes what it gets', async () => {
    const shop = await aTeamShop(stage, offering);
    const bot = { id: 'bot', name: 'Bot', email: 'bot@shop.example', isProgram: true };
    await must(shop.api.post('/chat/config/agents', bot));
    await must(shop.api.put('/chat/config/teams/sales/members/bot'));

    const { id } = await shop.arrival();

    await shop.ownedBy(id, 'bot');
  });
});
