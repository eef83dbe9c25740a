import { tablesThatHold } from '../support/all-rows';
import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';
import { isSaid, speaks } from './automatic/speaking-shop';
import { must } from './teams/team-world';

/** The business's record of what was said, and the log. */
const RECORD = ['chat', 'event', 'message'];

onEachGateway('a customer who is forgotten', (stage) => {
  const speaking = async () => {
    const shop = await stage.shop();
    await speaks(shop.api, {
      welcomeMessage: { timeout: 0, text: 'Welcome!' },
      ...{ closeMessage: 'Goodbye!', satisfaction: { question: 'How was it?' } },
    });
    return shop;
  };

  test('leaves a rating without words, and their address in the record of what was said only', async () => {
    const shop = await speaking();
    const customer = aCustomer();
    const { id, customerId } = await shop.chatFrom(customer, 'hi');
    await isSaid(shop, id, 'hi', 'Welcome!');
    await must(shop.answer(id, 'hello'));
    await must(shop.api.put(`/chats/${id}/close`, {}));
    const link = await until(() =>
      shop
        .sentTo(customer)
        .flatMap(({ body }) => /\/rate\/[\w-]+/.exec(String(body)) ?? [])
        .at(0),
    );
    const url = stage.gateway.origin + link;
    const rate = (fields: Readonly<Record<string, string>>) =>
      fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
    for (const comment of ['Ms Byron was slow', 'Ms Byron of Leeds was slow'])
      expect((await rate({ rating: '2', comment })).status).toBe(200);
    await shop.logged('chat.rated', 2);
    const open = await shop.chatFrom(customer, 'again');

    await must(shop.api.delete(`/profiles/${customerId}`));

    const { body: kept } = await shop.api.get(`/chats/${id}/satisfaction`);
    expect(kept).toMatchObject({ rating: 2, teamId: 'sales', agentId: 'ann' });
    expect(kept).not.toHaveProperty('comment');
    expect((await shop.api.get('/satisfaction/summary')).body).toMatchObject({ asked: 1, average: 2 });
    expect([(await fetch(url)).status, (await rate({ rating: '5', comment: 'x' })).status]).toEqual([
      404, 404,
    ]);
    for (const { payload } of await shop.log('chat.rated')) expect(payload).not.toHaveProperty('comment');
    expect(await tablesThatHold(stage.database, 'Byron')).toEqual([]);
    expect(await tablesThatHold(stage.database, customer)).toEqual(RECORD);

    // Nothing is said by itself to them any more; who writes again is somebody new, who is told everything.
    await must(shop.api.put(`/chats/${open.id}/close`, {}));
    const fresh = await shop.chatFrom(customer, 'hello');
    expect(fresh.customerId).not.toBe(customerId);
    await isSaid(shop, fresh.id, 'hello', 'Welcome!');
    expect(await shop.said(open.id)).toEqual(['again']);
  });

  test('is still written to by nobody, where they said STOP', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { customerId } = await shop.chatFrom(customer, 'STOP');

    await must(shop.api.delete(`/profiles/${customerId}`));

    const wish = { name: 'Offer', teamId: 'sales', channelId: 'sms', participants: [], address: customer };
    const { body: chat } = await must(shop.api.post('/chats', wish));
    expect(chat.customerId).not.toBe(customerId);
    expectProblem(await shop.answer(chat.id, 'An offer!'), 'opted-out');
    expect(shop.sentTo(customer)).toEqual([]);
  });

  test('is told nothing any more that is due, also where both happen at once', async () => {
    const shop = await speaking();
    await speaks(shop.api, { welcomeMessage: { timeout: 60, text: 'Welcome!' } });
    const customers = Array.from({ length: 40 }, aCustomer);
    const chats = await Promise.all(customers.map((customer) => shop.chatFrom(customer, 'hi')));
    stage.gateway.advance(61_000);
    await until(() => customers.some((customer) => shop.sentTo(customer).length > 0));

    const forgotten = chats.map(({ customerId }) => shop.api.delete(`/profiles/${customerId}`));
    expect((await Promise.all(forgotten)).map(({ status }) => status)).toEqual(chats.map(() => 204));
    const last = await shop.chatFrom(aCustomer());
    stage.gateway.advance(61_000);
    await isSaid(shop, last.id, 'hello', 'Welcome!');

    for (const customer of customers) {
      const tables = await tablesThatHold(stage.database, customer);
      expect(tables.filter((table) => !RECORD.includes(table))).toEqual([]);
    }
  });
});
