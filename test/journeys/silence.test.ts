import { fakeChannel } from '../support/fake-channel';
import { aCustomer, onOneGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const faulty = fakeChannel({ id: 'faulty', capabilities: { lookup: { settlesAfterMs: 1_000 } } });

// These wait for real time-outs of ten seconds and more.
onOneGateway(
  'a message to which nothing is answered',
  (stage) => {
    const talkOn = async (shop: Shop) => {
      const { webhookUrl } = await shop.connect(faulty);
      await faulty.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      return { chatId: chat.id as string };
    };

    test('because the provider is silent is looked up and found; what follows waits for it', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      stage.sim.autoCallbacks(false);
      const { id } = await shop.chatFrom(customer);
      await stage.sim.fail('silent_after_accept', { on: 'create' });

      const { body: first } = await shop.answer(id, 'one');
      const { body: second } = await shop.answer(id, 'two');

      await until(async () => (await shop.message(id, second.id)).status === 'sent', { patienceMs: 25_000 });
      expect((await shop.message(id, first.id)).status).toBe('sent');
      expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['one', 'two']);
    });

    test('because the adapter obeys no signal is given up after its time, and looked up', async () => {
      const shop = await stage.shop();
      const { chatId } = await talkOn(shop);
      const signals: AbortSignal[] = [];
      faulty.next(({ context, take }) => {
        signals.push(context.signal);
        take();
        return new Promise(() => {});
      });
      const { body: posted } = await shop.answer(chatId, 'hangs for ever');

      await until(async () => (await shop.message(chatId, posted.id)).status === 'unknown', {
        patienceMs: 25_000,
      });
      stage.gateway.advance(3_000);

      await shop.messageOnce(chatId, posted.id, 'sent');
      expect(signals[0]?.aborted).toBe(true);
      expect(faulty.sent()).toHaveLength(1);
    });
  },
  { fakes: [faulty] },
);
