import { FAKE_SECRET, fakeChannel } from '../../support/fake-channel';
import { until } from '../../support/until';
import { toldOf, type Visitor } from './visitor';
import { must, onWebGateway, type WebShop } from './web-chat-world';

const MINUTE_MS = 60_000;
const mail = fakeChannel({
  id: 'fake-email',
  channel: 'email',
  capabilities: { text: { maxLength: 50_000 } },
});

onWebGateway(
  'a visitor who left the page',
  (stage) => {
    /** The mailbox of the shop of this test: chats of other tests may move meanwhile. */
    let mailbox = '';
    let opened = 0;
    const mails = () => mail.sent().filter(({ own }) => own === mailbox);

    const withMail = async (leaving: Readonly<Record<string, unknown>>): Promise<WebShop> => {
      const shop = await stage.shop({ leaving });
      opened += 1;
      mailbox = `help-${opened}@shop.example`;
      const settings = { name: mailbox, secret: FAKE_SECRET };
      await must(shop.api.post('/channels', { kind: 'email', name: 'Mail', teamId: 'sales', settings }));
      return shop;
    };
    /** Somebody asks, leaves an address, and goes away. */
    const askAndLeave = async (shop: WebShop, email: string): Promise<{ visitor: Visitor; chat: string }> => {
      const visitor = shop.visitor();
      await visitor.open();
      const stream = await visitor.listen();
      await must(visitor.say('Is it blue?', { preChat: { name: 'Ada', email } }));
      stream.stop();
      await stream.ended;
      const [chat] = await shop.chatsOf(visitor.profileId);
      return { visitor, chat: chat.id };
    };
    const textOf = (index: number) => mails()[index]?.message.text ?? '';

    it('gets by mail what they did not see, in one message, and goes on by mail from there', async () => {
      const shop = await withMail({ mode: 'automatic', afterMinutes: 10, intro: 'You had left.' });
      const { visitor, chat } = await askAndLeave(shop, 'Ada@home.example');
      await shop.answer(chat, 'Yes.');
      await shop.answer(chat, 'From Friday on.');
      stage.gateway.advance(11 * MINUTE_MS);
      await until(() => mails().length > 0);
      expect(mails()).toMatchObject([
        {
          party: 'ada@home.example',
          message: { text: 'You had left.\n\nYes.\n\nFrom Friday on.', automatic: true },
        },
      ]);
      const moved = (await shop.api.get('/events?names=chat.channelUpdated')).body.events;
      expect(moved).toMatchObject([
        {
          payload: {
            id: chat,
            channelId: 'email',
            previousChannelId: 'webChat',
            route: { address: 'ada@home.example' },
          },
        },
      ]);
      await shop.answer(chat, 'Shall I keep one for you?');
      await until(() => mails().length === 2);
      expect(textOf(1)).toBe('Shall I keep one for you?');
      expect((await visitor.history()).chat).toMatchObject({ movedTo: 'email' });

      // Back on the page, the conversation is there again.
      const stream = await visitor.listen();
      await must(visitor.say('I am back'));
      await until(() => toldOf(stream, 'chat').some(({ data }) => data.movedTo === undefined));
      await shop.answer(chat, 'Welcome back');
      await until(() => toldOf(stream, 'message').some(({ data }) => data.parts[0].data === 'Welcome back'));
      expect(mails()).toHaveLength(2);
    });

    it('stays where they are while they look, when they saw it all, and without an address', async () => {
      const shop = await withMail({ mode: 'automatic', afterMinutes: 10 });
      const [looks, saw, nowhere] = [shop.visitor(), shop.visitor(), shop.visitor()];
      for (const [visitor, email] of [
        [looks, 'looks@x.example'],
        [saw, 'saw@x.example'],
        [nowhere, undefined],
      ] as const) {
        await must(visitor.say('hello', email === undefined ? {} : { preChat: { email } }));
        const [chat] = await shop.chatsOf(visitor.profileId);
        await shop.answer(chat.id, 'hi');
      }
      const { messages } = await until(async () => {
        const page = await saw.history();
        return page.messages.length === 2 ? page : undefined;
      });
      await must(saw.call('POST', '/marks', { body: { ids: [messages[1].id], status: 'read' } }));
      const leaves = await askAndLeave(shop, 'leaves@x.example');
      await shop.answer(leaves.chat, 'for the one who left');
      stage.gateway.advance(11 * MINUTE_MS);
      await looks.listen();
      await until(() => mails().length > 0);
      expect(mails().map(({ party }) => party)).toEqual(['leaves@x.example']);
    });

    it('is not followed beyond the limits: so many answers in a mail, chats to an address, and chats in an hour', async () => {
      const limits = { mostMessages: 2, mostPerAddress: 1, mostPerHour: 2 };
      const shop = await withMail({ mode: 'automatic', afterMinutes: 10, intro: 'Hello.', ...limits });
      const left: { chat: string }[] = [];
      for (const email of ['one@x.example', 'one@x.example', 'two@x.example', 'three@x.example'])
        left.push(await askAndLeave(shop, email));
      for (const { chat } of left) for (const text of ['a', 'b', 'c']) await shop.answer(chat, text);
      stage.gateway.advance(11 * MINUTE_MS);
      await until(() => mails().length === 2);
      for (const { message } of mails()) expect(message.text).toBe('Hello.\n\nb\n\nc');
      expect(new Set(mails().map(({ party }) => party)).size).toBe(2);
      // An hour later there is room for one more address, and none for the one that had its share today.
      stage.gateway.advance(61 * MINUTE_MS);
      await until(() => mails().length === 3);
      expect(new Set(mails().map(({ party }) => party)).size).toBe(3);
      const { events } = (await shop.api.get('/events?names=chat.channelUpdated')).body;
      expect(events).toHaveLength(3);
    });

    it('can be followed by an agent, who needs no address for it', async () => {
      const shop = await withMail({ mode: 'agent' });
      const { chat } = await askAndLeave(shop, 'ada@home.example');
      await must(shop.api.put(`/chats/${chat}/channel`, { channelId: 'email' }));
      await shop.answer(chat, 'Yes, it is.');
      await until(() => mails().length === 1);
      expect(mails()[0]).toMatchObject({ party: 'ada@home.example', message: { text: 'Yes, it is.' } });
    });

    it('does not become the owner of an address by leaving it, and never comes near to whoever is', async () => {
      const shop = await withMail({ mode: 'automatic', afterMinutes: 10 });
      const liar = await askAndLeave(shop, 'eve@home.example');
      const { webhookUrl } = (await shop.api.get('/channels')).body.find(
        (one: { kind: string }) => one.kind === 'email',
      );
      await mail.write(webhookUrl, {
        from: 'eve@home.example',
        text: 'I am Eve, and write for the first time',
      });
      const chats = (await shop.api.get('/chats')).body;
      expect(chats).toHaveLength(2);
      const [eves] = chats.filter((chat: { channelId: string }) => chat.channelId === 'email');
      expect(eves.customerId).not.toBe(liar.visitor.profileId);
      await shop.answer(liar.chat, 'for the visitor only');
      const refused = await shop.api.put(`/chats/${liar.chat}/channel`, { channelId: 'email' });
      expect(refused).toMatchObject({
        status: 400,
        body: { validationFailures: [{ paramName: 'address' }] },
      });
      stage.gateway.advance(11 * MINUTE_MS);
      const other = await askAndLeave(shop, 'other@home.example');
      await shop.answer(other.chat, 'this one goes');
      stage.gateway.advance(11 * MINUTE_MS);
      await until(() => mails().length > 0);
      expect(mails().map(({ party }) => party)).toEqual(['other@home.example']);
    });
  },
  { definitions: [mail.definition] },
);
