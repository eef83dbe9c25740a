import { onPostgres } from '../../support/databases';
import { withDovecot } from '../../support/dovecot';
import { mailOf, onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';

withDovecot('email', (dovecot) => {
  onPostgres('a mailbox', (open) => {
    onMailGateway(
      dovecot,
      (openShop) => {
        test('its past, its conversations and its tokens are the same', async () => {
          const longAgo = new Date(Date.now() - 30 * 86_400_000);
          const shop = await openShop({
            before: (address) =>
              dovecot().deliver(address, mailOf({ from: ADA, text: 'old', at: longAgo }, address).raw, {
                at: longAgo,
              }),
          });
          const [past] = await until(async () => {
            const chats = await shop.chatsOf(ADA);
            return chats.length > 0 ? chats : undefined;
          });
          expect(past).toMatchObject({ closeReason: 'past' });
          shop.receive({ from: ADA, text: 'A question' });
          const chat = await until(async () =>
            (await shop.chatsOf(ADA)).find(({ status }) => status === 'new'),
          );
          await shop.answer(chat.id, 'An answer');
          const { mail } = await shop.sentTo(ADA);
          shop.receive({
            from: 'phone@elsewhere.example',
            to: mail.replyTo?.value[0]?.address ?? '',
            text: 'Thanks',
          });
          await until(async () => (await shop.messages(chat.id)).length === 3);
          shop.receive({ from: 'news@letters.example', headers: ['List-Id: <n.example>'], text: 'News' });
          await until(async () => (await shop.chatsOf('news@letters.example'))[0]?.closeReason === 'past');
          expect((await shop.api.get('/chats')).body).toHaveLength(1);
        });
      },
      { open },
    );
  });
});
