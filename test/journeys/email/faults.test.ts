import { Readable } from 'node:stream';
import type { Answer } from '../../support/api';
import { withDovecot } from '../../support/dovecot';
import { type MailShop, mailOf, onMailGateway } from '../../support/mail-shop';
import { until } from '../../support/until';

const ADA = 'ada@customer.example';

withDovecot('a mailbox with faults', (dovecot) => {
  onMailGateway(dovecot, (openShop) => {
    const texts = async (shop: MailShop, chatId: string) =>
      (await shop.messages(chatId)).map((one: { parts: { data: string }[] }) => one.parts[0]?.data);

    test('a connection cut at every command loses nothing and doubles nothing', async () => {
      const shop = await openShop();
      shop.receive({ from: ADA, text: 'mail 0' });
      const chat = await shop.chatWith(ADA);
      // The first mail may have come by the fetch at the start, before the mailbox was ever listened to.
      await until(() => shop.imap.commands.includes('IDLE'));
      const seen = [...new Set(shop.imap.commands)];
      expect(seen).toEqual(expect.arrayContaining(['AUTHENTICATE', 'EXAMINE', 'UID FETCH', 'IDLE']));
      const expected = ['mail 0'];
      // What is no word is the password of an AUTHENTICATE.
      for (const command of [...seen.filter((one) => /^[A-Z ]{2,15}$/.test(one)), 'DONE'])
        for (const verdict of ['cut', 'cut-after'] as const) {
          let isCut = false;
          shop.imap.judge = (now) => {
            if (isCut || now !== command) return 'pass';
            isCut = true;
            return verdict;
          };
          shop.imap.drop();
          shop.receive({ from: ADA, text: `mail ${expected.length}` });
          expected.push(`mail ${expected.length}`);
          await until(async () => (await texts(shop, chat.id)).length >= expected.length, {
            patienceMs: 60_000,
          });
          await until(() => isCut || shop.imap.connections() > 0);
        }
      expect(await texts(shop, chat.id)).toEqual(expected);
    }, 120_000);

    test('a mailbox that forgets its numbers is read again without doubling', async () => {
      const shop = await openShop();
      for (const n of [1, 2, 3]) shop.receive({ from: ADA, text: `mail ${n}` });
      const chat = await shop.chatWith(ADA, 3);
      await dovecot().renumber(shop.address);
      shop.receive({ from: ADA, text: 'mail 4' });
      await until(async () => (await texts(shop, chat.id)).includes('mail 4'), { patienceMs: 30_000 });
      expect(await texts(shop, chat.id)).toEqual(['mail 1', 'mail 2', 'mail 3', 'mail 4']);
    }, 60_000);

    test('a wrong password pauses the account, says so, and goes on in place once it is right', async () => {
      const shop = await openShop({ imapSettings: { password: 'not this one' } });
      shop.receive({ from: ADA, text: 'Are you there?' });
      await until(async () => {
        const { health } = await shop.channel();
        return health.state === 'unauthorized' && health.lastError.setting === 'imap.password';
      });
      const logins = shop.imap.commands.filter((one) => one === 'LOGIN' || one === 'AUTHENTICATE').length;
      expect(logins).toBeLessThanOrEqual(2);
      const { body } = await shop.api.get(`/channels/${shop.accountId}`);
      const imap = { ...body.settings.imap, password: dovecot().password };
      const repaired = await shop.api.put(`/channels/${shop.accountId}`, {
        settings: { ...body.settings, imap },
      });
      expect(repaired.status).toBe(200);
      // It came after the account was connected, so it is no history.
      expect(await shop.chatWith(ADA)).toMatchObject({ status: 'new' });
    });

    test.each(['NO [OVERQUOTA] the mailbox is full', 'NO [LIMIT] too many connections'])(
      'a server that says "%s" is given time, and nothing is lost',
      async (answer) => {
        const shop = await openShop();
        await until(async () => (await shop.channel()).health.state === 'connected');
        shop.imap.judge = (command) => (command === 'AUTHENTICATE' ? { answer } : 'pass');
        shop.imap.drop();
        const health = await until(async () => {
          const { health: now } = await shop.channel();
          return now.lastError?.message.includes('asks to wait') ? now : undefined;
        });
        expect(health).toMatchObject({ state: 'waiting', isPaused: false });
        shop.receive({ from: ADA, text: 'Are you there?' });
        shop.imap.judge = () => 'pass';
        // Its minute is over at once for whoever changes something.
        await shop.api.put(`/channels/${shop.accountId}`, {
          settings: (await shop.channel()).settings,
        });
        await shop.chatWith(ADA);
      },
    );

    test('the account goes on without new settings when the server takes the old ones again', async () => {
      const shop = await openShop();
      await until(() => shop.imap.commands.includes('IDLE'));
      shop.imap.judge = (command) =>
        command === 'LOGIN' || command === 'AUTHENTICATE'
          ? { answer: 'NO [AUTHENTICATIONFAILED] no' }
          : 'pass';
      shop.imap.drop();
      await until(async () => (await shop.channel()).health.state === 'unauthorized');
      shop.imap.judge = () => 'pass';
      shop.receive({ from: ADA, text: 'Hello?' });
      const { body } = await shop.api.post(`/channels/${shop.accountId}/check`);
      expect(body).toMatchObject({ ok: true });
      await shop.chatWith(ADA);
    });

    test('mail older than the account is history that triggers nothing', async () => {
      const longAgo = new Date(Date.now() - 30 * 86_400_000);
      const shop = await openShop({
        before: (address) => {
          for (const n of [1, 2])
            dovecot().deliver(address, mailOf({ from: ADA, text: `old ${n}`, at: longAgo }, address).raw, {
              at: longAgo,
            });
        },
      });
      shop.receive({ from: 'bea@customer.example', text: 'New' });
      await shop.chatWith('bea@customer.example');
      const [past] = await shop.chatsOf(ADA);
      expect(past).toMatchObject({ status: 'closed', closeReason: 'past' });
      expect(await texts(shop, past.id)).toEqual(['old 1', 'old 2']);
      const { body } = await shop.api.get('/events?after=0&limit=1000');
      const names = body.events.map((event: { name: string }) => event.name);
      expect(names.filter((name: string) => name === 'chat.create')).toHaveLength(1);
      expect(names.filter((name: string) => name === 'chatMessage.sent')).toHaveLength(1);
      const met = body.events.filter(
        ({ name, payload }: Answer['body']) => name === 'profile.create' && payload.by.startsWith('session:'),
      );
      expect(met).toHaveLength(1);
      // When they write again, they have a chat like anybody else.
      shop.receive({ from: ADA, text: 'Me again' });
      await until(async () => (await shop.chatsOf(ADA)).some((chat) => chat.status === 'new'));
    });

    test('what cannot be read is shown as such, and the mailbox goes on', async () => {
      const shop = await openShop();
      const head = `From: ${ADA}\nTo: ${shop.address}\nSubject: Poison\n`;
      const boundary = (index: number) =>
        `Content-Type: multipart/mixed; boundary=b${index}\n\n--b${index}\n`;
      const poisons: Readonly<Record<string, string>> = {
        '3,000 nested parts': head + Array.from({ length: 3_000 }, (_, index) => boundary(index)).join(''),
        'a header of 5 MB': `${head}X-Long: ${'x'.repeat(5_000_000)}\n\nhi\n`,
        '5,000 headers': `${head}${Array.from({ length: 5_000 }, (_, index) => `X-${index}: y`).join('\n')}\n\nhi\n`,
        'a References of 1 MB': `${head}References: ${'<a@b.example> '.repeat(70_000)}\n\nhi\n`,
        '5,000 nested tables': `${head}Content-Type: text/html\n\n${'<table><tr><td>'.repeat(5_000)}deep\n`,
        '100,000 nested elements': `${head}Content-Type: text/html\n\n${'<div>'.repeat(100_000)}deep\n`,
        nothing: '',
        'no headers': '\n\nonly words\n',
      };
      const started = Date.now();
      for (const [name, raw] of Object.entries(poisons)) {
        shop.receiveRaw(raw.replace('Poison', `Poison: ${name}`));
        shop.receive({ from: 'bea@customer.example', text: `after ${name}` });
      }
      const chat = await shop.chatWith('bea@customer.example', Object.keys(poisons).length, 90_000);
      expect(await texts(shop, chat.id)).toEqual(Object.keys(poisons).map((name) => `after ${name}`));
      const shown = (await shop.messages((await shop.chatWith(ADA)).id)).map(
        (one: { metadata: { subject: string } }) => one.metadata.subject,
      );
      expect(shown).toEqual(
        Object.keys(poisons)
          .slice(0, -2)
          .map((name) => `Poison: ${name}`),
      );
      console.log(`${Object.keys(poisons).length} poisonous mails in ${Date.now() - started} ms`);
    }, 120_000);

    test('a mail of 60 MB goes through as a stream', async () => {
      const shop = await openShop();
      const bytes = 44 * 1024 * 1024;
      const body = Buffer.alloc(bytes, 'parley').toString('base64').replace(/.{76}/g, '$&\r\n');
      const raw = `From: ${ADA}\r\nSubject: Large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file\r\n--b\r\nContent-Type: application/zip; name=large.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}\r\n--b--\r\n`;
      expect(raw.length).toBeGreaterThan(60_000_000);
      shop.receiveRaw(Buffer.from(raw));
      const chat = await until(async () => (await shop.chatsOf(ADA))[0], { patienceMs: 60_000 });
      const [{ parts }] = await shop.messages(chat.id);
      const file = await fetch(parts[1].url);
      let received = 0;
      for await (const chunk of Readable.fromWeb(file.body as Parameters<typeof Readable.fromWeb>[0]))
        received += chunk.length;
      expect(received).toBe(bytes);
    }, 120_000);
  });
});
