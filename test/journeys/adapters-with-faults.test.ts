import { ChannelError } from '../../plugins/contract/index';
import { fakeChannel } from '../support/fake-channel';
import { expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const faulty = fakeChannel({
  id: 'faulty',
  capabilities: { sendConcurrency: 2, lookup: { settlesAfterMs: 1_000 } },
});
const windowed = fakeChannel({ id: 'windowed', capabilities: { replyWindowHours: 24 } });

onEachGateway(
  'an adapter with a fault',
  (stage) => {
    const talkOn = async (shop: Shop, fake: typeof faulty, from = 'kim') => {
      const { webhookUrl, accountId } = await shop.connect(fake);
      await fake.write(webhookUrl, { from, text: 'hi' });
      const [chat] = await shop.chatsOf(from);
      return { webhookUrl, accountId, chatId: chat.id as string };
    };

    describe('that cannot read a delivery', () => {
      test('has it kept whole, and read again after a fix', async () => {
        const shop = await stage.shop();
        const { webhookUrl, accountId, chatId } = await talkOn(shop, faulty);
        faulty.parseFault = new TypeError('cannot read properties of undefined');
        const reply = await faulty.write(webhookUrl, { from: 'kim', text: 'of a new kind' });

        const { body: kept } = await shop.api.get('/quarantine');
        const stillBroken = await shop.api.post(`/quarantine/${kept[0].id}/replay`);
        faulty.parseFault = undefined;
        const replayed = await shop.api.post(`/quarantine/${kept[0].id}/replay`);

        expect(reply.status).toBe(200);
        expect(kept).toMatchObject([
          { accountId, state: 'waiting', problem: expect.stringContaining('TypeError') },
        ]);
        expectProblem(stillBroken, 'conflict');
        expect(replayed).toMatchObject({
          status: 200,
          body: { state: 'replayed', settledOn: expect.any(String) },
        });
        expect(await shop.said(chatId)).toEqual(['hi', 'of a new kind']);
        expect((await shop.api.get('/quarantine?state=waiting')).body).toEqual([]);
      });

      test('does not store twice what a replay repeats', async () => {
        const shop = await stage.shop();
        const { webhookUrl, chatId } = await talkOn(shop, faulty);
        faulty.parseFault = new Error('no');
        await faulty.write(webhookUrl, { from: 'kim', text: 'once' });
        faulty.parseFault = undefined;
        const [kept] = (await shop.api.get('/quarantine')).body;

        await shop.api.post(`/quarantine/${kept.id}/replay`);
        await shop.api.post(`/quarantine/${kept.id}/replay`);

        expect(await shop.said(chatId)).toEqual(['hi', 'once']);
      });

      test('gives events of an unknown type: these are kept, the others are stored', async () => {
        const shop = await stage.shop();
        const { webhookUrl, chatId } = await talkOn(shop, faulty);
        const message = {
          externalId: 'known-1',
          address: { own: 'desk', party: 'kim' },
          sender: {},
          media: [],
          text: 'and this',
        };
        const unknown = { type: 'hologram' } as never;

        await faulty.deliver(webhookUrl, [unknown, { type: 'message', message }]);

        expect(await shop.said(chatId)).toEqual(['hi', 'and this']);
        expect((await shop.api.get('/quarantine')).body).toHaveLength(1);
      });
    });

    describe('that throws while sending', () => {
      test.each([
        ['a TypeError', () => new TypeError('x is not a function')],
        ['something that is no error', () => 'oops'],
        ['nothing at all', () => undefined],
      ])('%s leaves the outcome unknown; it is looked up and sent once', async (_name, thrown) => {
        const shop = await stage.shop();
        const { chatId } = await talkOn(shop, faulty);
        faulty.next(() => {
          throw thrown();
        });

        const { body: posted } = await shop.answer(chatId, 'hello');
        await shop.messageOnce(chatId, posted.id, 'unknown');
        stage.gateway.advance(3_000);

        const message = await shop.messageOnce(chatId, posted.id, 'sent');
        expect(message.attempts).toMatchObject([{ outcome: 'absent' }, { outcome: 'sent' }]);
        expect(message.attempts[0].detail).not.toContain('is not a function');
        expect(faulty.sent()).toHaveLength(1);
      });

      test('the kind that only a webhook may use is a failure, and not repeated', async () => {
        const shop = await stage.shop();
        const { chatId } = await talkOn(shop, faulty);
        faulty.next(() => {
          throw new ChannelError('forbidden', 'not like this');
        });

        const { body: posted } = await shop.answer(chatId, 'hello');

        await shop.messageOnce(chatId, posted.id, 'failed');
        expect(faulty.calls()).toHaveLength(1);
      });
    });

    test('that gives a receipt that is none: the outcome is unknown, and it is not sent again', async () => {
      const shop = await stage.shop();
      const { chatId } = await talkOn(shop, faulty);
      faulty.next(({ take }) => {
        take();
        return undefined as never;
      });

      const { body: posted } = await shop.answer(chatId, 'hello');
      const isUnknown = async () => (await shop.message(chatId, posted.id)).status === 'unknown';
      await until(isUnknown, { patienceMs: 3_000 });
      stage.gateway.advance(3_000);

      await shop.messageOnce(chatId, posted.id, 'sent');
      expect(faulty.sent()).toHaveLength(1);
      expect(faulty.calls()).toHaveLength(1);
    });

    test('that never comes back holds its own message, and nobody else’s', async () => {
      const shop = await stage.shop();
      const { webhookUrl, chatId } = await talkOn(shop, faulty);
      await faulty.write(webhookUrl, { from: 'lee', text: 'me too' });
      const [neighbour] = await shop.chatsOf('lee');
      const byPhone = await shop.chatFrom(aCustomer());
      let free = () => {};
      const stuck = new Promise<void>((resolve) => {
        free = resolve;
      });
      faulty.next(async ({ take }) => {
        await stuck;
        return { externalIds: [take()], state: 'accepted' };
      });

      const { body: hanging } = await shop.answer(chatId, 'hangs');
      await until(() => faulty.calls().length === 1);
      const { body: next } = await shop.answer(neighbour.id, 'does not', 'bob');
      const { body: sms } = await shop.answer(byPhone.id, 'neither does this');

      await shop.messageOnce(neighbour.id, next.id, 'sent');
      await shop.messageOnce(byPhone.id, sms.id, 'delivered');
      expect((await shop.message(chatId, hanging.id)).status).toBe('sending');
      free();
      await shop.messageOnce(chatId, hanging.id, 'sent');
    });

    test('sends no more at once than it says, and every chat in order', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(faulty);
      const customers = ['a', 'b', 'c', 'd', 'e', 'f'];
      for (const from of customers) await faulty.write(webhookUrl, { from, text: 'hi' });
      let underWay = 0;
      let most = 0;
      faulty.always(async ({ take }) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        return { externalIds: [take()], state: 'accepted' };
      });

      for (let n = 1; n <= 3; n += 1)
        for (const from of customers) await shop.answer((await shop.chatsOf(from))[0].id, `${from}${n}`);

      await until(() => faulty.sent().length === 18);
      expect(most).toBeLessThanOrEqual(2);
      for (const from of customers) {
        const texts = faulty
          .sent()
          .filter(({ party }) => party === from)
          .map(({ message }) => message.text);
        expect(texts).toEqual([`${from}1`, `${from}2`, `${from}3`]);
      }
    });

    test('a message that had to wait beyond the time to answer is not sent any more', async () => {
      const shop = await stage.shop();
      const { chatId } = await talkOn(shop, windowed);
      windowed.next(() => {
        throw new ChannelError('unavailable', 'not now');
      });
      const { body: posted } = await shop.answer(chatId, 'hello');
      await until(async () => (await shop.message(chatId, posted.id)).attempts.length === 1);

      stage.gateway.advance(24 * 3_600_000 - 10 * 60_000);
      windowed.always(() => {
        throw new ChannelError('unavailable', 'not now either');
      });
      await until(async () => (await shop.message(chatId, posted.id)).attempts.length === 2);
      windowed.always(undefined);
      stage.gateway.advance(15 * 60_000);

      const settled = await until(async () => {
        const message = await shop.message(chatId, posted.id);
        return ['accepted', 'sending'].includes(message.status) ? undefined : message;
      });
      expect(settled).toMatchObject({ status: 'failed', failure: { reason: 'outside_window' } });
      expect(windowed.sent()).toEqual([]);
    });
  },
  { fakes: [faulty, windowed] },
);
