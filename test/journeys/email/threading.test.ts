import type { Answer } from '../../support/api';
import { withDovecot } from '../../support/dovecot';
import { type MailShop, mailOf, onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';

withDovecot('a reply finds its chat', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    /** A chat with Ada, and the mail that she got. */
    async function answered(shop: MailShop, more: { readonly cc?: string } = {}) {
      const first = shop.receive({ from: ADA, text: 'A question', ...more });
      const chat = await shop.chatWith(ADA);
      await shop.answer(chat.id, 'An answer');
      const sent = await shop.sentTo(ADA);
      await until(async () => (await shop.messages(chat.id))[1]?.status === 'sent');
      return { first, chat, sent, token: sent.mail.replyTo?.value[0]?.address ?? '' };
    }
    const texts = async (shop: MailShop, chatId: string) =>
      (await shop.messages(chatId)).map((one: Answer['body']) => one.parts[0].data);

    test('by the signed token in any header that says to whom it went, from whichever address', async () => {
      const shop = await openShop();
      const { chat, token } = await answered(shop);
      expect(token).toMatch(/^support-[0-9a-f]+\+r[a-z2-7]+@shop\.example$/);
      shop.receive({ from: 'ada.private@elsewhere.example', to: token.toUpperCase(), text: 'From my phone' });
      shop.receive({
        from: 'ada.third@elsewhere.example',
        to: 'undisclosed-recipients:;',
        headers: [`Delivered-To: ${token}`],
        text: 'Once more',
      });
      await until(async () => (await shop.messages(chat.id)).length === 4);
      expect(await texts(shop, chat.id)).toEqual(['A question', 'An answer', 'From my phone', 'Once more']);
      expect((await shop.api.get('/chats')).body).toHaveLength(1);
    });

    test('a token that was tampered with, or is of another mailbox, proves nothing', async () => {
      const shop = await openShop();
      const other = await openShop();
      const { token } = await answered(shop);
      const foreign = (await answered(other)).token.replace(
        other.address.split('@')[0] ?? '',
        shop.address.split('@')[0] ?? '',
      );
      const forged = token.replace(/(.)@/, (_, last) => `${last === 'a' ? 'b' : 'a'}@`);
      shop.receive({ from: 'eve@elsewhere.example', to: forged, text: 'Let me in' });
      shop.receive({ from: 'mallory@elsewhere.example', to: foreign, text: 'Me too' });
      await shop.chatWith('eve@elsewhere.example');
      await shop.chatWith('mallory@elsewhere.example');
      expect((await shop.api.get('/chats')).body).toHaveLength(3);
    });

    test('somebody who was on the mail joins; a stranger who only names it gets a chat of their own', async () => {
      const shop = await openShop();
      const { chat, first, sent } = await answered(shop, { cc: 'carl@customer.example' });
      const inReplyTo = sent.mail.messageId ?? '';
      shop.receive({ from: 'carl@customer.example', text: 'I have one too', inReplyTo });
      await until(async () => (await shop.messages(chat.id)).length === 3);
      shop.receive({ from: 'eve@elsewhere.example', text: 'Me too', references: `<${first}> ${inReplyTo}` });
      const strange = await shop.chatWith('eve@elsewhere.example');
      const [message] = await shop.messages(strange.id);
      expect(message.metadata.refersTo.chatId).toBe(chat.id);
      expect(await texts(shop, chat.id)).toEqual(['A question', 'An answer', 'I have one too']);
    });

    test('nor does it matter that all of them come at the same time', async () => {
      const letters = [
        { from: ADA, cc: 'carl@customer.example', messageId: 'first@customer.example', text: 'A question' },
        { from: 'carl@customer.example', text: 'I have one too', inReplyTo: '<first@customer.example>' },
        { from: 'eve@elsewhere.example', text: 'Me too', inReplyTo: '<first@customer.example>' },
        { from: ADA, text: 'And another' },
      ];
      // As if they had arrived after the account was connected, while nobody listened.
      const at = new Date(Date.now() + 3_600_000);
      const shop = await openShop({
        before: (address) => {
          for (const letter of letters) dovecot().deliver(address, mailOf(letter, address).raw, { at });
        },
      });

      const strange = await shop.chatWith('eve@elsewhere.example');
      const chat = await shop.chatWith(ADA, 3);
      expect(await texts(shop, chat.id)).toEqual(['A question', 'I have one too', 'And another']);
      const [message] = await shop.messages(strange.id);
      expect(message.metadata.refersTo.chatId).toBe(chat.id);
      expect((await shop.api.get('/chats')).body).toHaveLength(2);
    });

    test('the id that a relay gave our mail is learnt from the first reply', async () => {
      const shop = await openShop();
      const { chat, token } = await answered(shop, { cc: 'carl@customer.example' });
      const relayed = '<0100019-relay@relay.example>';
      shop.receive({ from: ADA, to: token, text: 'Thanks', inReplyTo: relayed });
      await until(async () => (await shop.messages(chat.id)).length === 3);
      shop.receive({ from: 'carl@customer.example', text: 'From me as well', inReplyTo: relayed });
      await until(async () => (await shop.messages(chat.id)).length === 4);
    });

    test('the subject alone is no evidence', async () => {
      const shop = await openShop();
      const { chat } = await answered(shop);
      shop.receive({ from: 'eve@elsewhere.example', subject: 'Re: A question', text: 'Same words' });
      await shop.chatWith('eve@elsewhere.example');
      expect(await shop.messages(chat.id)).toHaveLength(2);
    });

    test('the same mail twice is one message; two mails with one id are two', async () => {
      const shop = await openShop();
      const letter = { from: ADA, messageId: 'same@customer.example', at: new Date() };
      shop.receive({ ...letter, text: 'One' });
      shop.receive({ ...letter, text: 'One', headers: ['Delivered-To: alias@shop.example'] });
      shop.receive({ ...letter, text: 'Another' });
      const chat = await shop.chatWith(ADA, 2);
      shop.receive({ from: ADA, text: 'Last' });
      await until(async () => (await texts(shop, chat.id)).includes('Last'));
      expect(await texts(shop, chat.id)).toEqual(['One', 'Another', 'Last']);
    });

    test('where the account asks for it, an unverified sender never sees the history of an address', async () => {
      const shop = await openShop({
        settings: { trustedServers: ['mx.shop.example'], unverifiedSenders: 'apart' },
      });
      const vouched = 'Authentication-Results: mx.shop.example; dmarc=pass header.from=customer.example';
      shop.receive({ from: ADA, text: 'It is me', headers: [vouched] });
      const chat = await shop.chatWith(ADA);
      shop.receive({
        from: ADA,
        text: 'It is me, too',
        headers: ['Authentication-Results: mx.shop.example; dmarc=fail', vouched],
      });
      const apart = await shop.chatWith(`${ADA}?unverified`);
      const [message] = await shop.messages(apart.id);
      expect(message.metadata.verified).toBe(false);
      expect(apart.customerId).not.toBe(chat.customerId);
      await shop.answer(apart.id, 'Who are you?');
      expect((await shop.sentTo(ADA)).mail.text).toBe('Who are you?\n');
    });

    test('a form on a web site that writes as ourselves is its visitor', async () => {
      const shop = await openShop();
      shop.receive({
        from: `Shop <${shop.address}>`,
        headers: ['Reply-To: Vera <vera@visitor.example>'],
        text: 'A form',
      });
      const chat = await shop.chatWith('vera@visitor.example');
      await shop.answer(chat.id, 'Thanks');
      expect((await shop.sentTo('vera@visitor.example')).to).toEqual(['vera@visitor.example']);
    });
  });
});
