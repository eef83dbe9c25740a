import { withDovecot } from '../../support/dovecot';
import { onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const CUSTOMER = 'ada@customer.example';

withDovecot('a conversation by email', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    test('a mailbox is connected with one call, and both sides thread', async () => {
      const shop = await openShop();
      const first = shop.receive({
        from: `Ada <${CUSTOMER}>`,
        subject: 'Blue?',
        text: 'Do you have it in blue?',
      });
      const chat = await shop.chatWith(CUSTOMER);
      expect(chat).toMatchObject({ name: 'Ada', channelId: 'email', status: 'new' });

      await shop.answer(chat.id, 'Yes, from Friday.');
      const sent = await shop.sentTo(CUSTOMER);
      expect(sent.mail).toMatchObject({
        subject: 'Re: Blue?',
        inReplyTo: `<${first}>`,
        references: `<${first}>`,
        text: 'Yes, from Friday.\n',
        from: { value: [{ address: shop.address, name: 'Sales' }] },
      });

      shop.receive({
        from: `Ada <${CUSTOMER}>`,
        subject: 'Re: Blue?',
        inReplyTo: sent.mail.messageId ?? '',
        references: `<${first}> ${sent.mail.messageId}`,
        text: `Great, I take two.\n\n-- \nAda\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <${shop.address}> wrote:\n> Yes, from Friday.`,
      });
      await shop.chatWith(CUSTOMER, 3);
      const [, , reply] = await shop.messages(chat.id);
      expect(reply.parts).toEqual([
        { type: 'text/plain', data: 'Great, I take two.', size: 18 },
        { type: 'application/vnd.parley.quoted', data: expect.stringContaining('Yes, from Friday.') },
        { type: 'application/vnd.parley.signature', data: '--\nAda' },
      ]);

      await shop.answer(chat.id, 'They are on their way.');
      const again = await shop.sentTo(CUSTOMER, 2);
      expect(again.mail.subject).toBe('Re: Blue?');
      expect(again.mail.references).toHaveLength(3);
      expect(again.mail.references?.[0]).toBe(`<${first}>`);
    });

    test('everybody who was on the mail gets the answer, and nobody else', async () => {
      const shop = await openShop({ settings: { aliases: ['sales@shop.example'] } });
      shop.receive({
        from: CUSTOMER,
        to: `sales@shop.example, Carl <carl@customer.example>`,
        cc: `${shop.address}, ${CUSTOMER}, eve@elsewhere.example`,
        text: 'Hello all',
      });
      const chat = await shop.chatWith(CUSTOMER);
      await shop.answer(chat.id, 'Hello');
      const sent = await shop.sentTo(CUSTOMER);
      expect(sent.to).toEqual([CUSTOMER, 'carl@customer.example', 'eve@elsewhere.example']);
      expect(sent.mail.from?.value[0]?.address).toBe('sales@shop.example');

      await shop.answer(chat.id, 'Only you', { metadata: { replyAll: false } });
      expect((await shop.sentTo(CUSTOMER, 2)).to).toEqual([CUSTOMER]);
    });

    test('files and pictures go both ways, and pictures stay where they stood', async () => {
      const shop = await openShop();
      const picture =
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
      shop.receive({
        from: CUSTOMER,
        headers: ['Content-Type: multipart/mixed; boundary=b'],
        text: [
          ...[
            '--b',
            'Content-Type: text/html',
            '',
            '<p>Look: <img src="cid:pic@x"><script>alert(1)</script></p>',
          ],
          ...[
            '--b',
            'Content-Type: image/png; name=pic.png',
            'Content-Transfer-Encoding: base64',
            'Content-ID: <pic@x>',
            '',
            picture,
          ],
          ...[
            '--b',
            'Content-Type: text/plain; name=list.txt',
            'Content-Disposition: attachment; filename="../list.txt"',
            '',
            'one',
            '--b--',
          ],
        ].join('\n'),
      });
      const chat = await shop.chatWith(CUSTOMER);
      const [{ parts }] = await shop.messages(chat.id);
      const html = parts.find((part: { type: string }) => part.type === 'text/html').data;
      expect(html).not.toContain('script');
      const shown = /src="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
      const bytes = Buffer.from(await (await fetch(shown)).arrayBuffer());
      expect(bytes.toString('base64')).toBe(picture);
      expect(parts.map((part: { name?: string }) => part.name)).toEqual([
        undefined,
        undefined,
        'pic.png',
        'list.txt',
      ]);

      await shop.answer(chat.id, 'See this', {
        parts: [
          { type: 'text/html', data: '<p>See <img src="cid:logo.png"></p>' },
          { type: 'image/png', name: 'logo.png', data: picture },
          {
            type: 'application/pdf',
            name: 'terms.pdf',
            data: Buffer.from('%PDF-1.4 nothing').toString('base64'),
          },
        ],
      });
      const { mail } = await shop.sentTo(CUSTOMER);
      expect(mail.text).toContain('See');
      expect(
        mail.attachments.map(({ filename, contentDisposition, cid }) => [filename, contentDisposition, cid]),
      ).toEqual([
        ['logo.png', 'inline', 'logo.png'],
        ['terms.pdf', 'attachment', undefined],
      ]);
    });

    test('a chat is started by email from the API, and goes on in one thread', async () => {
      const shop = await openShop();
      const { status, body: chat } = await shop.api.post('/chats', {
        ...{
          name: 'Your order 7',
          teamId: 'sales',
          channelId: 'email',
          address: ' Bea@Customer.example',
          participants: [],
        },
        message: { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: 'It is ready.' }] },
      });
      expect(status).toBe(201);
      const first = await shop.sentTo('bea@customer.example');
      expect(first.mail.subject).toBe('Your order 7');
      await until(async () => (await shop.messages(chat.id))[0].status === 'sent');
      await shop.answer(chat.id, 'Until eight.');
      const second = await shop.sentTo('bea@customer.example', 2);
      expect(second.mail).toMatchObject({ subject: 'Your order 7', inReplyTo: first.mail.messageId });
      shop.receive({
        from: 'bea@customer.example',
        subject: 'AW: Your order 7',
        text: 'Thanks',
        inReplyTo: second.mail.messageId ?? '',
      });
      await until(async () => (await shop.messages(chat.id)).length === 3);
    });

    test('the signature of the account stands below an answer once', async () => {
      const shop = await openShop({
        settings: { signature: '{agent}\nThe Shop', senderName: '{agent} at The Shop' },
      });
      shop.receive({ from: CUSTOMER, text: 'Hello' });
      const chat = await shop.chatWith(CUSTOMER);
      await shop.answer(chat.id, 'Hello Ada');
      const { mail } = await shop.sentTo(CUSTOMER);
      expect(mail.text).toBe('Hello Ada\n\n-- \nSales\nThe Shop\n');
      expect(mail.from?.text).toContain('Sales at The Shop');
      await shop.answer(chat.id, 'By hand\nSales\nThe Shop');
      expect((await shop.sentTo(CUSTOMER, 2)).mail.text).toBe('By hand\nSales\nThe Shop\n');
    });

    test('the signature of the agent, else of the team, else of the account, stands once in text and HTML', async () => {
      const shop = await openShop({ settings: { signature: 'The Account' } });
      const ann = { name: 'Ann', email: 'ann@shop.example' };
      const team = (settings: object) => shop.api.put('/chat/config/teams/sales/settings', settings);
      const agent = async (signature: string | null) =>
        (await shop.api.put('/chat/config/agents/ann', { ...ann, signature })).body.signature;
      shop.receive({ from: CUSTOMER, text: 'Hello' });
      const chat = await shop.chatWith(CUSTOMER);
      let count = 0;
      const sent = async (html: string) => {
        await shop.answer(chat.id, '', { parts: [{ type: 'text/html', data: html }] });
        count += 1;
        const { mail } = await shop.sentTo(CUSTOMER, count);
        return [mail.text?.trimEnd(), mail.html];
      };

      await team({ signature: 'The Team\n$& <3' });
      expect(await agent('Ann Ling\nThe Shop')).toBe('Ann Ling\nThe Shop');
      expect(await sent('<p>One</p>')).toEqual([
        'One\n\n-- \nAnn Ling\nThe Shop',
        '<p>One</p><br><div>-- <br>Ann Ling<br>The Shop</div>',
      ]);
      // Written by hand, with other breaks of lines than ours.
      const byHand = '<p>Two</p><p>Ann Ling</p><p>The Shop</p>';
      expect(await sent(byHand)).toEqual(['Two\n\nAnn Ling\n\nThe Shop', byHand]);

      expect(await agent(null)).toBeUndefined();
      expect(await sent('<p>Three</p>')).toEqual([
        'Three\n\n-- \nThe Team\n$& <3',
        '<p>Three</p><br><div>-- <br>The Team<br>$&amp; &lt;3</div>',
      ]);

      await team({});
      expect(await sent('<p>Four</p>')).toEqual([
        'Four\n\n-- \nThe Account',
        '<p>Four</p><br><div>-- <br>The Account</div>',
      ]);
    });
  });
});
