import { withDovecot } from '../../support/dovecot';
import { type MailShop, onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';

withDovecot('reports and automatic mail', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    async function sentToAda(shop: MailShop) {
      shop.receive({ from: ADA, text: 'A question' });
      const chat = await shop.chatWith(ADA);
      const { body } = await shop.answer(chat.id, 'An answer');
      const sent = await shop.sentTo(ADA);
      await until(async () => (await shop.messages(chat.id))[1]?.status === 'sent');
      return { chat, id: body.id as string, sent };
    }

    /** RFC 3464, with the headers of what came back. */
    function bounce(
      shop: MailShop,
      headers: string,
      report: { action?: string; status?: string; words?: string } = {},
    ) {
      const { action = 'failed', status = '5.1.1', words = '550 5.1.1 no such user' } = report;
      const part = (type: string, body: string) => ['--b', `Content-Type: ${type}`, '', body];
      shop.receive({
        from: 'Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
        subject: 'Undelivered Mail Returned to Sender',
        headers: [
          'Return-Path: <>',
          'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        ],
        text: [
          ...part('text/plain', 'It could not be delivered.'),
          ...part(
            'message/delivery-status',
            `Reporting-MTA: dns; mx.customer.example\n\nFinal-Recipient: rfc822; ${ADA}\nAction: ${action}\nStatus: ${status}\nDiagnostic-Code: smtp; ${words}`,
          ),
          ...part('text/rfc822-headers', headers),
          '--b--',
        ].join('\n'),
      });
    }

    test('a bounce settles the message that it reports, and a dead address is left alone until it writes', async () => {
      const shop = await openShop();
      const { chat, id, sent } = await sentToAda(shop);
      bounce(shop, `Message-ID: ${sent.mail.messageId}\nSubject: Re: A question`);
      const failed = await until(async () => {
        const { body } = await shop.api.get(`/chats/${chat.id}/messages/${id}`);
        return body.status === 'failed' ? body : undefined;
      });
      expect(failed.failure).toEqual({ code: '5.1.1', reason: 'bad_address', retryable: false });
      const refused = await shop.api.post(`/chats/${chat.id}/messages`, {
        from: { profileId: 'ann' },
        parts: [{ type: 'text/plain', data: 'Are you there?' }],
      });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      shop.receive({ from: ADA, text: 'I am here' });
      await until(async () => (await shop.messages(chat.id)).length === 3);
      await shop.answer(chat.id, 'Good');
      expect((await shop.sentTo(ADA, 2)).mail.text).toBe('Good\n');
    });

    test('what a relay renamed is known by our own mark in what comes back', async () => {
      const shop = await openShop();
      const { chat, id, sent } = await sentToAda(shop);
      const mark = sent.mail.headers.get('x-parley-message');
      bounce(shop, `Message-ID: <renamed@relay.example>\nX-Parley-Message: ${mark}`, {
        status: '5.2.2',
        words: '552 5.2.2 mailbox full',
      });
      await until(
        async () => (await shop.api.get(`/chats/${chat.id}/messages/${id}`)).body.status === 'failed',
      );
      // A full mailbox will be emptied.
      await shop.answer(chat.id, 'Once more');
    });

    test('a delay changes nothing, and neither does a report on somebody else', async () => {
      const shop = await openShop();
      const { chat, id, sent } = await sentToAda(shop);
      bounce(shop, `Message-ID: ${sent.mail.messageId}`, {
        action: 'delayed',
        status: '4.4.1',
        words: 'timeout',
      });
      bounce(shop, `Message-ID: <other@shop.example>`);
      shop.receive({ from: ADA, text: 'Still here' });
      await until(async () => (await shop.messages(chat.id)).length === 3);
      expect((await shop.api.get(`/chats/${chat.id}/messages/${id}`)).body.status).toBe('sent');
    });

    test('a complaint is kept as the wish to hear no more', async () => {
      const shop = await openShop();
      const { chat, sent } = await sentToAda(shop);
      shop.receive({
        from: 'feedback@isp.example',
        subject: 'complaint',
        headers: ['Content-Type: multipart/report; report-type=feedback-report; boundary=b'],
        text: `--b\nContent-Type: text/plain\n\nA complaint.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n--b\nContent-Type: message/rfc822\n\nMessage-ID: ${sent.mail.messageId}\nSubject: x\n\nAn answer\n--b--`,
      });
      await until(async () => {
        const { body } = await shop.api.post(`/chats/${chat.id}/messages/preflight`, {
          from: { profileId: 'ann' },
          parts: [{ type: 'text/plain', data: 'x' }],
        });
        return body.problem?.code === 'opted-out';
      });
    });

    test('an absence note joins the chat that is under way, and changes neither its turn nor its way', async () => {
      const shop = await openShop();
      const { chat } = await sentToAda(shop);
      shop.receive({
        from: ADA,
        subject: 'Automatic reply: A question',
        headers: ['Auto-Submitted: auto-replied'],
        text: 'Away',
      });
      await until(async () => (await shop.messages(chat.id)).length === 3);
      expect((await shop.api.get(`/chats/${chat.id}`)).body).toMatchObject({ status: 'replied' });
      expect((await shop.messages(chat.id))[2]).toMatchObject({ isAutomatedSend: true });
    });

    test('newsletters start no chat, and are kept', async () => {
      const shop = await openShop();
      shop.receive({
        from: 'news@letters.example',
        headers: ['List-Id: <news.letters.example>'],
        text: 'News!',
      });
      shop.receive({ from: ADA, text: 'A question' });
      await shop.chatWith(ADA);
      expect((await shop.api.get('/chats')).body).toHaveLength(1);
      const [kept] = await shop.chatsOf('news@letters.example');
      expect(kept).toMatchObject({ status: 'closed', closeReason: 'past' });
    });

    test('two gateways that answer each other automatically stop after one exchange', async () => {
      const [one, two] = [await openShop(), await openShop()];
      // Each one's mail arrives at the other, and each has a rule that answers whatever comes.
      for (const [from, to] of [
        [one, two],
        [two, one],
      ] as const) {
        const file = from.smtp.onTaken;
        from.smtp.onTaken = (mail) => {
          file(mail);
          to.receiveRaw(mail.raw);
        };
      }
      const start = await one.api.post('/chats', {
        ...{ name: 'Hello', teamId: 'sales', channelId: 'email', address: two.address, participants: [] },
        message: { from: { profileId: 'ann' }, parts: [{ type: 'text/plain', data: 'Hello' }] },
      });
      const chat = await two.chatWith(one.address);
      const rule = { isAutomatedSend: true, parts: [{ type: 'text/plain', data: 'We are away' }] };
      await two.answer(chat.id, 'We are away', rule);
      const back = await until(async () => {
        const found = await one.messages(start.body.id);
        return found.find((message: { isAutomatedSend: boolean }) => message.isAutomatedSend);
      });
      expect(back.metadata.automatic).toBe('auto-submitted');
      expect(two.smtp.taken[0]?.from).toBe('');
      await one.answer(start.body.id, 'We are away, too', rule);
      await until(async () => (await one.messages(start.body.id)).at(-1).status === 'failed');
      const taken = ({ smtp }: MailShop) => smtp.taken.map(({ mail }) => mail.text?.trim());
      expect([taken(one), taken(two)]).toEqual([['Hello'], ['We are away']]);
    });
  });
});
