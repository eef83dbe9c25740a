import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

onEachGateway('a customer who wants no messages', (stage) => {
  test.each(['STOP', 'stop', ' Unsubscribe ', 'OPTOUT'])(
    'says %j, and is not written to any more',
    async (word) => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);

      await shop.text(customer, word);

      expectProblem(await shop.answer(id, 'but wait'), 'opted-out');
      expect(await shop.said(id)).toEqual(['hello', word]);
      expect(shop.sentTo(customer)).toEqual([]);
    },
  );

  test('and says START later is written to again', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'STOP');

    await shop.text(customer, 'START');
    const { status } = await shop.answer(id, 'welcome back');

    expect(status).toBe(200);
    await until(() => shop.sentTo(customer).length === 1);
  });

  test('is believed as Twilio read it, where Twilio says so', async () => {
    const shop = await stage.shop();
    const [left, asked] = [aCustomer(), aCustomer()];
    await shop.text(left, 'arrêt', { optOutType: 'STOP' });
    await shop.text(asked, 'STOP the parcel, please');
    const [[leftChat], [askedChat]] = [await shop.chatsOf(left), await shop.chatsOf(asked)];

    expectProblem(await shop.answer(leftChat.id, 'x'), 'opted-out');
    expect((await shop.answer(askedChat.id, 'x')).status).toBe(200);
  });

  test('is heeded also for what was accepted before and has not left', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    stage.sim.hold('before');
    await shop.answer(id, 'on its way');
    await until(() => stage.sim.held() === 1);
    const { body: waiting } = await shop.answer(id, 'still here');
    await shop.text(customer, 'STOP', { optOutType: 'STOP' });

    stage.sim.release();

    const message = await shop.messageOnce(id, waiting.id, 'failed');
    expect(message.failure).toMatchObject({ reason: 'opted_out', retryable: false });
    expect(shop.sentTo(customer).map((sent) => sent.body)).not.toContain('still here');
  });

  test('told Twilio and not us: the refusal of Twilio is remembered', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await stage.sim.fail('opted_out', { on: 'create', times: 1 });

    const { body: posted } = await shop.answer(id, 'hello');

    const message = await shop.messageOnce(id, posted.id, 'failed');
    expect(message.failure).toEqual({ reason: 'opted_out', code: '21610', retryable: false });
    expectProblem(await shop.answer(id, 'hello again'), 'opted-out');
  });

  test('may still be read, transferred and closed, without a close message', async () => {
    const shop = await stage.shop();
    await shop.api.put('/chat/config/teams/sales/settings', { closeMessage: 'Bye' });
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer, 'STOP');

    const closed = await shop.api.put(`/chats/${id}/close`, {});

    expect(closed).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect(await shop.said(id)).toEqual(['STOP']);
  });

  test('of one account has said nothing to another', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    await shop.chatFrom(customer, 'STOP');
    const other = await stage.shop();

    const { id } = await other.chatFrom(customer, 'hello');

    expect((await other.answer(id, 'hello')).status).toBe(200);
  });
});
