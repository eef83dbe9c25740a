import type { RawRequest } from '../../plugins/contract/index';
import { sendRaw, statusOf } from '../support/raw-http';
import { aCustomer, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

onEachGateway('a delivery that claims to be the provider’s', (stage) => {
  const send = (
    request: RawRequest,
    more: { readonly url?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
  ) =>
    fetch(more.url ?? request.url, {
      method: request.method,
      headers: more.headers ?? request.headers,
      ...(request.method === 'GET' ? {} : { body: more.body ?? Buffer.from(request.body) }),
    });
  const genuine = (shop: Shop, more: { readonly as?: 'form' | 'json' | 'get' } = {}) =>
    stage.sim.request({ from: aCustomer(), to: shop.number, body: 'hello', ...more });
  const without = (headers: RawRequest['headers'], name: string) =>
    Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
  const forgedCount = async () => {
    const text = await (await fetch(`${stage.gateway.origin}/metrics`)).text();
    return Number(/parley_inbound_total\{what="forged",adapter="twilio"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  const expectNothingStored = async (shop: Shop) => {
    expect((await shop.api.get('/chats?includeClosed=true&includeDeleted=true')).body).toEqual([]);
    expect(await shop.log('chat.create', 'chatMessage.sent')).toEqual([]);
    expect((await shop.api.get('/quarantine')).body).toEqual([]);
  };

  test('and is forged in any way is a 403, counted, and nothing of it is stored', async () => {
    const shop = await stage.shop();
    const before = await forgedCount();
    const [form, json, get] = [genuine(shop), genuine(shop, { as: 'json' }), genuine(shop, { as: 'get' })];
    const signed = (signature: string) => ({ ...form.headers, 'x-twilio-signature': signature });
    const body = Buffer.from(form.body).toString();

    const answers = [
      await send(form, { headers: without(form.headers, 'x-twilio-signature') }),
      await send(form, { headers: signed('') }),
      await send(form, { headers: signed('nonsense') }),
      await send(form, { headers: signed('A'.repeat(10_000)) }),
      await send(form, { headers: signed(Buffer.alloc(20).toString('base64')) }),
      await send(form, { body: body.replace('hello', 'howdy') }),
      await send(form, { body: `${body}&Extra=1` }),
      await send(form, { body: '' }),
      await send(form, { url: `${form.url}?x=1` }),
      await send(json, { body: Buffer.from(json.body).toString().replace('hello', 'howdy') }),
      await send(json, {
        url: json.url.replace(/bodySHA256=(\w)/, (_, digit) => `bodySHA256=${digit === '0' ? 1 : 0}`),
      }),
      await send(json, { url: json.url.replace(/\?.*/, '') }),
      await send(get, { url: get.url.replace('hello', 'howdy') }),
      await send(form, { headers: { ...form.headers, 'content-type': 'application/json' } }),
      await send(form, { headers: { ...form.headers, 'content-type': 'text/plain' }, body: 'Body=forged' }),
    ];

    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 403));
    expect((await forgedCount()) - before).toBe(answers.length);
    for (const answer of answers) expect(await answer.text()).not.toMatch(/Error|at |hello/);
    await expectNothingStored(shop);
  });

  test('and is signed with the token of another business is a 403', async () => {
    const shop = await stage.shop();
    const [, other] = stage.sim.accounts;
    const number = other?.numbers[0] ?? '';
    const { webhookUrl } = (await shop.api.get(`/channels/${shop.accountId}`)).body;

    const reply = await stage.sim.receive({ from: aCustomer(), to: number, body: 'hello', url: webhookUrl });

    expect(reply.status).toBe(403);
    await expectNothingStored(shop);
  });

  test('and was captured at the webhook of another account is a 403', async () => {
    const [one, other] = [await stage.shop(), await stage.shop()];
    const captured = genuine(other);

    const { status } = await send(captured, { url: captured.url.replace(other.accountId, one.accountId) });

    expect(status).toBe(403);
    await expectNothingStored(one);
  });

  test('does not become so by what it says of its host', async () => {
    const shop = await stage.shop();
    const request = genuine(shop);
    const { pathname } = new URL(request.url);
    const withHost = (host: string, more = '') =>
      sendRaw(
        stage.gateway.origin,
        `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n` +
          `Content-Type: application/x-www-form-urlencoded\r\nX-Twilio-Signature: ${request.headers['x-twilio-signature']}\r\n` +
          `Content-Length: ${request.body.length}\r\n\r\n${Buffer.from(request.body).toString()}`,
      );

    const answers = [
      await withHost('evil.example'),
      await withHost('evil.example:99999', 'X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n'),
      await withHost('[[[', 'Forwarded: host=evil.example\r\n'),
    ];

    // The configured public address is what was signed, and nothing else counts.
    expect(answers.map(statusOf)).toEqual([200, 200, 200]);
  });

  test('and is replayed any number of times is answered as the first time and changes nothing', async () => {
    const shop = await stage.shop();
    const captured = genuine(shop);
    await send(captured);
    const [chat] = (await shop.api.get('/chats')).body;
    await shop.answer(chat.id, 'hello yourself');
    const before = (await shop.api.get(`/chats/${chat.id}`)).body;

    const answers = await Promise.all(Array.from({ length: 20 }, () => send(captured)));

    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await answers[0]?.text()).toMatch(/<Response\s*\/>/);
    expect((await shop.api.get(`/chats/${chat.id}`)).body).toMatchObject({
      revision: before.revision,
      status: 'replied',
    });
    expect(await shop.said(chat.id)).toEqual(['hello', 'hello yourself']);
  });

  test('and is replayed after its chat was closed opens no new one', async () => {
    const shop = await stage.shop();
    const captured = genuine(shop);
    await send(captured);
    const [chat] = (await shop.api.get('/chats')).body;
    await shop.api.put(`/chats/${chat.id}/close`, { bypassMessage: true });

    await send(captured);

    expect((await shop.api.get('/chats')).body).toEqual([]);
  });

  test('and is an old receipt, replayed, does not move a message back or tell anybody', async () => {
    const shop = await stage.shop();
    const { id } = await shop.chatFrom(aCustomer());
    const { body: posted } = await shop.answer(id, 'hello');
    const message = await shop.messageOnce(id, posted.id, 'delivered');
    const events = await shop.events(id);
    const captured = ['queued', 'sent', 'delivered', 'failed'].map((status) =>
      stage.sim.callbackRequest(message.externalIds[0], status),
    );

    const answers = await Promise.all([...captured, ...captured].map((request) => send(request)));

    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]));
    expect((await shop.message(id, posted.id)).status).toBe('delivered');
    expect(await shop.events(id)).toEqual(events);
  });

  test('names an account that is not there is a 404', async () => {
    const shop = await stage.shop();
    const request = genuine(shop);
    const at = (id: string) => send(request, { url: request.url.replace(shop.accountId, id) });

    for (const id of [
      '00000000-0000-7000-8000-000000000000',
      'none',
      '%00',
      '..%2f..',
      'a'.repeat(5_000),
      '__proto__',
    ])
      expect({ id, status: (await at(id)).status }).toEqual({ id, status: 404 });
    await expectNothingStored(shop);
  });

  test('is taken with the token before the last rotation, while that is configured', async () => {
    const shop = await stage.shop();
    const { authToken, ...settings } = stage.sim.config;
    await stage.sim.fail('other', {
      times: Number.POSITIVE_INFINITY,
      on: 'fetch',
      answer: { status: 200, body: '{"status":"active"}' },
    });
    await shop.api.put(`/channels/${shop.accountId}`, {
      settings: { ...settings, authToken: 'the-new-one', previousAuthToken: authToken },
    });

    const during = await send(genuine(shop));

    expect(during.status).toBe(200);
    await until(async () => (await shop.api.get('/chats')).body.length === 1);
  });
});
