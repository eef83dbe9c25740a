import { ChannelError } from '../../plugins/contract/index';
import { fakeChannel } from '../support/fake-channel';
import { onEachGateway, type Shop, says } from '../support/shop';
import { until } from '../support/until';

const MEDIA = { mimeTypes: ['image/*', 'application/pdf'], maxBytes: 1_000, perMessage: 2 };
const poor = fakeChannel({ id: 'poor', capabilities: { text: { maxLength: 50 } } });
const rich = fakeChannel({
  id: 'rich',
  capabilities: {
    text: { maxLength: 1_000, html: true },
    media: MEDIA,
    choices: { max: 3, maxLabel: 10 },
  },
});
const repeatable = fakeChannel({ id: 'repeatable', capabilities: { idempotentSend: true } });

onEachGateway(
  'what a channel can carry',
  (stage) => {
    const talkOn = async (shop: Shop, fake: typeof poor) => {
      const { webhookUrl, accountId } = await shop.connect(fake);
      await fake.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      const post = (...parts: object[]) =>
        shop.api.post(`/chats/${chat.id}/messages`, { from: { profileId: 'ann' }, parts });
      return { webhookUrl, accountId, chatId: chat.id as string, post };
    };
    const choices = (...labels: string[]) => ({
      type: 'application/vnd.parley.choices+json',
      data: JSON.stringify(labels.map((label, index) => ({ id: `c${index}`, label }))),
    });
    const sentBy = (fake: typeof poor, count: number) =>
      until(() => (fake.sent().length === count ? fake.sent().map(({ message }) => message) : undefined));

    test('a text that is too long leaves in pieces, in order, none too long', async () => {
      const shop = await stage.shop();
      const { chatId, post } = await talkOn(shop, poor);
      const text =
        'The quick brown fox jumps over the lazy dog, again and again, until it is tired. 👩‍👩‍👧‍👦';

      const { body: posted } = await post({ type: 'text/plain', data: text });

      await shop.messageOnce(chatId, posted.id, 'sent');
      const pieces = poor.sent().map(({ message }) => message.text ?? '');
      expect(pieces.join('')).toBe(text);
      expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(50);
      expect(new Set(poor.sent().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(pieces.length);
    });

    test('a piece that fails ends the message, and the next one goes on', async () => {
      const shop = await stage.shop();
      const { chatId, post } = await talkOn(shop, poor);
      poor.next(
        ({ take }) => ({ externalIds: [take()], state: 'sent' }),
        () => {
          throw new ChannelError('rejected', 'not this one', { reason: 'filtered' });
        },
      );

      const { body: long } = await post({ type: 'text/plain', data: 'a '.repeat(70) });
      const { body: next } = await post({ type: 'text/plain', data: 'next' });

      await shop.messageOnce(chatId, next.id, 'sent');
      expect(await shop.message(chatId, long.id)).toMatchObject({
        status: 'failed',
        failure: { reason: 'filtered' },
        attempts: [
          { piece: 0, outcome: 'sent' },
          { piece: 1, outcome: 'failed' },
        ],
      });
      expect(poor.sent().map(({ message }) => message.text)).toEqual([expect.stringMatching(/^a a/), 'next']);
    });

    test('choices are shown as such where they fit, else as a numbered list', async () => {
      const shop = await stage.shop();
      const onRich = await talkOn(shop, rich);
      const other = await stage.shop();
      const onPoor = await talkOn(other, poor);
      const question = { type: 'text/plain', data: 'Which one?' };

      await onRich.post(question, choices('Blue', 'Red'));
      await onRich.post(question, choices('a', 'b', 'c', 'd'));
      await onRich.post(question, choices('a label that is too long'));
      await onPoor.post(question, choices('Blue', 'Red'));

      const [fits, tooMany, tooLong] = await sentBy(rich, 3);
      expect(fits).toMatchObject({
        text: 'Which one?',
        choices: [
          { id: 'c0', label: 'Blue' },
          { id: 'c1', label: 'Red' },
        ],
      });
      expect(tooMany).toMatchObject({ text: 'Which one?\n1. a\n2. b\n3. c\n4. d', choices: [] });
      expect(tooLong).toMatchObject({ choices: [] });
      expect(await sentBy(poor, 1)).toMatchObject([{ text: 'Which one?\n1. Blue\n2. Red', choices: [] }]);
    });

    test('HTML is kept where it can be, else it becomes text', async () => {
      const shop = await stage.shop();
      const onRich = await talkOn(shop, rich);
      const other = await stage.shop();
      const onPoor = await talkOn(other, poor);
      const html = { type: 'text/html', data: '<p>Hello <b>Kim</b> &amp; co</p>' };

      await onRich.post(html);
      await onPoor.post(html);
      await onPoor.post({ type: 'text/plain', data: 'the plain one' }, html);

      expect(await sentBy(rich, 1)).toMatchObject([{ html: html.data }]);
      const [converted, alternative] = await sentBy(poor, 2);
      expect(converted?.text?.trim()).toBe('Hello Kim & co');
      expect(converted?.html).toBeUndefined();
      expect(alternative?.text).toBe('the plain one');
    });

    test('files go along where type, size and number fit; others go as links', async () => {
      const shop = await stage.shop();
      const { post } = await talkOn(shop, rich);
      const file = (name: string, type: string, size: number) => ({
        name,
        type,
        size,
        url: `https://shop.example/${name}`,
      });

      await post(
        file('a.png', 'image/png', 10),
        file('b.pdf', 'application/pdf', 10),
        file('c.png', 'image/png', 10),
        file('d.zip', 'application/zip', 10),
        file('e.png', 'image/png', 5_000),
      );

      const [first, second] = await sentBy(rich, 2);
      expect(first?.media.map(({ name }) => name)).toEqual(['a.png', 'b.pdf']);
      expect(second?.media.map(({ name }) => name)).toEqual(['c.png']);
      expect(first?.text).toBe('d.zip: https://shop.example/d.zip\ne.png: https://shop.example/e.png');
    });

    test('a file that we keep can be opened by the adapter', async () => {
      const shop = await stage.shop();
      const { post } = await talkOn(shop, rich);
      const bytes = Buffer.from('%PDF-1.4 not much of a document');

      await post({ type: 'application/pdf', name: 'terms.pdf', data: bytes.toString('base64') });

      const [message] = await sentBy(rich, 1);
      const stream = await message?.media[0]?.open();
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream?.body ?? []) chunks.push(chunk);
      expect(Buffer.concat(chunks)).toEqual(bytes);
      expect(stream).toMatchObject({ mimeType: 'application/pdf', bytes: bytes.length });
      expect(message?.media[0]).toMatchObject({ name: 'terms.pdf', url: expect.stringContaining('/media/') });
    });

    test('nothing but content that it cannot show is a 400', async () => {
      const shop = await stage.shop();
      const { post } = await talkOn(shop, poor);

      const { status, body } = await post({ type: 'application/x-odd', data: 'x' });

      expect({ status, code: body.type }).toMatchObject({
        status: 400,
        code: expect.stringContaining('validation-failed'),
      });
    });

    test('an automatic message says that it is one', async () => {
      const shop = await stage.shop();
      const { chatId } = await talkOn(shop, poor);

      await shop.api.post(`/chats/${chatId}/messages`, { ...says('away', 'sales'), isAutomatedSend: true });
      await shop.answer(chatId, 'here');

      const messages = await sentBy(poor, 2);
      expect(messages.map(({ automatic }) => automatic)).toEqual([true, false]);
    });

    test('what a customer chose, and what they answered to, is kept with the message', async () => {
      const shop = await stage.shop();
      const { webhookUrl, chatId } = await talkOn(shop, rich);

      await rich.write(webhookUrl, {
        from: 'kim',
        text: 'Blue',
        choiceId: 'c0',
        inReplyTo: 'out-1',
        subject: 'Re: colours',
      });

      const [, event] = await shop.events(chatId);
      expect(event?.data.payload.metadata).toEqual({
        choiceId: 'c0',
        inReplyTo: 'out-1',
        subject: 'Re: colours',
      });
    });

    test('typing is shown where the channel can, to the customer of the chat', async () => {
      const shop = await stage.shop();
      const { chatId } = await talkOn(shop, rich);

      await shop.api.post(`/chats/${chatId}/typing`);
      await shop.api.delete(`/chats/${chatId}/typing`);

      await until(() => rich.typings().length === 2);
      expect(rich.typings()).toMatchObject([
        { to: { party: 'kim' }, on: true },
        { to: { party: 'kim' }, on: false },
      ]);
    });

    test('at a provider that makes one of two, a send that may have arrived is simply repeated', async () => {
      const shop = await stage.shop();
      const { chatId, post } = await talkOn(shop, repeatable);
      repeatable.next(() => {
        throw new TypeError('cannot read the answer');
      });

      const { body: posted } = await post({ type: 'text/plain', data: 'hello' });

      const message = await shop.messageOnce(chatId, posted.id, 'sent');
      expect(message.attempts.map((attempt: { outcome: string }) => attempt.outcome)).toEqual([
        'retry',
        'sent',
      ]);
      expect(new Set(repeatable.calls().map(({ context }) => context.idempotencyKey)).size).toBe(1);
    });

    test('an answer goes out by the thread that the customer wrote in', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(poor);
      await poor.write(webhookUrl, {
        from: 'kim',
        text: 'hi',
        address: { own: 'desk', party: 'kim', thread: 't-7' },
      });
      const [chat] = await shop.chatsOf('kim');

      await shop.answer(chat.id, 'hello');

      expect(await sentBy(poor, 1)).toMatchObject([{ to: { own: 'desk', party: 'kim', thread: 't-7' } }]);
      expect(chat.context).toEqual({ conversationId: 't-7' });
    });
  },
  { fakes: [poor, rich, repeatable] },
);
