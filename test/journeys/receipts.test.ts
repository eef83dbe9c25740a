import { fakeChannel } from '../support/fake-channel';
import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const pager = fakeChannel({ id: 'pager', capabilities: { text: { maxLength: 20 } } });

onEachGateway(
  'what the provider reports',
  (stage) => {
    const sentAnswer = async (shop: Shop) => {
      stage.sim.autoCallbacks(false);
      const chat = await shop.chatFrom(aCustomer());
      const { body: posted } = await shop.answer(chat.id, 'hello');
      const { externalIds } = await shop.messageOnce(chat.id, posted.id, 'sent');
      return { chat, id: posted.id as string, sid: externalIds[0] as string };
    };
    const statesOf = async (shop: Shop, chatId: string, id: string) =>
      (await shop.message(chatId, id)).receipts.map((receipt: { state: string }) => receipt.state);

    test('is answered with 204 and no body', async () => {
      const shop = await stage.shop();
      const { sid } = await sentAnswer(shop);

      const [reply] = await stage.sim.callback(sid, 'delivered');

      expect(reply).toMatchObject({ status: 204, body: '' });
    });

    test.each(['before_answer', 'after_answer'] as const)(
      'may come %s: the message is delivered',
      async (when) => {
        const shop = await stage.shop();
        stage.sim.autoCallbacks({ when });
        const customer = aCustomer();
        const { id } = await shop.chatFrom(customer);

        const { body: first } = await shop.answer(id, 'one');
        const { body: second } = await shop.answer(id, 'two');

        await shop.messageOnce(id, first.id, 'delivered');
        await shop.messageOnce(id, second.id, 'delivered');
        const attempts = await until(async () => {
          const message = await shop.message(id, second.id);
          return message.attempts.length > 0 ? message.attempts : undefined;
        });
        expect(attempts).toMatchObject([{ attempt: 1, outcome: 'sent' }]);
        expect(shop.sentTo(customer).map((sent) => sent.body)).toEqual(['one', 'two']);
      },
    );

    test('may come shuffled and twice: the highest status stands, and each is told once', async () => {
      const shop = await stage.shop();
      stage.sim.autoCallbacks({
        order: 'shuffled',
        times: 2,
        states: ['queued', 'sending', 'sent', 'delivered', 'read'],
      });
      const { id } = await shop.chatFrom(aCustomer());
      const posted = await Promise.all([1, 2, 3, 4, 5].map((n) => shop.answer(id, `answer ${n}`)));

      for (const { body } of posted) await shop.messageOnce(id, body.id, 'read');

      const events = await shop.events(id);
      expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
      for (const { body } of posted) {
        const reads = events.filter(
          ({ data }) => data.name === 'chatMessage.read' && data.payload.id === body.id,
        );
        expect(reads).toHaveLength(1);
      }
    });

    test('late does not move a status back', async () => {
      const shop = await stage.shop();
      const { chat, id, sid } = await sentAnswer(shop);
      await stage.sim.callback(sid, 'read');
      await shop.messageOnce(chat.id, id, 'read');
      const before = await shop.events(chat.id);

      for (const status of ['queued', 'sent', 'delivered', 'undelivered', 'failed'])
        await stage.sim.callback(sid, status, { errorCode: 30003 });

      const message = await shop.message(chat.id, id);
      expect(message.status).toBe('read');
      expect(message.failure).toBeUndefined();
      expect(await shop.events(chat.id)).toEqual(before);
      expect(new Set(await statesOf(shop, chat.id, id))).toEqual(
        new Set(['accepted', 'sent', 'delivered', 'read', 'failed']),
      );
    });

    test('twenty times at once is one receipt and one event', async () => {
      const shop = await stage.shop();
      const { chat, id, sid } = await sentAnswer(shop);

      await Promise.all(Array.from({ length: 20 }, () => stage.sim.callback(sid, 'delivered')));

      expect(await statesOf(shop, chat.id, id)).toEqual(['delivered']);
      const told = (await shop.events(chat.id)).filter(({ data }) => data.name === 'chatMessage.delivered');
      expect(told).toHaveLength(1);
    });

    test('as failed says why, in our words and in theirs', async () => {
      const shop = await stage.shop();
      const { chat, id, sid } = await sentAnswer(shop);

      await stage.sim.callback(sid, 'undelivered', { errorCode: 30006 });

      const message = await shop.messageOnce(chat.id, id, 'failed');
      expect(message.failure).toEqual({ reason: 'landline', code: '30006', retryable: false });
      const [told] = await shop.logged('chatMessage.failed');
      expect(told?.payload).toMatchObject({
        id,
        chatId: chat.id,
        failure: { reason: 'landline', code: '30006' },
      });
    });

    test('as delivered after failed is believed: the handset has it', async () => {
      const shop = await stage.shop();
      const { chat, id, sid } = await sentAnswer(shop);
      await stage.sim.callback(sid, 'undelivered', { errorCode: 30003 });
      await shop.messageOnce(chat.id, id, 'failed');

      await stage.sim.callback(sid, 'delivered');

      const message = await shop.messageOnce(chat.id, id, 'delivered');
      expect(message.failure).toBeUndefined();
    });

    test('of a message that we do not know changes nothing and is taken', async () => {
      const shop = await stage.shop();
      const { chat, id, sid } = await sentAnswer(shop);
      const request = stage.sim.callbackRequest(sid, 'delivered');
      const foreign = new URLSearchParams(Buffer.from(request.body).toString());
      foreign.set('MessageSid', `SM${'0'.repeat(32)}`);
      foreign.set('SmsSid', `SM${'0'.repeat(32)}`);
      const url = request.url.split('?')[0] ?? '';
      const signed = stage.sim.signed(Buffer.from(foreign.toString()), url);

      const response = await fetch(url, {
        method: 'POST',
        headers: signed.headers,
        body: Buffer.from(signed.body),
      });

      expect(response.status).toBe(204);
      expect(await shop.message(chat.id, id)).toMatchObject({ status: 'sent', receipts: [] });
    });

    test('before our call has returned waits for it, where it does not name our key', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(pager);
      await pager.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      pager.next(async ({ take }) => {
        const externalId = take();
        await pager.report(webhookUrl, { target: { externalId }, state: 'delivered' });
        return { externalIds: [externalId], state: 'accepted' };
      });

      const { body: posted } = await shop.answer(chat.id, 'hello');

      await shop.messageOnce(chat.id, posted.id, 'delivered');
    });

    test('for one part of a long message leaves the whole where its slowest part is', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(pager);
      await pager.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      const { body: posted } = await shop.answer(chat.id, 'a text that is far too long for one page');
      await until(() => pager.sent().length === 3);
      await shop.messageOnce(chat.id, posted.id, 'sent');
      const [first, second, third] = pager.sent().map(({ id }) => ({ externalId: id }));
      if (!first || !second || !third) throw new Error('there are no three pages');

      await pager.report(webhookUrl, { target: first, state: 'delivered' });
      await pager.report(webhookUrl, { target: third, state: 'delivered' });
      const meanwhile = await shop.message(chat.id, posted.id);
      await pager.report(webhookUrl, { target: second, state: 'delivered' });

      expect(meanwhile.status).toBe('sent');
      expect((await shop.message(chat.id, posted.id)).status).toBe('delivered');
    });

    describe('as a watermark', () => {
      const read = (webhookUrl: string, upTo: Date) =>
        pager.report(webhookUrl, { target: { address: { own: 'desk', party: 'kim' }, upTo }, state: 'read' });
      const talkOnPager = async (shop: Shop) => {
        const { webhookUrl } = await shop.connect(pager);
        await pager.write(webhookUrl, { from: 'kim', text: 'hi' });
        const [chat] = await shop.chatsOf('kim');
        return { webhookUrl, chatId: chat.id as string };
      };

      test('marks all that was sent until then, and nothing after', async () => {
        const shop = await stage.shop();
        const { webhookUrl, chatId } = await talkOnPager(shop);
        const [one, two] = [await shop.answer(chatId, 'one'), await shop.answer(chatId, 'two')];
        await shop.messageOnce(chatId, two.body.id, 'sent');
        const upTo = new Date((await shop.message(chatId, two.body.id)).context.sentOn);
        await until(() => Date.now() > upTo.getTime());
        const { body: three } = await shop.answer(chatId, 'three');
        await shop.messageOnce(chatId, three.id, 'sent');

        await read(webhookUrl, upTo);
        await read(webhookUrl, upTo);

        for (const { body } of [one, two]) expect((await shop.message(chatId, body.id)).status).toBe('read');
        expect((await shop.message(chatId, three.id)).status).toBe('sent');
        const told = (await shop.events(chatId)).filter(({ data }) => data.name === 'chatMessage.read');
        expect(told).toHaveLength(2);
      });

      test('marks every part of a long message', async () => {
        const shop = await stage.shop();
        const { webhookUrl, chatId } = await talkOnPager(shop);
        const { body: posted } = await shop.answer(chatId, 'a text that is far too long for one page');
        await shop.messageOnce(chatId, posted.id, 'sent');

        await read(webhookUrl, new Date(Date.now() + 1_000));

        expect((await shop.message(chatId, posted.id)).status).toBe('read');
      });
    });
  },
  { fakes: [pager] },
);
