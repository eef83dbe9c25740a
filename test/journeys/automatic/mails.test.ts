import { withDovecot } from '../../support/dovecot';
import { onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';
import { must } from '../teams/team-world';
import { closedDays, speaks } from './speaking-shop';

const CUSTOMER = 'ada@customer.example';

withDovecot('what a team says by itself, by mail', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    test('it is marked as automatic, escaped in HTML, and answers the subject', async () => {
      const shop = await openShop();
      await speaks(shop.api, {
        ...{ holidays: closedDays(), outOfHoursMessageEnabled: true },
        outOfHoursMessage:
          'Dear {{customerName|customer}}, <closed> & back {{openingTime}}.\nhttps://shop.example/?a=1&b=2',
      });
      shop.receive({ from: `"O'Neill & Co" <${CUSTOMER}>`, subject: 'Blue?', text: 'In blue?' });
      const chat = await shop.chatWith(CUSTOMER);
      const { mail } = await shop.sentTo(CUSTOMER);

      expect(mail.subject).toBe('Re: Blue?');
      expect(mail.headers.get('auto-submitted')).toBe('auto-replied');
      expect(mail.text).toContain("Dear O'Neill & Co, <closed> & back ");
      expect(mail.html).toContain('Dear O&#39;Neill &amp; Co, &lt;closed&gt; &amp; back ');
      expect(mail.html).toContain('<a href="https://shop.example/?a=1&amp;b=2">');
      expect((await shop.api.get(`/chats/${chat.id}`)).body.status).toBe('new');
    });

    test('never to what a machine wrote, and never with an advertisement for a name', async () => {
      const shop = await openShop();
      await speaks(shop.api, {
        welcomeMessage: { timeout: 0, text: 'Hello {{customerName|there}}!' },
        closeMessage: 'Goodbye!',
      });
      const text = 'I am away.';
      shop.receive({ from: CUSTOMER, subject: 'Hi', text: 'Hi' });
      const chat = await shop.chatWith(CUSTOMER, 2);
      await shop.sentTo(CUSTOMER);
      shop.receive({ from: CUSTOMER, subject: 'Away', text, headers: ['Auto-Submitted: auto-replied'] });
      await shop.chatWith(CUSTOMER, 3);
      await must(shop.api.put(`/chats/${chat.id}/close`, {}));
      const victim = 'victim@elsewhere.example';
      shop.receive({ from: `"Win at evil.example" <${victim}>`, subject: 'Hi', text: 'Hi' });

      expect((await shop.sentTo(victim)).mail.text?.trim()).toBe('Hello there!');
      await until(async () => (await shop.messages(chat.id)).length === 3);
      const said = (await shop.messages(chat.id)).map(({ parts }) => parts[0].data);
      expect(said).toEqual(['Hi', 'Hello there!', text]);
      expect(shop.smtp.taken.filter(({ to }) => to.includes(CUSTOMER))).toHaveLength(1);
    });
  });
});
