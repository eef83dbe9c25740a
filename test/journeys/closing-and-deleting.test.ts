import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

onEachGateway('the end of a chat', (stage) => {
  describe('closing a chat', () => {
    const sayGoodbye = { closeMessage: 'Thank you, and goodbye!' };

    test("sends the team's close message as its last message, and nobody joins", async () => {
      const shop = await stage.shop();
      await shop.api.put('/chat/config/teams/sales/settings', sayGoodbye);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'hello');

      const { status, body: chat } = await shop.api.put(`/chats/${id}/close`, {});

      expect(status).toBe(200);
      expect(chat).toMatchObject({ status: 'closed', closedOn: expect.any(String), closeReason: 'closed' });
      expect(chat.agentId).toBeUndefined();
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ body: sayGoodbye.closeMessage }]);
      expect(await shop.said(id)).toEqual(['hello', sayGoodbye.closeMessage]);
    });

    test('sends none when asked to bypass it, or when the team has none', async () => {
      const shop = await stage.shop();
      const [silent, bypassed, marker] = [aCustomer(), aCustomer(), aCustomer()];
      const first = await shop.chatFrom(silent);
      await shop.api.put(`/chats/${first.id}/close`, {});
      await shop.api.put('/chat/config/teams/sales/settings', sayGoodbye);
      const second = await shop.chatFrom(bypassed);

      await shop.api.put(`/chats/${second.id}/close`, { bypassMessage: true });

      const last = await shop.chatFrom(marker);
      await shop.answer(last.id, 'sent after both');
      await until(() => shop.sentTo(marker).length === 1);
      expect(shop.sentTo(silent)).toEqual([]);
      expect(shop.sentTo(bypassed)).toEqual([]);
    });

    test('is told with how long it took, by whom, and whether the message was bypassed', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });

      const [told] = await shop.logged('chat.closed');
      expect(told?.payload).toMatchObject({
        id,
        bypassMessage: true,
        teamId: 'sales',
        closeTimeSecs: expect.any(Number),
      });
      expect(told?.payload.closeTimeSecs).toBeLessThan(60);
    });

    test('makes it final: no answer, no second close, no transfer', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });

      expectProblem(await shop.answer(id, 'too late'), 'chat-closed');
      expectProblem(await shop.api.put(`/chats/${id}/close`, {}), 'chat-closed');
      expectProblem(await shop.api.put(`/chats/${id}/channel`, { channelId: 'sms' }), 'chat-closed');
      expectProblem(await shop.api.post(`/chats/${id}/typing`), 'chat-closed');
    });

    test('lets the next message of the customer start a new chat', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const old = await shop.chatFrom(customer, 'one');
      await shop.api.put(`/chats/${old.id}/close`, { bypassMessage: true });

      const fresh = await shop.chatFrom(customer, 'two');

      expect(fresh.id).not.toBe(old.id);
      expect(fresh).toMatchObject({ status: 'new', customerId: old.customerId, teamId: 'sales' });
      expect(await shop.said(old.id)).toEqual(['one']);
      expect(await shop.said(fresh.id)).toEqual(['two']);
    });

    test('with the ETag of an older state is a 412 and leaves it open', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      const stale = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
      await shop.text(customer, 'one more thing');

      const answer = await shop.api.put(`/chats/${id}/close`, {}, { headers: { 'if-match': stale } });

      expectProblem(answer, 'precondition-failed');
      expect((await shop.api.get(`/chats/${id}`)).body.status).toBe('new');
    });

    test('still delivers what was accepted before, in order, with the close message last', async () => {
      const shop = await stage.shop();
      await shop.api.put('/chat/config/teams/sales/settings', sayGoodbye);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      stage.sim.hold('before');
      await shop.answer(id, 'one');
      await shop.answer(id, 'two');
      await shop.api.put(`/chats/${id}/close`, {});

      stage.sim.release();

      await until(() => shop.sentTo(customer).length === 3);
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['one', 'two', sayGoodbye.closeMessage]);
    });

    test('is not undone by a receipt that comes late', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks(false);
      const { id } = await shop.chatFrom(aCustomer());
      const { body: posted } = await shop.answer(id, 'hello');
      const sent = await shop.messageOnce(id, posted.id, 'sent');
      await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });

      await stage.sim.callback(sent.externalIds[0], 'delivered');

      await shop.messageOnce(id, posted.id, 'delivered');
      expect((await shop.api.get(`/chats/${id}`)).body).toMatchObject({ status: 'closed' });
    });
  });

  describe('deleting a chat', () => {
    test('hides it, and lets it be read with includeDeleted', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      const { status, body } = await shop.api.delete(`/chats/${id}`);

      expect({ status, body }).toEqual({ status: 204, body: '' });
      expectProblem(await shop.api.get(`/chats/${id}`), 'not-found');
      expect((await shop.api.get('/chats?includeClosed=true')).body).toEqual([]);
      expect((await shop.api.get(`/chats/${id}?includeDeleted=true`)).body).toMatchObject({
        id,
        deletedOn: expect.any(String),
      });
      expect((await shop.api.get('/chats?includeDeleted=true')).body).toMatchObject([{ id }]);
    });

    test('a second time is a 404, as is whatever else is tried with it', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.api.delete(`/chats/${id}`);

      expectProblem(await shop.api.delete(`/chats/${id}`), 'not-found');
      expectProblem(await shop.answer(id, 'hello'), 'not-found');
      expectProblem(await shop.api.put(`/chats/${id}/close`, {}), 'not-found');
      expectProblem(await shop.api.put(`/chats/${id}/assign`, { teamId: 'support' }), 'not-found');
    });

    test('is told, and lets the next message of the customer start a new chat', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const old = await shop.chatFrom(customer);
      await shop.api.delete(`/chats/${old.id}`);

      const fresh = await shop.chatFrom(customer, 'again');

      expect(fresh.id).not.toBe(old.id);
      const [told] = await shop.logged('chat.delete');
      expect(told?.payload).toEqual({
        id: old.id,
        date: expect.any(String),
        by: expect.stringMatching(/^access:/),
      });
    });

    test('with the ETag of an older state is a 412 and leaves it there', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const stale = (await shop.api.get(`/chats/${id}`)).headers.get('etag') ?? '';
      await shop.answer(id, 'hello');

      expectProblem(
        await shop.api.delete(`/chats/${id}`, { headers: { 'if-match': stale } }),
        'precondition-failed',
      );
      expect((await shop.api.get(`/chats/${id}`)).status).toBe(200);
    });
  });
});
