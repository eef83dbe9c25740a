import { expectInvalid, expectProblem } from '../../support/problems';
import { onEachGateway, says } from '../../support/shop';
import { aTeamShop, must } from './team-world';

onEachGateway('the lead of a team', (stage) => {
  /** Dot leads sales, and is nobody's colleague in support. */
  const withLead = async () => {
    const shop = await aTeamShop(stage, { strategy: 'manual' });
    await must(shop.api.post('/chat/config/agents', { id: 'dot', name: 'Dot', email: 'dot@shop.example' }));
    await must(shop.api.put('/chat/config/teams/sales/members/dot', { role: 'lead' }));
    return { shop, dot: await shop.session('dot') };
  };
  const ofAnn = async ({ shop }: Awaited<ReturnType<typeof withLead>>) => {
    const { id } = await shop.arrival();
    await must(shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' }));
    return id;
  };

  test('is set up beside the members, and the log says who leads', async () => {
    const { shop } = await withLead();

    expect((await shop.api.get('/chat/config/teams/sales')).body.members).toEqual([
      ...[{ username: 'ann' }, { username: 'bob' }],
      { username: 'dot', role: 'lead' },
    ]);
    expect((await shop.logged('team.update', 2)).at(-1)?.payload).toMatchObject({
      ...{ members: ['ann', 'bob', 'dot'], leads: ['dot'] },
    });
    const boss = { name: 'Sales', members: [{ username: 'ann', role: 'boss' }] };
    expectInvalid(await shop.api.put('/chat/config/teams/sales', boss), 'members.0.role');
  });

  test('transfers and closes what the members have, and sees who they are and how', async () => {
    const world = await withLead();
    const { shop, dot } = world;
    const [given, ended] = [await ofAnn(world), await ofAnn(world)];
    await shop.is('ann', 'away');

    await must(dot.put(`/chats/${given}/assign`, { teamId: 'sales', agentId: 'bob', note: 'ann is ill' }));
    await must(dot.put(`/chats/${ended}/close`, {}));

    expect(await shop.ownerOf(given)).toBe('bob');
    expect((await shop.logged('chat.transferred'))[0]?.payload).toMatchObject({
      ...{ previousAgentId: 'ann', agentId: 'bob', note: 'ann is ill', by: 'session:dot' },
    });
    expect((await dot.get(`/chats/${ended}`)).body.status).toBe('closed');
    expect((await dot.get('/presence?id=ann')).body).toMatchObject([{ status: 'away' }]);
    expect((await dot.get('/chat/config/teams/sales')).body.members).toHaveLength(3);
  });

  test('takes a chat over by answering in it, after which its agent cannot write there', async () => {
    const world = await withLead();
    const { shop, dot } = world;
    const id = await ofAnn(world);

    await must(dot.post(`/chats/${id}/messages`, says('I am the lead', 'dot')));

    expect(await shop.ownerOf(id)).toBe('dot');
    expect((await shop.logged('chat.transferred'))[0]?.payload).toMatchObject({
      ...{ previousAgentId: 'ann', agentId: 'dot', by: 'session:dot' },
    });
    expectProblem(await shop.answer(id, 'and me?', 'ann'), 'third-participant');
    expectProblem(await (await shop.session('ann')).post(`/chats/${id}/messages`, says('hm')), 'forbidden');
  });

  test('may nothing in other teams, nor here once they lead no more', async () => {
    const world = await withLead();
    const { shop, dot } = world;
    const [elsewhere, here] = [await ofAnn(world), await ofAnn(world)];
    await must(shop.api.put(`/chats/${elsewhere}/assign`, { teamId: 'support', agentId: 'cid' }));

    expectProblem(await dot.get(`/chats/${elsewhere}`), 'not-found');
    expectProblem(await dot.put('/chat/config/teams/sales/members/dot', { role: 'lead' }), 'forbidden');
    await must(shop.api.put('/chat/config/teams/sales/members/dot', { role: 'agent' }));

    expectProblem(await dot.put(`/chats/${here}/close`, {}), 'forbidden');
  });
});
