import { aCustomer, type Body, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

onEachGateway('inbound', (stage) => {
  describe('a first message', () => {
    test("starts a chat at its number's team, with everything that an agent needs to know", async () => {
      const shop = await stage.shop();
      const customer = aCustomer();

      const chat = await shop.chatFrom(customer, 'do you have it in blue?');

      expect(chat).toEqual({
        id: expect.any(String),
        name: customer,
        teamId: 'sales',
        originalTeamId: 'sales',
        customerId: expect.any(String),
        channelId: 'sms',
        status: 'new',
        participants: [{ id: chat.customerId, role: 'participant' }],
        context: {},
        labels: [],
        route: { accountId: shop.accountId, address: customer },
        lastMessage: { id: expect.any(String), direction: 'inbound', sentOn: expect.any(String) },
        revision: expect.any(Number),
        _createdOn: expect.any(String),
        _createdBy: `session:${chat.customerId}`,
        _updatedOn: expect.any(String),
        _updatedBy: `session:${chat.customerId}`,
      });
      const { body: participants } = await shop.api.get(`/chats/${chat.id}/participants`);
      expect(participants).toEqual(chat.participants);
    });

    test('is kept as it was said, from the customer, under event 1', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer(), 'Grüße, 你好 👩‍👩‍👧‍👦');

      const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);

      expect(body).toMatchObject({ earliestEventId: 0, latestEventId: 1, orphanedEvents: [] });
      expect(body.messages).toHaveLength(1);
      expect(body.messages[0]).toMatchObject({
        sentEventId: 1,
        channelId: 'sms',
        status: 'received',
        context: {
          from: { id: chat.customerId },
          chatId: chat.id,
          teamId: 'sales',
          direction: 'inbound',
          to: { id: 'sales' },
          sentBy: `session:${chat.customerId}`,
        },
        parts: [{ type: 'text/plain', data: 'Grüße, 你好 👩‍👩‍👧‍👦' }],
      });
    });

    test('is told as chat.create and chatMessage.sent, in this order', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer(), 'hello');

      const [created, sent] = await until(async () => {
        const events = await shop.log('chat.create', 'chatMessage.sent');
        return events.length === 2 ? events : undefined;
      });

      expect(created).toMatchObject({
        name: 'chat.create',
        revision: 0,
        payload: {
          id: chat.id,
          name: chat.name,
          teamId: 'sales',
          channelId: 'sms',
          participants: [{ profileId: chat.customerId, role: 'participant' }],
          context: {},
        },
      });
      expect(sent).toMatchObject({
        name: 'chatMessage.sent',
        revision: 0,
        payload: {
          id: chat.lastMessage.id,
          context: { chatId: chat.id, direction: 'inbound', from: { id: chat.customerId }, teamId: 'sales' },
          parts: [{ type: 'text/plain', data: 'hello' }],
        },
      });
    });

    test('makes a profile with the address of the customer', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const chat = await shop.chatFrom(customer);

      const { body } = await shop.api.get(`/profiles/${chat.customerId}`);

      expect(body.addresses).toEqual([{ channelId: 'sms', address: customer, canReply: true }]);
    });

    test('is answered to Twilio with empty TwiML, so that nothing is texted back', async () => {
      const shop = await stage.shop();

      const reply = await shop.text(aCustomer(), 'hello');

      expect(reply).toMatchObject({ status: 200, headers: { 'content-type': 'text/xml' } });
      expect(reply.body).toMatch(/<Response\s*\/>/);
    });

    test('that says nothing at all is a message still', async () => {
      const shop = await stage.shop();
      const chat = await shop.chatFrom(aCustomer(), '');

      const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);

      expect(body.messages).toHaveLength(1);
      expect(body.messages[0].parts).toHaveLength(1);
    });
  });

  describe('a further message', () => {
    test('goes to the chat that is there, and makes it new again', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer, 'one');
      await shop.answer(id, 'yes?');

      await shop.text(customer, 'two');

      expect(await shop.chatsOf(customer)).toMatchObject([{ id, status: 'new' }]);
      expect(await shop.said(id)).toEqual(['one', 'yes?', 'two']);
    });

    test('that the provider repeats, also as another webhook, changes nothing', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { messageSid: sid } = await shop.text(customer, 'once');
      const [before] = await shop.chatsOf(customer);

      const again = await Promise.all(Array.from({ length: 20 }, () => shop.text(customer, 'once', { sid })));

      expect(new Set(again.map((reply) => reply.status))).toEqual(new Set([200]));
      expect(await shop.chatsOf(customer)).toEqual([before]);
      expect(await shop.said(before.id)).toEqual(['once']);
    });

    test('of another customer, or at another business, is another chat', async () => {
      const shop = await stage.shop();
      const other = await aSpace(stage.gateway);
      const [ann, ben] = [aCustomer(), aCustomer()];

      await shop.text(ann, 'hello');
      await shop.text(ben, 'hello');

      const { body } = await shop.api.get('/chats');
      expect(new Set(body.map((chat: Body) => chat.route.address))).toEqual(new Set([ann, ben]));
      expect((await other.get('/chats')).body).toEqual([]);
    });
  });
});
