import { generateKeyPairSync } from 'node:crypto';
import { verifiedDkim } from '../../support/dkim';
import { withDovecot } from '../../support/dovecot';
import { FAKE_SECRET, fakeChannel } from '../../support/fake-channel';
import { onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';
const pager = fakeChannel({ id: 'pager' });

withDovecot('mail that goes out', (dovecot) => {
  onMailGateway(
    dovecot,
    (openShop) => {
      test('is signed by the domain of its sender where the account has a key', async () => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', {
          modulusLength: 2048,
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        });
        const shop = await openShop({
          settings: { dkim: { domain: 'shop.example', selector: 'parley', privateKey } },
        });
        shop.receive({ from: ADA, text: 'Do you have it in blue?' });
        const chat = await shop.chatWith(ADA);
        await shop.answer(chat.id, 'Yes: für 3 €.  \n\n- now\n\n\n');
        const { raw } = await shop.sentTo(ADA);
        const tags = verifiedDkim(raw, publicKey);
        expect(tags.get('d')).toBe('shop.example');
        expect(tags.get('s')).toBe('parley');
        expect(tags.get('h')?.toLowerCase().split(':')).toEqual(
          expect.arrayContaining(['from', 'to', 'subject', 'message-id', 'reply-to', 'in-reply-to']),
        );
        const forged = Buffer.from(raw.toString('latin1').replace('Yes', 'No!'), 'latin1');
        expect(() => verifiedDkim(forged, publicKey)).toThrow('not the one that was signed');
        expect(JSON.stringify(await shop.channel())).not.toContain('PRIVATE KEY');
      });

      test('goes to the address that a chat of another channel is moved to, and comes back into that chat', async () => {
        const shop = await openShop();
        const { body: account } = await shop.api.post('/channels', {
          ...{ kind: 'pager', name: 'Pager', teamId: 'sales' },
          settings: { name: `pager of ${shop.address}`, secret: FAKE_SECRET },
        });
        await pager.write(account.webhookUrl, { from: 'kim', text: 'Please send it by mail' });
        const chat = await until(async () => (await shop.chatsOf('kim'))[0]);
        const moved = await shop.api.put(`/chats/${chat.id}/channel`, {
          channelId: 'email',
          address: 'Kim@Customer.example',
        });
        expect(moved).toMatchObject({ status: 200, body: { channelId: 'email' } });
        await shop.answer(chat.id, 'Here it is');
        const { mail } = await shop.sentTo('kim@customer.example');
        expect(mail.text).toBe('Here it is\n');
        expect(mail.subject).not.toBe('');
        shop.receive({ from: 'kim@customer.example', text: 'Thanks', inReplyTo: mail.messageId ?? '' });
        await until(async () => (await shop.messages(chat.id)).length === 3);
      });

      test('one connection takes many mails, and a server that is full is asked again', async () => {
        const shop = await openShop();
        // The check of the settings has ended, and its connection is free.
        await until(async () => {
          const { body } = await shop.api.get(`/channels/${shop.accountId}`);
          return body.health.state === 'connected' && shop.smtp.logins() > 0;
        });
        shop.receive({ from: ADA, text: 'Hello' });
        const chat = await shop.chatWith(ADA);
        shop.smtp.fault = { at: 'rcpt', code: 452, words: '4.2.2 mailbox full' };
        for (const text of ['one', 'two', 'three']) await shop.answer(chat.id, text);
        await shop.sentTo(ADA, 3);
        expect(shop.smtp.taken.map(({ mail }) => mail.text?.trim())).toEqual(['one', 'two', 'three']);
        expect(shop.smtp.connections()).toBe(1);
      });

      test.each([
        ['imap.host', { imap: { host: 'no-such-host.invalid' } }],
        ['imap.password', { imap: { password: 'wrong' } }],
        ['imap.folder', { imap: { folder: 'Nowhere' } }],
        ['smtp.password', { smtp: { password: 'wrong' } }],
        ['smtp.port', { smtp: { port: 1 } }],
      ])('a check names %s where that is at fault', async (setting, { imap = {}, smtp = {} }: Faulty) => {
        const shop = await openShop({ imapSettings: imap, smtpSettings: smtp });
        const { body } = await shop.api.post(`/channels/${shop.accountId}/check`);
        expect(body).toMatchObject({ ok: false, setting });
      });
    },
    { definitions: [pager.definition] },
  );
});

interface Faulty {
  readonly imap?: object;
  readonly smtp?: object;
}
