import { gzipSync } from 'node:zlib';
import type { Answer } from '../../support/api';
import { withDovecot } from '../../support/dovecot';
import { type MailShop, onMailGateway } from '../../support/mail-shop';

type Body = Answer['body'];

const ADA = 'ada@customer.example';

withDovecot('what is in a mail', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    const partsOf = async (shop: MailShop): Promise<Body[]> => {
      const chat = await shop.chatWith(ADA);
      return (await shop.messages(chat.id))[0].parts;
    };
    const bytesOf = async ({ url }: Body) => Buffer.from(await (await fetch(url)).arrayBuffer());
    const receive = (shop: MailShop, type: string, text: string) =>
      shop.receive({ from: ADA, headers: [`Content-Type: ${type}`], text });

    test('an invitation is there in words and as the file that a calendar takes', async () => {
      const shop = await openShop();
      const event = ['BEGIN:VEVENT', 'UID:1@customer.example', 'DTSTART:20261201T090000Z', 'SUMMARY:Fitting'];
      const calendar = ['BEGIN:VCALENDAR', 'METHOD:REQUEST', ...event, 'END:VEVENT', 'END:VCALENDAR'].join(
        '\r\n',
      );
      const words = ['--b', 'Content-Type: text/plain', '', 'Come to the fitting on Tuesday'];
      const file = [
        '--b',
        'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
        '',
        calendar,
        '--b--',
      ];
      receive(shop, 'multipart/alternative; boundary=b', [...words, ...file].join('\n'));

      const [text, invitation] = await partsOf(shop);
      expect(text).toMatchObject({ type: 'text/plain', data: 'Come to the fitting on Tuesday' });
      expect(invitation).toMatchObject({ type: 'text/calendar', name: 'invitation.ics' });
      expect((await bytesOf(invitation)).toString().trim()).toBe(calendar);
    });

    test('what is signed around its content, or encrypted, is the file that it came as', async () => {
      const shop = await openShop();
      // The beginning of a CMS signed-data (RFC 5652 5.1); nothing here looks into it.
      const cms = Buffer.from('3080060b2a864886f70d010702a080', 'hex');
      const type = 'application/pkcs7-mime; smime-type=signed-data';
      receive(shop, `${type}\nContent-Transfer-Encoding: base64`, cms.toString('base64'));

      const parts = await partsOf(shop);
      expect(parts).toMatchObject([{ type: 'application/pkcs7-mime', name: 'smime.p7m' }]);
      expect(await bytesOf(parts[0])).toEqual(cms);
    });

    test('a file that would unpack to a thousand times its size is kept as it is', async () => {
      const shop = await openShop();
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      const words = ['--b', 'Content-Type: text/plain', '', 'See the log'];
      const file = [
        '--b',
        'Content-Type: application/gzip; name=log.gz',
        'Content-Transfer-Encoding: base64',
        '',
      ];
      const body = [...words, ...file, bomb.toString('base64').replace(/.{76}/g, '$&\n'), '--b--'];
      receive(shop, 'multipart/mixed; boundary=b', body.join('\n'));

      const [, log] = await partsOf(shop);
      expect(log).toMatchObject({ name: 'log.gz', size: bomb.length });
      expect(await bytesOf(log)).toEqual(bomb);
    });
  });
});
