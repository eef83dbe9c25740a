import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

onEachGateway('a transfer', (stage) => {
  test('to a team without the channel leaves the way of the answers as it was', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id, route } = await shop.chatFrom(customer);

    const { status, body: chat } = await shop.api.put(`/chats/${id}/assign`, { teamId: 'support' });
    await shop.answer(id, 'support speaking', 'cid');

    expect(status).toBe(200);
    expect(chat).toMatchObject({ teamId: 'support', originalTeamId: 'sales', route, channelId: 'sms' });
    await until(() => shop.sentTo(customer).length === 1);
    expect(shop.sentTo(customer)).toMatchObject([{ from: shop.number, body: 'support speaking' }]);
  });

  test('after transfer still answers by the first number, and later messages stay in the chat', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hello');
    for (const name of ['billing', 'legal', 'returns'])
      await shop.api.post('/chat/config/teams', { id: name, name, members: [{ username: 'cid' }] });

    for (const teamId of ['support', 'billing', 'legal', 'returns'])
      await shop.api.put(`/chats/${id}/assign`, { teamId });
    await shop.text(customer, 'still there?');
    await shop.answer(id, 'yes, still', 'cid');
    await shop.text(customer, 'good');

    await until(() => shop.sentTo(customer).length === 1);
    expect(shop.sentTo(customer)).toMatchObject([{ from: shop.number, body: 'yes, still' }]);
    expect(await shop.chatsOf(customer)).toMatchObject([
      { id, teamId: 'returns', agentId: 'cid', status: 'new' },
    ]);
    expect(await shop.said(id)).toEqual(['hello', 'still there?', 'yes, still', 'good']);
  });

  test("to a team takes the chat from its agent and puts it into that team's queue", async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await shop.answer(id, 'hello', 'ann');

    const { body: chat } = await shop.api.put(`/chats/${id}/assign`, {
      teamId: 'support',
      note: 'asks for a refund',
    });

    expect(chat).toMatchObject({ teamId: 'support', participants: [{ role: 'participant' }] });
    expect(chat.agentId).toBeUndefined();
    const [told] = await shop.logged('chat.transferred');
    expect(told?.payload).toEqual({
      id,
      teamId: 'support',
      previousTeamId: 'sales',
      previousAgentId: 'ann',
      note: 'asks for a refund',
      by: expect.stringMatching(/^access:/),
    });
  });

  test('to an agent gives the chat to them directly', async () => {
    const shop = await stage.shop();
    const { id, customerId } = await shop.chatFrom(aCustomer());

    const { body: chat } = await shop.api.put(`/chats/${id}/assign`, { teamId: 'support', agentId: 'cid' });

    expect(chat).toMatchObject({
      teamId: 'support',
      agentId: 'cid',
      participants: [
        { id: customerId, role: 'participant' },
        { id: 'cid', role: 'agent' },
      ],
    });
    expect((await shop.answer(id, 'hello', 'cid')).status).toBe(200);
    expectProblem(await shop.answer(id, 'hello', 'ann'), 'third-participant');
  });

  test('to who has it already changes nothing and tells nobody', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const once = await shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' });

    const twice = await shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'ann' });

    expect(twice.status).toBe(200);
    expect(twice.body).toEqual(once.body);
    expect(twice.headers.get('etag')).toBe(once.headers.get('etag'));
    await until(async () => (await shop.log('chat.assigned')).length === 1);
    expect(await shop.log('chat.transferred')).toEqual([]);
  });

  test('with the ETag of an older state is a 412, and of the present one is done', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const stale = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
    await shop.answer(id, 'hello');
    const present = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
    const assign = (etag: string) =>
      shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }, { headers: { 'if-match': etag } });

    const late = await assign(stale);
    const timely = await assign(present);

    expectProblem(late, 'precondition-failed');
    expect(timely).toMatchObject({ status: 200, body: { teamId: 'support' } });
  });

  test('to a team or an agent that is not there is a 400 that names which', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());

    expectInvalid(await shop.api.put(`/chats/${id}/assign`, { teamId: 'nowhere' }), 'teamId');
    expectInvalid(
      await shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'nobody' }),
      'agentId',
    );
    expectInvalid(await shop.api.put(`/chats/${id}/assign`, {}), 'teamId');
    expect((await shop.api.get(`/chats/${id}`)).body).toMatchObject({ teamId: 'sales' });
  });

  test('of a closed chat is a 409', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });

    expectProblem(await shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }), 'chat-closed');
  });
});
