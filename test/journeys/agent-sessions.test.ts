import type { Api } from '../support/api';
import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, type Shop, says } from '../support/shop';

onEachGateway("an agent's session", (stage) => {
  const sessionOf = async (shop: Shop, agent: string): Promise<Api> => {
    const { body } = await shop.api.post(`/chat/config/agents/${agent}/sessions`);
    return shop.api.as(body.token);
  };

  test('is minted for an agent who is there, and ends by itself', async () => {
    const shop = await stage.shop();

    const { status, body } = await shop.api.post('/chat/config/agents/ann/sessions');
    const session = shop.api.as(body.token);

    expect(status).toBe(201);
    expect((await session.get('/chats')).status).toBe(200);
    expectProblem(await shop.api.post('/chat/config/agents/nobody/sessions'), 'not-found');
    stage.gateway.advance(Date.parse(body.expiresOn) - Date.now() + 24 * 3_600_000);
    expectProblem(await session.get('/chats'), 'unauthorized');
  });

  test("sees the agent's own chats and those of the agent's teams, and no others", async () => {
    const shop = await stage.shop();
    const queue = await shop.chatFrom(aCustomer());
    const anns = await shop.chatFrom(aCustomer());
    await shop.answer(anns.id, 'hello', 'ann');
    const bobs = await shop.chatFrom(aCustomer());
    await shop.answer(bobs.id, 'hello', 'bob');
    const away = await shop.chatFrom(aCustomer());
    await shop.api.put(`/chats/${away.id}/assign`, { teamId: 'support' });
    const lent = await shop.chatFrom(aCustomer());
    await shop.api.put(`/chats/${lent.id}/assign`, { teamId: 'support', agentId: 'ann' });
    const ann = await sessionOf(shop, 'ann');

    const { body: ids } = await ann.get('/chats?idsOnly=true');

    expect(new Set(ids)).toEqual(new Set([queue.id, anns.id, bobs.id, lent.id]));
    expect((await ann.get(`/chats/${lent.id}`)).status).toBe(200);
    for (const path of [
      '',
      '/messages?limit=1',
      '/events?from=0&limit=1',
      '/participants',
      `/messages/${away.lastMessage.id}`,
    ])
      expectProblem(await ann.get(`/chats/${away.id}${path}`), 'not-found');
  });

  test('answers as that agent, without having to say so, and as nobody else', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const ann = await sessionOf(shop, 'ann');

    const own = await ann.post(`/chats/${id}/messages`, { parts: [{ type: 'text/plain', data: 'hello' }] });
    const asBob = await ann.post(`/chats/${id}/messages`, says('hello', 'bob'));
    const { customerId } = (await ann.get(`/chats/${id}`)).body;
    const asCustomer = await ann.post(`/chats/${id}/messages`, says('hello', customerId));

    expect(own.status).toBe(200);
    expect(await shop.message(id, own.body.id)).toMatchObject({
      context: { from: { id: 'ann', name: 'Ann' }, sentBy: 'session:ann' },
    });
    expectProblem(asBob, 'forbidden');
    expectProblem(asCustomer, 'forbidden');
    expect((await shop.api.get(`/chats/${id}`)).body).toMatchObject({
      agentId: 'ann',
      _updatedBy: 'session:ann',
    });
  });

  test('leaves alone what a colleague has, though it may be read', async () => {
    const shop = await stage.shop();
    const { id, lastMessage } = await shop.chatFrom(aCustomer());
    await shop.answer(id, 'hello', 'bob');
    const ann = await sessionOf(shop, 'ann');
    const read = [{ messageIds: [lastMessage.id], status: 'read', timestamp: '2026-01-31T12:00:00Z' }];

    expect((await ann.get(`/chats/${id}/messages?limit=5`)).status).toBe(200);
    expectProblem(await ann.post(`/chats/${id}/messages`, says('me too')), 'forbidden');
    expectProblem(await ann.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' }), 'forbidden');
    expectProblem(await ann.put(`/chats/${id}/close`, {}), 'forbidden');
    expectProblem(await ann.put(`/chats/${id}`, { name: 'mine' }), 'forbidden');
    expectProblem(await ann.delete(`/chats/${id}`), 'forbidden');
    expectProblem(await ann.put(`/chats/${id}/channel`, { channelId: 'sms' }), 'forbidden');
    expectProblem(await ann.post(`/chats/${id}/messages/statusupdates`, read), 'forbidden');
    expectProblem(await ann.post(`/chats/${id}/typing`), 'forbidden');
    expect(await shop.said(id)).toEqual(['hello', 'hello']);
  });

  test('takes a chat of the queue, hands it on, and then sees it no more', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const ann = await sessionOf(shop, 'ann');

    const taken = await ann.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' });
    const given = await ann.put(`/chats/${id}/assign`, { teamId: 'support' });

    expect([taken.status, given.status]).toEqual([200, 200]);
    expectProblem(await ann.get(`/chats/${id}`), 'not-found');
  });

  test('configures nothing, and reads no log, no tokens and no channels', async () => {
    const shop = await stage.shop();
    const ann = await sessionOf(shop, 'ann');
    const agent = { name: 'Eve', email: 'eve@shop.example' };

    for (const refused of [
      await ann.post('/chat/config/teams', { name: 'T' }),
      await ann.put('/chat/config/teams/sales', { name: 'T' }),
      await ann.delete('/chat/config/teams/support'),
      await ann.put('/chat/config/teams/sales/settings', {}),
      await ann.put('/chat/config/teams/support/members/ann'),
      await ann.post('/chat/config/agents', agent),
      await ann.put('/chat/config/agents/ann', agent),
      await ann.post('/chat/config/agents/bob/sessions'),
      await ann.get('/channels'),
      await ann.post('/channels', {}),
      await ann.delete(`/channels/${shop.accountId}`),
      await ann.get('/tokens'),
      await ann.post('/tokens', { name: 'x' }),
      await ann.get('/events'),
      await ann.get('/quarantine'),
      await ann.post('/profiles', { name: 'x' }),
      await ann.delete('/profiles/bob'),
    ])
      expectProblem(refused, 'forbidden');
    expect((await ann.get('/chat/config')).status).toBe(200);
  });

  test('ends with its agent', async () => {
    const shop = await stage.shop();
    const ann = await sessionOf(shop, 'ann');
    expect((await ann.get('/chats')).status).toBe(200);

    await shop.api.delete('/chat/config/agents/ann');

    expectProblem(await ann.get('/chats'), 'unauthorized');
  });

  test('follows the agent from team to team', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const cid = await sessionOf(shop, 'cid');
    expectProblem(await cid.get(`/chats/${id}`), 'not-found');

    await shop.api.put('/chat/config/teams/sales/members/cid');
    const inside = await cid.get(`/chats/${id}`);
    await shop.api.delete('/chat/config/teams/sales/members/cid');

    expect(inside.status).toBe(200);
    expectProblem(await cid.get(`/chats/${id}`), 'not-found');
  });

  test('starts chats for the agent and no others', async () => {
    const shop = await stage.shop();
    const ann = await sessionOf(shop, 'ann');
    const chat = { name: 'Order', teamId: 'sales', channelId: 'sms' };

    const own = await ann.post('/chats', { ...chat, address: aCustomer(), message: says('hello') });
    const forBob = await ann.post('/chats', { ...chat, address: aCustomer(), agentId: 'bob' });
    const elsewhere = await ann.post('/chats', { ...chat, address: aCustomer(), teamId: 'support' });

    expect(own).toMatchObject({ status: 201, body: { agentId: 'ann', _createdBy: 'session:ann' } });
    expectProblem(forBob, 'forbidden');
    expectProblem(elsewhere, 'forbidden');
  });
});
