import { fakeChannel } from '../support/fake-channel';
import { aCustomer, onEachGateway } from '../support/shop';
import { until } from '../support/until';

const asked = fakeChannel({ id: 'asked', capabilities: { lookup: { settlesAfterMs: 5_000 } } });
const mute = fakeChannel({ id: 'mute' });

onEachGateway(
  'a message whose outcome is not known',
  (stage) => {
    test('because the connection was cut is unknown, looked up, found, and sent once', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      stage.sim.autoCallbacks(false);
      const { id } = await shop.chatFrom(customer);
      await stage.sim.fail('reset_after_accept', { on: 'create' });

      const { body: posted } = await shop.answer(id, 'hello');

      await shop.messageOnce(id, posted.id, 'unknown');
      stage.gateway.advance(3_000);
      const found = await shop.messageOnce(id, posted.id, 'sent');
      expect(found.attempts).toMatchObject([
        { attempt: 1, outcome: 'found', externalIds: [shop.sentTo(customer)[0]?.sid] },
      ]);
      expect(shop.sentTo(customer)).toHaveLength(1);
      expect((await shop.log('chatMessage.unknown')).map(({ payload }) => payload.id)).toEqual([posted.id]);
    });

    test('that a receipt names needs no look-up', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      await stage.sim.fail('reset_after_accept', { on: 'create' });

      const { body: posted } = await shop.answer(id, 'hello');

      await shop.messageOnce(id, posted.id, 'delivered');
      expect(shop.sentTo(customer)).toHaveLength(1);
    });

    test('and that the provider never took is sent once, after that is proven', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);
      await stage.sim.fail('reset', { on: 'create' });
      const { body: posted } = await shop.answer(id, 'hello');
      await shop.messageOnce(id, posted.id, 'unknown');

      stage.gateway.advance(61_000);

      const message = await shop.messageOnce(id, posted.id, 'delivered');
      expect(message.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
        'absent',
        'sent',
      ]);
      expect(shop.sentTo(customer)).toHaveLength(1);
    });

    test('is not sent again before its absence is proven, however often the provider is asked', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(asked);
      await asked.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      asked.next(() => {
        throw new TypeError('cannot read the answer');
      });

      const { body: posted } = await shop.answer(chat.id, 'hello');
      await shop.messageOnce(chat.id, posted.id, 'unknown');
      stage.gateway.advance(2_000);

      await until(() => asked.lookUps() === 1);
      expect((await shop.message(chat.id, posted.id)).status).toBe('unknown');
      expect(asked.sent()).toEqual([]);
      stage.gateway.advance(6_000);
      await shop.messageOnce(chat.id, posted.id, 'sent');
      expect(asked.sent()).toHaveLength(1);
      expect(asked.calls().map(({ context }) => context.idempotencyKey)).toEqual([posted.id, posted.id]);
      expect(asked.calls().map(({ context }) => context.attempt)).toEqual([1, 2]);
    });

    test('of two equal texts takes one of the two at the provider, never the same', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      stage.sim.autoCallbacks(false);
      const { id } = await shop.chatFrom(customer);
      const { body: first } = await shop.answer(id, 'yes');
      await shop.messageOnce(id, first.id, 'sent');
      await stage.sim.fail('reset', { on: 'create' });
      const { body: second } = await shop.answer(id, 'yes');
      await shop.messageOnce(id, second.id, 'unknown');

      stage.gateway.advance(61_000);

      await shop.messageOnce(id, second.id, 'sent');
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['yes', 'yes']);
    });

    test('at a provider that cannot be asked stays unknown, is never repeated, and the next one goes on', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(mute);
      await mute.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      mute.next(({ take }) => {
        take();
        throw new TypeError('cannot read the answer');
      });
      const { body: first } = await shop.answer(chat.id, 'one');
      await shop.messageOnce(chat.id, first.id, 'unknown');
      const { body: second } = await shop.answer(chat.id, 'two');

      stage.gateway.advance(61_000);

      await shop.messageOnce(chat.id, second.id, 'sent');
      expect((await shop.message(chat.id, first.id)).status).toBe('unknown');
      expect(mute.sent().map(({ message }) => message.text)).toEqual(['one', 'two']);
    });

    test('and given up is still moved on by a receipt that comes much later', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(mute);
      await mute.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      mute.next(({ take }) => {
        take();
        throw new TypeError('cannot read the answer');
      });
      const { body: posted } = await shop.answer(chat.id, 'one');
      await shop.messageOnce(chat.id, posted.id, 'unknown');
      stage.gateway.advance(61_000);
      const { body: next } = await shop.answer(chat.id, 'two');
      await shop.messageOnce(chat.id, next.id, 'sent');

      const externalId = mute.sent()[0]?.id ?? '';
      await mute.report(webhookUrl, {
        target: { externalId, idempotencyKey: posted.id },
        state: 'delivered',
      });

      await shop.messageOnce(chat.id, posted.id, 'delivered');
    });
  },
  { fakes: [asked, mute] },
);
