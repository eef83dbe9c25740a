import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';

onEachGateway('a delivery of the provider with a strange body', (stage) => {
  const urlOf = async (shop: Shop) =>
    (await shop.api.get(`/channels/${shop.accountId}`)).body.webhookUrl as string;
  const deliver = async (shop: Shop, body: string | Buffer, query = '') => {
    const url = (await urlOf(shop)) + query;
    const request = stage.sim.signed(Buffer.from(body), url);
    return fetch(url, { method: 'POST', headers: request.headers, body: Buffer.from(request.body) });
  };
  const fields = (more: Record<string, string>) => {
    const form = new URLSearchParams({
      MessageSid: `SM${Math.random()}`,
      From: aCustomer(),
      To: '+441632960001',
      ...more,
    });
    return form.toString();
  };
  const messagesOf = async (shop: Shop): Promise<Body[]> => {
    const chats: Body[] = (await shop.api.get('/chats')).body;
    const pages = await Promise.all(chats.map(({ id }) => shop.api.get(`/chats/${id}/messages?limit=100`)));
    return pages.flatMap((page) => page.body.messages);
  };

  test.each([
    ['nothing', ''],
    ['only separators', '&&&==&'],
    ['no sender', 'MessageSid=SM1&To=%2B441632960001&Body=x'],
    ['no id', 'From=%2B447911123456&To=%2B441632960001&Body=x'],
    ['an unknown kind', 'EventType=onConversationAdded&ConversationSid=CH1'],
    ['an unknown status', 'MessageSid=SM1&MessageStatus=teleported'],
    ['JSON that is none', '{"MessageSid": '],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc0])],
    ['a name that reaches for the prototype', '__proto__=polluted&constructor=x&hasOwnProperty=1'],
    ['ten thousand fields', Array.from({ length: 10_000 }, (_, n) => `f${n}=${n}`).join('&')],
    ['one field a thousand times', Array.from({ length: 1_000 }, () => 'MessageStatus=sent').join('&')],
  ])('of %s is taken, counted, and stores no message', async (_name, body) => {
    const shop = await stage.shop();

    const { status } = await deliver(shop, body);

    expect([200, 204]).toContain(status);
    expect(await messagesOf(shop)).toEqual([]);
    expect((await shop.api.get('/quarantine')).body).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['a NUL in the text', { Body: 'a\0b' }, 'a\0b'],
    ['control characters', { Body: '\u0001\u001b[31m\u007f\u2028' }, '\u0001\u001b[31m\u007f\u2028'],
    ['a text of 100,000 characters', { Body: 'x'.repeat(100_000) }, 'x'.repeat(100_000)],
    ['a NUL in the sender', { From: '+44\x007911', Body: 'hello' }, 'hello'],
    ['a NUL in the number', { To: '+44\x001632', Body: 'hello' }, 'hello'],
    ['a NUL in the name of the sender', { ProfileName: 'Z\0oe', Body: 'hello' }, 'hello'],
    ['a NUL in the id', { MessageSid: 'SM\x001', Body: 'hello' }, 'hello'],
    ['a sender of 5,000 characters', { From: 'x'.repeat(5_000), Body: 'hello' }, 'hello'],
    ['a name of 5,000 characters', { ProfileName: 'x'.repeat(5_000), Body: 'hello' }, 'hello'],
    ['an id of 5,000 characters', { MessageSid: 'x'.repeat(5_000), Body: 'hello' }, 'hello'],
    ['fields named like parts of objects', { toString: 'x', constructor: 'y', Body: 'hello' }, 'hello'],
    [
      'a media address that is none',
      { NumMedia: '1', MediaUrl0: 'javascript:alert(1)', MediaContentType0: 'x', Body: 'hello' },
      'hello',
    ],
    [
      'a NUL in a media type',
      {
        NumMedia: '1',
        MediaUrl0: 'https://api.twilio.com/x',
        MediaContentType0: 'image/\0png',
        Body: 'hello',
      },
      'hello',
    ],
    [
      'a NUL in a media address',
      {
        NumMedia: '1',
        MediaUrl0: 'https://api.twilio.com/\0',
        MediaContentType0: 'image/png',
        Body: 'hello',
      },
      'hello',
    ],
  ])('with %s is stored as a message, once', async (_name, more, text) => {
    const shop = await stage.shop();
    const body = fields(more);

    const statuses = [(await deliver(shop, body)).status, (await deliver(shop, body)).status];

    expect(statuses).toEqual([200, 200]);
    const messages = await messagesOf(shop);
    expect(messages.map(({ parts }) => parts[0].data)).toEqual([text]);
    expect((await shop.api.get('/quarantine')).body).toEqual([]);
  });

  test('with a percent sign that means nothing is stored as it is', async () => {
    const shop = await stage.shop();

    const { status } = await deliver(
      shop,
      `MessageSid=SM1&From=%2B447911123456&To=%2B441632960001&Body=100%+%zz+%E4%F6`,
    );

    expect(status).toBe(200);
    expect(await messagesOf(shop)).toMatchObject([{ parts: [{ data: '100% %zz \ufffd\ufffd' }] }]);
  });

  test('as JSON with lone surrogates and NULs is stored, and can be answered', async () => {
    const shop = await stage.shop();
    const customer = aCustomer();
    const body = JSON.stringify({ Nested: { __proto__: 1 } });

    const reply = await stage.sim.receive({
      ...{ from: customer, to: shop.number, as: 'json' },
      body: 'half a \ud83d and a \0',
      fields: { ProfileName: 'Z\udc00', Extra: body },
    });

    expect(reply.status).toBe(200);
    const [chat] = await shop.chatsOf(customer);
    expect(await shop.said(chat.id)).toEqual(['half a \ud83d and a \0']);
    expect((await shop.answer(chat.id, 'all of you is welcome')).status).toBe(200);
  });

  test('larger than anything sensible is a 413, and the gateway goes on', async () => {
    const shop = await stage.shop();

    const large = await deliver(shop, Buffer.alloc(10 * 1024 * 1024, 'a')).then(
      ({ status }) => status,
      () => 'hung up',
    );
    const small = await shop.text(aCustomer(), 'still there?');

    expect([413, 'hung up']).toContain(large);
    expect(small.status).toBe(200);
  });

  test('by a method that the provider does not use stores nothing', async () => {
    const shop = await stage.shop();
    const url = await urlOf(shop);

    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD']) {
      const { status } = await fetch(url, { method });
      expect({ method, isRefused: [403, 404, 405].includes(status) }).toEqual({ method, isRefused: true });
    }
    expect(await messagesOf(shop)).toEqual([]);
  });
});
