import { fakeChannel } from '../support/fake-channel';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, onEachGateway, type Shop, says } from '../support/shop';

const plain = fakeChannel({ id: 'plain', capabilities: { text: { maxLength: 40 }, replyWindowHours: 24 } });

onEachGateway(
  'a preflight',
  (stage) => {
    const ask = (shop: Shop, chatId: string, message: object) =>
      shop.api.post(`/chats/${chatId}/messages/preflight`, message);

    test('says by which way and in how many segments a text would leave, and sends nothing', async () => {
      const shop = await stage.shop();
      const customer = aCustomer();
      const { id, revision } = await shop.chatFrom(customer);

      const { status, body } = await ask(shop, id, says('a'.repeat(161)));

      expect({ status, body }).toEqual({
        status: 200,
        body: {
          allowed: true,
          route: { accountId: shop.accountId, own: shop.number, address: customer },
          pieces: [
            {
              text: 'a'.repeat(161),
              media: [],
              choices: [],
              measure: { unit: 'segments', count: 2, encoding: 'GSM-7' },
            },
          ],
          lost: [],
        },
      });
      expect((await shop.api.get(`/chats/${id}`)).body.revision).toBe(revision);
      expect(await shop.said(id)).toEqual(['hello']);
    });

    test.each([
      ['160 plain characters', 'a'.repeat(160), 1, 'GSM-7'],
      ['one curly quote among 71', `’${'a'.repeat(70)}`, 2, 'UCS-2'],
      ['36 thumbs', '👍'.repeat(36), 2, 'UCS-2'],
    ])('counts %s as the provider bills them', async (_name, text, count, encoding) => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      const { body } = await ask(shop, id, says(text));

      expect(body.pieces[0].measure).toEqual({ unit: 'segments', count, encoding });
    });

    test('shows the pieces of a text that is too long for one', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      const text = 'word '.repeat(700).trim();

      const { body } = await ask(shop, id, says(text));

      const pieces: string[] = body.pieces.map((piece: { text: string }) => piece.text);
      expect(pieces.length).toBe(3);
      expect(pieces.join('')).toBe(text);
    });

    test('says what would be lost', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(plain);
      await plain.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');

      const { body } = await ask(shop, chat.id, {
        from: { profileId: 'ann' },
        parts: [
          { type: 'text/html', data: '<p>Hello <b>Kim</b></p>' },
          { type: 'image/png', url: 'https://shop.example/a.png', name: 'a.png' },
          {
            type: 'application/vnd.parley.choices+json',
            data: JSON.stringify([
              { id: 'y', label: 'Yes' },
              { id: 'n', label: 'No' },
            ]),
          },
        ],
      });

      expect(body.allowed).toBe(true);
      expect(body.lost).toHaveLength(3);
      expect(body.lost).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/HTML/),
          expect.stringMatching(/choices/),
          expect.stringMatching(/a\.png/),
        ]),
      );
      const text = body.pieces.map((piece: { text: string }) => piece.text).join('');
      expect(text).toContain('Hello Kim');
      expect(text).toContain('1. Yes\n2. No');
      expect(text).toContain('https://shop.example/a.png');
    });

    test('says why not: closed, somebody else’s, opted out, over time, nothing to show', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(plain);
      await plain.write(webhookUrl, { from: 'kim', text: 'hi' });
      const [chat] = await shop.chatsOf('kim');
      const stopped = aCustomer();
      const left = await shop.chatFrom(stopped, 'STOP');
      const closed = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${closed.id}/close`, { bypassMessage: true });
      const taken = await shop.chatFrom(aCustomer());
      await shop.answer(taken.id, 'hello', 'bob');
      const codeOf = async (id: string, message: object) => {
        const { status, body } = await ask(shop, id, message);
        expect({ status, allowed: body.allowed }).toEqual({ status: 200, allowed: false });
        expect(body.problem.detail).toMatch(/\S/);
        return body.problem.code;
      };

      expect(await codeOf(closed.id, says('x'))).toBe('chat-closed');
      expect(await codeOf(taken.id, says('x'))).toBe('third-participant');
      expect(await codeOf(left.id, says('x'))).toBe('opted-out');
      const odd = { from: { profileId: 'ann' }, parts: [{ type: 'application/x-odd', data: 'x' }] };
      expect(await codeOf(chat.id, odd)).toBe('validation-failed');
      stage.gateway.advance(25 * 3_600_000);
      expect(await codeOf(chat.id, says('x'))).toBe('outside-window');
    });

    test('of a malformed message is a 400, and in a chat that is not there a 404', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());

      expectInvalid(await ask(shop, id, { from: { profileId: 'ann' }, parts: [] }), 'parts');
      expectProblem(await ask(shop, 'none', says('x')), 'not-found');
    });
  },
  { fakes: [plain] },
);
