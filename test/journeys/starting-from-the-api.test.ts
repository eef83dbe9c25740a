import { fakeChannel } from '../support/fake-channel';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, says } from '../support/shop';
import { until } from '../support/until';

const silent = fakeChannel({ id: 'silent', capabilities: { canStart: false } });

onEachGateway(
  'starting a chat by the API',
  (stage) => {
    const create = (more: object) => ({ name: 'Order 7', teamId: 'sales', channelId: 'sms', ...more });

    test('with an address makes a customer whom the answers reach', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();

      const created = await shop.api.post(
        '/chats',
        create({ address: customer, description: 'late parcel' }),
      );
      await shop.answer(created.body.id, 'your parcel is late');

      expect(created.status).toBe(201);
      expect(created.headers.get('etag')).toMatch(/^"[^"]+"$/);
      expect(created.body).toMatchObject({
        name: 'Order 7',
        description: 'late parcel',
        status: 'new',
        teamId: 'sales',
        channelId: 'sms',
        route: { accountId: shop.accountId, address: customer },
        _createdBy: expect.stringMatching(/^access:/),
      });
      await until(() => shop.sentTo(customer).length === 1);
    });

    test('with an address in any spelling finds the customer who has it', async () => {
      const shop = await stage.shop();
      const old = await shop.chatFrom('+447911123456');
      await shop.api.put(`/chats/${old.id}/close`, { bypassMessage: true });

      const { body: chat } = await shop.api.post('/chats', create({ address: '+44 (0)7911 123-456' }));

      expect(chat).toMatchObject({ customerId: old.customerId, route: { address: '+447911123456' } });
    });

    test('with a message sends it in the same breath', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();

      const { status, body: chat } = await shop.api.post(
        '/chats',
        create({ address: customer, message: says('your parcel is late') }),
      );

      expect(status).toBe(201);
      expect(chat).toMatchObject({
        status: 'replied',
        agentId: 'ann',
        lastMessage: { direction: 'outbound' },
      });
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ from: shop.number, body: 'your parcel is late' }]);
    });

    test('with a message that cannot be sent makes nothing at all', async () => {
      const shop = await stage.shop();

      const refused = await shop.api.post(
        '/chats',
        create({ address: aCustomer(), message: says('hello', 'nobody') }),
      );

      expect(refused.status).toBe(400);
      expect((await shop.api.get('/chats')).body).toEqual([]);
      expect(await shop.log('chat.create', 'chatMessage.sent')).toEqual([]);
    });

    test('with participants takes the customer and the agent from them', async () => {
      const shop = await stage.shop();
      const { body: customer } = await shop.api.post('/profiles', { id: 'customer-7', name: 'Zoe' });

      const { body: chat } = await shop.api.post(
        '/chats',
        create({
          address: aCustomer(),
          participants: [
            { id: customer.id, role: 'participant' },
            { id: 'bob', role: 'agent' },
          ],
          context: { conversationId: 'c-1', orderId: 7 },
          labels: ['late'],
        }),
      );

      expect(chat).toMatchObject({
        customerId: 'customer-7',
        agentId: 'bob',
        participants: [
          { id: 'customer-7', role: 'participant' },
          { id: 'bob', role: 'agent' },
        ],
        context: { conversationId: 'c-1', orderId: 7 },
        labels: ['late'],
      });
    });

    test('with a customer whose address is known needs no address', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const old = await shop.chatFrom(customer);
      await shop.api.put(`/chats/${old.id}/close`, { bypassMessage: true });

      const { status, body: chat } = await shop.api.post(
        '/chats',
        create({ participants: [{ id: old.customerId, role: 'participant' }] }),
      );

      expect(status).toBe(201);
      expect(chat.route).toEqual({ accountId: shop.accountId, address: customer });
    });

    test('is a 409 that names the active chat, where the customer has one', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const active = await shop.chatFrom(customer);

      const byAddress = await shop.api.post('/chats', create({ address: customer }));
      const byId = await shop.api.post(
        '/chats',
        create({ participants: [{ id: active.customerId, role: 'participant' }] }),
      );

      for (const refused of [byAddress, byId]) {
        expectProblem(refused, 'chat-already-active');
        expect(refused.body.chatId).toBe(active.id);
        expect(refused.body.detail).toContain(active.id);
      }
    });

    test('for one customer at many places at once makes one chat, and names it to the others', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();

      const all = await Promise.all(
        Array.from({ length: 20 }, () => shop.api.post('/chats', create({ address: customer }))),
      );

      const made = all.filter((one) => one.status === 201);
      const refused = all.filter((one) => one.status !== 201);
      expect(made.length).toBe(1);
      for (const one of refused) {
        expectProblem(one, 'chat-already-active');
        expect(one.body.chatId).toBe(made[0]?.body.id);
      }
    });

    test('of a third participant is a 409', async () => {
      const shop = await stage.shop();
      const agents = [
        { id: 'ann', role: 'agent' },
        { id: 'bob', role: 'agent' },
      ];
      const customers = [
        { id: 'one', role: 'participant' },
        { id: 'two', role: 'participant' },
      ];
      const address = aCustomer();

      expectProblem(
        await shop.api.post('/chats', create({ address, participants: agents })),
        'third-participant',
      );
      expectProblem(await shop.api.post('/chats', create({ participants: customers })), 'third-participant');
      expectProblem(
        await shop.api.post('/chats', create({ address, participants: [agents[0]], agentId: 'bob' })),
        'third-participant',
      );
    });

    test('names in a 400 what is missing, unknown, or not an address', async () => {
      const shop = await stage.shop();
      const address = aCustomer();

      expectInvalid(await shop.api.post('/chats', {}), 'name', 'teamId', 'channelId');
      expectInvalid(await shop.api.post('/chats', create({ address, teamId: 'nowhere' })), 'teamId');
      expectInvalid(await shop.api.post('/chats', create({ address, agentId: 'nobody' })), 'agentId');
      expectInvalid(await shop.api.post('/chats', create({ address, channelId: 'telegraph' })), 'channelId');
      expectInvalid(await shop.api.post('/chats', create({ address: 'not a number' })), 'address');
      expectInvalid(
        await shop.api.post('/chats', create({ address, accountId: shop.api.base })),
        'accountId',
      );
      expectInvalid(await shop.api.post('/chats', create({})), 'participants');
      expect((await shop.api.get('/chats')).body).toEqual([]);
    });

    test("with somebody else's address is a 400 that names it", async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      await shop.chatFrom(customer);

      const refused = await shop.api.post(
        '/chats',
        create({ address: customer, participants: [{ id: 'somebody-else', role: 'participant' }] }),
      );

      expectInvalid(refused, 'address');
    });

    test('ignores what published clients send and we do not know', async () => {
      const shop = await stage.shop();

      const { status } = await shop.api.post('/chats', create({ address: aCustomer(), colour: 'blue' }));

      expect(status).toBe(201);
    });

    test('on a channel where the customer writes first cannot carry a message', async () => {
      const shop = await stage.shop();
      await shop.connect(silent);

      const refused = await shop.api.post('/chats', {
        ...create({ address: 'zoe', message: says('hello') }),
        channelId: 'silent',
      });

      expectProblem(refused, 'outside-window');
      expect((await shop.api.get('/chats')).body).toEqual([]);
    });

    test('by the named account of several writes from that one', async () => {
      const shop = await stage.shop();
      const [account] = stage.sim.accounts;
      const service = Object.keys(account?.services ?? {})[0] ?? '';
      const settings = stage.sim.configOf(account?.accountSid ?? '', service);
      const { body: second } = await shop.api.post('/channels', {
        ...{ kind: 'sms', name: 'Pool', teamId: 'support', settings },
      });
      const customer = aCustomer();

      const { body: chat } = await shop.api.post(
        '/chats',
        create({ address: customer, accountId: second.id, message: says('hello') }),
      );

      expect(chat.route.accountId).toBe(second.id);
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ messagingServiceSid: service }]);
    });
  },
  { fakes: [silent] },
);
