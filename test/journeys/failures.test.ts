import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;
const FOREVER = Number.POSITIVE_INFINITY;

onEachGateway('a message that the provider does not take', (stage) => {
  const refuse = (status: number, code: number, times = 1) =>
    stage.sim.fail('other', {
      on: 'create',
      times,
      answer: { status, body: JSON.stringify({ code, status, message: 'no' }) },
    });

  test.each([
    [21211, 'bad_address'],
    [21610, 'opted_out'],
    [21614, 'landline'],
    [21617, 'too_long'],
    [21620, 'bad_media'],
    [30004, 'blocked'],
    [30007, 'filtered'],
    [63016, 'outside_window'],
    [99999, 'unknown'],
  ])('because of %i fails at once, and the agent is told %s', async (code, reason) => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await refuse(400, code);

    const { body: posted } = await shop.answer(id, 'hello');

    const message = await shop.messageOnce(id, posted.id, 'failed');
    expect(message).toMatchObject({
      failure: { reason, code: String(code), retryable: false },
      attempts: [{ attempt: 1, outcome: 'failed', reason, providerCode: String(code) }],
    });
    expect(JSON.stringify(message.attempts)).not.toContain(customer);
    expect(shop.sentTo(customer)).toEqual([]);
  });

  test('does not hold up the next one', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await refuse(400, 21617);

    const { body: bad } = await shop.answer(id, 'bad');
    const { body: good } = await shop.answer(id, 'good');

    await shop.messageOnce(id, good.id, 'delivered');
    expect((await shop.message(id, bad.id)).status).toBe('failed');
    expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['good']);
  });

  test('that it takes and then fails is failed with its reason', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await stage.sim.fail('filtered', { on: 'create' });

    const { body: posted } = await shop.answer(id, 'buy now');

    const message = await shop.messageOnce(id, posted.id, 'failed');
    expect(message.failure).toMatchObject({ reason: 'filtered', code: '30007' });
  });

  test('for now (429) goes out later, not earlier than asked, and in order within its chat', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await stage.sim.fail('rate_limited', { on: 'create', times: 1, retryAfter: '2' });
    const began = Date.now();

    await shop.answer(id, 'one');
    await shop.answer(id, 'two');
    await shop.answer(id, 'three');

    await until(() => shop.sentTo(customer).length === 3);
    const [first] = shop.sentTo(customer);
    expect((first?.at.getTime() ?? 0) - began).toBeGreaterThanOrEqual(1_990);
    expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['one', 'two', 'three']);
  });

  test('while it cannot be reached goes out when it can, in order, and chats of others wait for nobody', async () => {
    const shop = await stage.shop();
    const [waiting, free] = [aCustomer(), aCustomer()];
    const { id } = await shop.chatFrom(waiting);
    const other = await shop.chatFrom(free);
    await stage.sim.fail('refused');
    const { body: first } = await shop.answer(id, 'one');
    await shop.answer(id, 'two');
    await until(async () => (await shop.message(id, first.id)).attempts.length === 1);
    await stage.sim.clear();

    const { body: posted } = await shop.answer(other.id, 'not behind you');
    await shop.messageOnce(other.id, posted.id, 'delivered');
    await until(() => shop.sentTo(waiting).length === 2);

    expect(shop.sentTo(waiting).map((sent) => sent.body)).toEqual(['one', 'two']);
    const message = await shop.message(id, first.id);
    expect(message.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
      'retry',
      'sent',
    ]);
    expect(message.attempts[0]).toMatchObject({ kind: 'unavailable' });
  });

  test('waits longer each time, and shows when it will be tried next', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await stage.sim.fail('refused');
    const { body: posted } = await shop.answer(id, 'hello');
    const waits: number[] = [];

    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const message = await until(async () => {
        const found = await shop.message(id, posted.id);
        return found.attempts.length === attempt && found.nextAttemptOn ? found : undefined;
      });
      waits.push(Date.parse(message.nextAttemptOn) - Date.parse(message.attempts.at(-1).endedOn));
      stage.gateway.advance(waits.at(-1) ?? 0);
    }

    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(1000 * 2 ** index);
      expect(wait).toBeLessThanOrEqual(1300 * 2 ** index);
    }
    await stage.sim.clear();
    await shop.messageOnce(id, posted.id, 'delivered');
  });

  test('for 24 hours expires, says so, and lets the next one go', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await stage.sim.fail('refused');
    const { body: old } = await shop.answer(id, 'old news');
    await until(async () => (await shop.message(id, old.id)).attempts.length > 0);

    stage.gateway.advance(24 * HOUR_MS);
    const message = await shop.messageOnce(id, old.id, 'expired');
    await stage.sim.clear();
    const { body: fresh } = await shop.answer(id, 'fresh news');

    expect(message.failure).toMatchObject({ reason: 'expired', retryable: true });
    await shop.messageOnce(id, fresh.id, 'delivered');
    expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['fresh news']);
    const [told] = await shop.logged('chatMessage.failed');
    expect(told?.payload).toMatchObject({ id: old.id, failure: { reason: 'expired' } });
  });

  test('makes the account say that it waits, and that it is well again', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    await shop.logged('channel.healthChanged');
    await stage.sim.fail('refused');
    const { body: posted } = await shop.answer(id, 'hello');
    await shop.logged('channel.healthChanged', 2);

    await stage.sim.clear();
    await shop.messageOnce(id, posted.id, 'delivered');

    const changes = await shop.logged('channel.healthChanged', 3);
    expect(changes.map(({ payload }) => payload.state)).toEqual(['connected', 'waiting', 'connected']);
  });

  test('from one business does not slow another: a 429 holds that account only', async () => {
    const limited = await stage.shop();
    const chat = await limited.chatFrom(aCustomer());
    await stage.sim.fail('rate_limited', { on: 'create', times: 1, retryAfter: '3600' });
    const { body: waiting } = await limited.answer(chat.id, 'hello');
    await until(async () => (await limited.message(chat.id, waiting.id)).attempts.length === 1);
    const shop = await stage.shop();
    const other = await shop.chatFrom(aCustomer());

    const { body: posted } = await shop.answer(other.id, 'hello');

    await shop.messageOnce(other.id, posted.id, 'delivered');
    expect((await limited.message(chat.id, waiting.id)).status).toBe('accepted');
  });

  test('in a form that makes no sense is looked up, not sent again', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const { id } = await shop.chatFrom(customer);
    await stage.sim.fail('bad_json', { on: 'create', times: FOREVER });

    const { body: posted } = await shop.answer(id, 'hello');

    await shop.messageOnce(id, posted.id, 'delivered');
    expect(shop.sentTo(customer)).toHaveLength(1);
  });
});
