import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

onEachGateway('an account with wrong credentials', (stage) => {
  const breakIt = (shop: Shop) =>
    shop.api.put(`/channels/${shop.accountId}`, { settings: { ...stage.sim.config, authToken: 'wrong' } });
  const repair = (shop: Shop) =>
    shop.api.post(`/channels/${shop.accountId}/reauthorize`, { settings: stage.sim.config });
  const isPaused = async (shop: Shop) =>
    (await shop.api.get(`/channels/${shop.accountId}`)).body.health.isPaused;

  test('holds its messages without a failure, and sends them in order once it is repaired', async () => {
    const shop = await stage.shop();
    const customers = Array.from({ length: 5 }, aCustomer);
    const chats = await Promise.all(customers.map((customer) => shop.chatFrom(customer)));
    await breakIt(shop);
    for (let n = 1; n <= 4; n += 1) for (const { id } of chats) await shop.answer(id, `answer ${n}`);
    await until(() => isPaused(shop));

    const repaired = await repair(shop);

    expect(repaired).toMatchObject({ status: 200, body: { ok: true } });
    await until(() => customers.every((customer) => shop.sentTo(customer).length === 4));
    for (const customer of customers)
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual([
        'answer 1',
        'answer 2',
        'answer 3',
        'answer 4',
      ]);
    for (const { id } of chats) {
      const failed = (await shop.events(id)).filter(({ data }) => data.name === 'chatMessage.failed');
      expect(failed).toEqual([]);
    }
  });

  test('is paused by the first message that meets them, and the message shows that it is held', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await until(
      async () => (await shop.api.get(`/channels/${shop.accountId}`)).body.health.state === 'connected',
    );
    await stage.sim.fail('bad_credentials', { on: 'create', times: 1 });

    const { body: posted } = await shop.answer(id, 'hello');

    await until(() => isPaused(shop));
    expect(await shop.message(id, posted.id)).toMatchObject({
      status: 'accepted',
      attempts: [{ outcome: 'held', kind: 'unauthorized', providerCode: '20003' }],
    });
    expect(shop.sentTo(customer)).toEqual([]);
    expect((await shop.api.post(`/channels/${shop.accountId}/check`)).body.ok).toBe(true);
    await shop.messageOnce(id, posted.id, 'delivered');
    expect(shop.sentTo(customer)).toHaveLength(1);
  });

  test('is left alone while it is paused: the provider is not asked again and again', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await breakIt(shop);
    await until(() => isPaused(shop));
    const asked = stage.sim.requests();

    for (let n = 0; n < 10; n += 1) await shop.answer(id, `answer ${n}`);
    const other = await stage.shop();
    const marker = await other.chatFrom(aCustomer());
    const { body: posted } = await other.answer(marker.id, 'another shop goes on');
    await other.messageOnce(marker.id, posted.id, 'delivered');

    const forTheOther = 2 + 1; // its check, and its message
    expect(stage.sim.requests() - asked).toBeLessThanOrEqual(forTheOther);
    expect(shop.sentTo(customer)).toEqual([]);
  });

  test('says so, and says when it is well again', async () => {
    const shop = await stage.shop();
    await until(async () => (await shop.log('channel.healthChanged')).length === 1);
    await breakIt(shop);
    await until(() => isPaused(shop));

    await repair(shop);

    const changes = await shop.logged('channel.healthChanged', 3);
    expect(changes.map(({ payload }) => [payload.previousState, payload.state])).toEqual([
      ['unchecked', 'connected'],
      ['connected', 'unauthorized'],
      ['unauthorized', 'connected'],
    ]);
    expect((await shop.api.get(`/channels/${shop.accountId}`)).body.health.lastError).toBeUndefined();
  });

  test('still takes what customers write', async () => {
    const shop = await stage.shop();
    await stage.sim.fail('bad_credentials', { times: Number.POSITIVE_INFINITY });
    await shop.api.post(`/channels/${shop.accountId}/check`);
    expect(await isPaused(shop)).toBe(true);

    const chat = await shop.chatFrom(aCustomer(), 'are you there?');

    expect(await shop.said(chat.id)).toEqual(['are you there?']);
  });
});
