import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

onEachGateway('who writes, and to which number', (stage) => {
  test('an alphanumeric sender starts a chat that cannot be answered', async () => {
    const shop = await stage.shop();
    const chat = await shop.chatFrom('PARCELCO', 'your code is 1234');

    const refused = await shop.answer(chat.id, 'thanks');

    expect(chat).toMatchObject({ route: { address: 'PARCELCO' }, status: 'new' });
    expectProblem(refused, 'no-route');
    const { body } = await shop.api.get(`/profiles/${chat.customerId}`);
    expect(body.addresses).toEqual([{ channelId: 'sms', address: 'PARCELCO', canReply: false }]);
  });

  test('a short code and a WhatsApp number are senders as well', async () => {
    const shop = await stage.shop();

    const short = await shop.chatFrom('60999', 'balance?');
    const whatsApp = await shop.chatFrom('whatsapp:+447911123456', 'hi');

    expect(short.route.address).toBe('60999');
    expect(whatsApp.route.address).toBe('whatsapp:+447911123456');
    await shop.answer(whatsApp.id, 'hello');
    await until(() => shop.sentTo('whatsapp:+447911123456').length === 1);
  });

  test('a name that the sender gives is the name of the chat', async () => {
    const shop = await stage.shop();
    const customer = `whatsapp:${aCustomer()}`;
    await shop.text(customer, 'hi', { fields: { ProfileName: 'Zoë 🌻' } });

    const [chat] = await shop.chatsOf(customer);

    expect(chat.name).toBe('Zoë 🌻');
    expect((await shop.api.get(`/profiles/${chat.customerId}`)).body.name).toBe('Zoë 🌻');
  });

  test('fields that we do not know are kept with the message', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    await shop.text(customer, 'hi', { fields: { NewTwilioField: 'x', FromCity: 'LEEDS' } });

    const [chat] = await shop.chatsOf(customer);

    const { metadata } = await shop.message(chat.id, chat.lastMessage.id);
    expect(metadata).toMatchObject({ NewTwilioField: 'x', FromCity: 'LEEDS' });
  });

  test('content of a kind that we do not know is shown as such, with all that came', async () => {
    const shop = await stage.shop();
    const customer = `whatsapp:${aCustomer()}`;
    await shop.text(customer, '', {
      fields: { MessageType: 'location', Latitude: '53.8', Longitude: '-1.5' },
    });

    const [chat] = await shop.chatsOf(customer);
    const { parts } = await shop.message(chat.id, chat.lastMessage.id);

    expect(parts).toMatchObject([{ name: 'location', type: 'application/vnd.parley.unsupported+json' }]);
    expect(JSON.parse(parts[0].data)).toMatchObject({ Latitude: '53.8', Longitude: '-1.5' });
  });

  describe('with a messaging service beside its numbers', () => {
    const withService = async () => {
      const shop = await stage.shop();
      const [account] = stage.sim.accounts;
      const [service = '', pool = []] = Object.entries(account?.services ?? {})[0] ?? [];
      const settings = stage.sim.configOf(account?.accountSid ?? '', service);
      const { body } = await shop.api.post('/channels', {
        kind: 'sms',
        name: 'Pool',
        teamId: 'support',
        settings,
      });
      stage.sim.route(service, body.webhookUrl);
      return { shop, service, pool, serviceAccountId: body.id as string };
    };

    test('a number of the pool belongs to the service, and the answer leaves by that number', async () => {
      const { shop, service, pool, serviceAccountId } = await withService();
      const customer = aCustomer();

      await shop.text(customer, 'hello pool', { to: pool[1] ?? '' });
      const [chat] = await shop.chatsOf(customer);
      await shop.answer(chat.id, 'hello', 'cid');

      expect(chat).toMatchObject({ teamId: 'support', route: { accountId: serviceAccountId } });
      await until(() => shop.sentTo(customer).length === 1);
      expect(shop.sentTo(customer)).toMatchObject([{ from: pool[1], messagingServiceSid: service }]);
    });

    test('a number with an account of its own comes first, whichever webhook is called', async () => {
      const { shop, pool } = await withService();
      const [number = ''] = pool;
      const settings = { ...stage.sim.config, number };
      const { body: own } = await shop.api.post('/channels', {
        kind: 'sms',
        name: 'Own',
        teamId: 'sales',
        settings,
      });
      const customer = aCustomer();

      await shop.text(customer, 'hello', { to: number });

      const [chat] = await shop.chatsOf(customer);
      expect(chat).toMatchObject({ teamId: 'sales', route: { accountId: own.id } });
    });

    test('a number that nobody has goes to whoever it was delivered to', async () => {
      const { shop, serviceAccountId } = await withService();
      const customer = aCustomer();
      const { webhookUrl } = (await shop.api.get(`/channels/${serviceAccountId}`)).body;

      await shop.text(customer, 'hello', { to: '+441632960002', url: webhookUrl });

      const [chat] = await shop.chatsOf(customer);
      expect(chat.route.accountId).toBe(serviceAccountId);
    });

    test('the same delivery at two webhooks is one message', async () => {
      const { shop, pool, serviceAccountId } = await withService();
      const customer = aCustomer();
      const { messageSid: sid } = await shop.text(customer, 'once', { to: pool[0] ?? '' });
      const { webhookUrl } = (await shop.api.get(`/channels/${serviceAccountId}`)).body;

      await shop.text(customer, 'once', { to: pool[0] ?? '', sid, url: webhookUrl });

      const [chat] = await shop.chatsOf(customer);
      expect(await shop.said(chat.id)).toEqual(['once']);
    });
  });
});
