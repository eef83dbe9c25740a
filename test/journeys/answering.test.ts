import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, says } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

onEachGateway('outbound', (stage) => {
  describe('an answer', () => {
    test('reaches the customer by the number that they wrote to', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const chat = await shop.chatFrom(customer);

      const posted = await shop.answer(chat.id, 'hello yourself');

      expect(posted).toMatchObject({ status: 200, body: { eventId: 2, status: 'accepted' } });
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ from: shop.number, body: 'hello yourself' }]);
    });

    test('makes its agent the one of the chat, and the chat replied', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      await shop.answer(id, 'hello', 'ann');

      const { body: chat } = await shop.api.get(`/chats/${id}`);
      expect(chat).toMatchObject({
        status: 'replied',
        agentId: 'ann',
        participants: [{ role: 'participant' }, { id: 'ann', role: 'agent' }],
        lastMessage: { direction: 'outbound' },
      });
      const [assigned] = await shop.logged('chat.assigned');
      expect(assigned?.payload).toMatchObject({
        id,
        teamId: 'sales',
        agentId: 'ann',
        previousTeamId: 'sales',
      });
    });

    test('is shown with who said it, in which name, and by which token', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer());

      const { body: posted } = await shop.api.post(`/chats/${chat.id}/messages`, {
        from: { profileId: 'ann', name: 'Ann of Sales' },
        metadata: { ticket: 7 },
        alert: { title: 'A new answer', text: 'as published clients send it' },
        parts: [{ type: 'text/plain', data: 'hello' }],
      });

      expect(await shop.message(chat.id, posted.id)).toMatchObject({
        sentEventId: 2,
        metadata: { ticket: 7 },
        accountId: shop.accountId,
        context: {
          from: { id: 'ann', name: 'Ann of Sales' },
          to: { id: chat.customerId },
          direction: 'outbound',
          teamId: 'sales',
          sentBy: expect.stringMatching(/^access:/),
        },
      });
    });

    test('moves from accepted over sent to delivered, each step on evidence', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer());
      stage.sim.autoCallbacks(false);
      const { body: posted } = await shop.answer(chat.id, 'hello');
      const sent = await shop.messageOnce(chat.id, posted.id, 'sent');

      stage.sim.autoCallbacks(false);
      await stage.sim.callback(sent.externalIds[0], 'delivered');

      const delivered = await shop.messageOnce(chat.id, posted.id, 'delivered');
      expect(delivered.attempts).toMatchObject([
        { piece: 0, attempt: 1, outcome: 'sent', externalIds: sent.externalIds },
      ]);
      expect(delivered.receipts).toMatchObject([{ piece: 0, state: 'delivered' }]);
      expect(delivered.statusUpdates[chat.customerId]).toMatchObject({ status: 'delivered' });
    });

    test('of a second agent is refused until the chat is theirs', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.answer(id, 'hello', 'ann');

      const refused = await shop.answer(id, 'me too', 'bob');
      await shop.api.put(`/chats/${id}/assign`, { teamId: 'sales', agentId: 'bob' });
      const taken = await shop.answer(id, 'now me', 'bob');

      expectProblem(refused, 'third-participant');
      expect(refused.body.agentId).toBe('ann');
      expect(taken.status).toBe(200);
      expect(await shop.said(id)).toEqual(['hello', 'hello', 'now me']);
    });

    test('that is automatic leaves the chat new and nobody joins it', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      const { status } = await shop.api.post(`/chats/${id}/messages`, {
        ...says('we will be with you', 'sales'),
        isAutomatedSend: true,
      });

      expect(status).toBe(200);
      const { body: chat } = await shop.api.get(`/chats/${id}`);
      expect(chat).toMatchObject({ status: 'new' });
      expect(chat.agentId).toBeUndefined();
    });

    test('of somebody who is no agent, or of nobody, is a 400 that names the sender', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      const stranger = await shop.answer(id, 'hello', 'nobody');
      const nameless = await shop.api.post(`/chats/${id}/messages`, {
        parts: [{ type: 'text/plain', data: 'x' }],
      });

      expectInvalid(stranger, 'from.profileId');
      expectInvalid(nameless, 'from.profileId');
      expect(await shop.said(id)).toEqual(['hello']);
    });

    test('without parts, or with an empty one, is a 400 that names them', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const from = { profileId: 'ann' };

      const none = await shop.api.post(`/chats/${id}/messages`, { from, parts: [] });
      const missing = await shop.api.post(`/chats/${id}/messages`, { from });
      const empty = await shop.api.post(`/chats/${id}/messages`, {
        from,
        parts: [{ type: 'text/plain', data: '' }],
      });
      const typeless = await shop.api.post(`/chats/${id}/messages`, { from, parts: [{ data: 'x' }] });

      expectInvalid(none, 'parts');
      expectInvalid(missing, 'parts');
      expectInvalid(empty, 'parts.0');
      expectInvalid(typeless, 'parts.0.type');
    });

    test('into a chat that is not there is a 404', async () => {
      const shop = await stage.shop();
      const other = await aSpace(stage.gateway);
      const { id } = await shop.chatFrom(aCustomer());

      expectProblem(await other.post(`/chats/${id}/messages`, says('hello')), 'not-found');
      expectProblem(await shop.answer('00000000-0000-7000-8000-000000000000', 'hello'), 'not-found');
      expectProblem(await shop.answer('nonsense', 'hello'), 'not-found');
    });

    test('follows the one before it, however many are posted at once', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      await shop.answer(id, 'first');

      const posted = await Promise.all(
        Array.from({ length: 20 }, (_, index) => shop.answer(id, `answer ${index}`)),
      );

      await until(() => shop.sentTo(customer).length === 21);
      const said = await shop.said(id);
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(said.slice(1));
      expect(posted.map((one) => one.body.eventId).toSorted((a, b) => a - b)).toHaveLength(20);
    });
  });

  describe('a message that the business puts in as the customer', () => {
    test('is inbound, makes the chat new, and is sent to nobody', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const chat = await shop.chatFrom(customer);
      await shop.answer(chat.id, 'yes?');

      const { body: posted } = await shop.api.post(
        `/chats/${chat.id}/messages`,
        says('by phone', chat.customerId),
      );

      expect(posted).toMatchObject({ status: 'received' });
      expect((await shop.api.get(`/chats/${chat.id}`)).body).toMatchObject({ status: 'new' });
      expect(await shop.message(chat.id, posted.id)).toMatchObject({ context: { direction: 'inbound' } });
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ body: 'yes?' }]);
    });

    test('is refused when sender and direction contradict each other', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer());

      const fromAgent = await shop.api.post(`/chats/${chat.id}/messages`, {
        ...says('x'),
        direction: 'inbound',
      });
      const toSelf = await shop.api.post(`/chats/${chat.id}/messages`, {
        ...says('x', chat.customerId),
        direction: 'outbound',
      });

      expectInvalid(fromAgent, 'from.profileId');
      expectInvalid(toSelf, 'direction');
    });
  });
});
