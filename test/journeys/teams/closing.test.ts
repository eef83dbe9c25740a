import { aCustomer, type Body, onEachGateway, type Shop, says } from '../../support/shop';
import { until } from '../../support/until';
import { must } from './team-world';

const MINUTE_MS = 60_000;

onEachGateway('a chat that nothing happens in', (stage) => {
  const closing = async (autoComplete: Readonly<Record<string, unknown>>) => {
    const shop = await stage.shop();
    await must(shop.api.put('/chat/config/teams/sales', { name: 'Sales', autoComplete }));
    return shop;
  };
  const closes = (shop: Shop, chatId: string) =>
    until(async () => {
      const { body } = await shop.api.get(`/chats/${chatId}`);
      expect(body.status).toBe('closed');
      return body;
    });
  const isSaid = (shop: Shop, chatId: string, ...texts: readonly string[]) =>
    until(async () => {
      expect(await shop.said(chatId)).toEqual(texts);
      return true;
    });

  test('closes by itself with the close message of its team, and says why', async () => {
    const shop = await closing({ afterMinutes: 30 });
    await must(shop.api.put('/chat/config/teams/sales/settings', { closeMessage: 'Goodbye!' }));
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);

    stage.gateway.advance(30 * MINUTE_MS);

    expect(await closes(shop, id)).toMatchObject({ closeReason: 'inactivity' });
    const [told] = await shop.logged('chat.closed');
    expect(told?.payload).toMatchObject({ id, reason: 'inactivity', bypassMessage: false });
    await until(() => shop.sentTo(customer).length === 1);
    expect(shop.sentTo(customer)).toMatchObject([{ body: 'Goodbye!' }]);
  });

  test('stays open as long as somebody writes, from either side', async () => {
    const shop = await closing({ afterMinutes: 30 });
    const customer = aCustomer();
    const [{ id }, quiet] = [await shop.chatFrom(customer), await shop.chatFrom(aCustomer())];
    stage.gateway.advance(20 * MINUTE_MS);
    await shop.answer(id, 'one moment');
    stage.gateway.advance(15 * MINUTE_MS);

    await closes(shop, quiet.id);
    expect((await shop.api.get(`/chats/${id}`)).body.status).toBe('replied');
    stage.gateway.advance(15 * MINUTE_MS);

    await closes(shop, id);
  });

  test('warns its customer once before, and not for longer than they are quiet', async () => {
    const shop = await closing({ afterMinutes: 30, warnMinutesBefore: 10, warning: 'Still there?' });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hello');
    stage.gateway.advance(20 * MINUTE_MS);
    await isSaid(shop, id, 'hello', 'Still there?');
    const { body: events } = await shop.api.get(`/chats/${id}/events?from=1&limit=10`);
    const payloads: Body[] = events.map(({ data }: Body) => data.payload);
    // That it was delivered may be known by now, too.
    const [warning] = payloads.filter(({ parts }) => parts?.[0].data === 'Still there?');
    expect(warning).toMatchObject({ isAutomatedSend: true });
    await shop.text(customer, 'yes');
    expect((await shop.api.get(`/chats/${id}`)).body.status).toBe('new');
    await shop.answer(id, 'good');
    stage.gateway.advance(20 * MINUTE_MS);
    await isSaid(shop, id, 'hello', 'Still there?', 'yes', 'good', 'Still there?');
    expect((await shop.api.get(`/chats/${id}`)).body.status).toBe('replied');
    stage.gateway.advance(10 * MINUTE_MS);

    await closes(shop, id);
    expect((await shop.said(id)).filter((text) => text === 'Still there?')).toHaveLength(2);
  });

  test('leaves its customer the whole time after a warning that came late', async () => {
    const shop = await closing({ afterMinutes: 30, warnMinutesBefore: 10, warning: 'Still there?' });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hello');
    stage.gateway.advance(300 * MINUTE_MS);
    await isSaid(shop, id, 'hello', 'Still there?');
    stage.gateway.advance(9 * MINUTE_MS);
    await shop.text(customer, 'yes');

    expect((await shop.chatsOf(customer)).map((chat) => chat.status)).toEqual(['new']);
  });

  test('closes without a word to who wants none', async () => {
    const shop = await closing({ afterMinutes: 30, warnMinutesBefore: 10, warning: 'Still there?' });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'hello');
    await shop.text(customer, 'STOP');
    stage.gateway.advance(20 * MINUTE_MS);
    await until(
      async () => (await shop.api.post(`/chats/${id}/messages/preflight`, says('x'))).body.allowed === false,
    );
    stage.gateway.advance(10 * MINUTE_MS);

    await closes(shop, id);
    expect(shop.sentTo(customer)).toEqual([]);
  });

  test('and a message that comes as it closes is in exactly one chat', async () => {
    const shop = await closing({ afterMinutes: 30 });
    const customers = Array.from({ length: 12 }, aCustomer);
    for (const customer of customers) await shop.chatFrom(customer, 'hello');
    stage.gateway.advance(30 * MINUTE_MS);

    await Promise.all(customers.map((customer) => shop.text(customer, 'again')));

    for (const customer of customers) {
      const chats = await shop.chatsOf(customer);
      const said = await Promise.all(chats.map(({ id }: Body) => shop.said(id)));
      expect(said.flat().sort()).toEqual(['again', 'hello']);
      expect(chats.filter(({ status }: Body) => status !== 'closed').length).toBeLessThanOrEqual(1);
    }
  });
});
