import { ConversationBuilder, MessageBuilder } from '@comapi/sdk-js-foundation';
import { WebSocket } from 'ws';
import { until } from '../../support/until';
import { type AppShop, onEachAppGateway, tokenOf } from './app-world';
import { openedSockets } from './browser-globals';
import type { Device } from './sdk';

/** A socket of one's own making, past the SDK. */
interface RawSocket {
  readonly ws: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: frames are what the test says they are
  readonly frames: any[];
  readonly closed: Promise<number>;
}

onEachAppGateway('sockets of an app', (stage) => {
  const urlOf = (shop: AppShop, query = '') =>
    `${stage.gateway.origin.replace(/^http/, 'ws')}${shop.api.base}/socket${query}`;
  const open = async (url: string, headers: Record<string, string> = {}): Promise<RawSocket> => {
    const ws = new WebSocket(url, { headers });
    // biome-ignore lint/suspicious/noExplicitAny: see above
    const frames: any[] = [];
    ws.on('message', (data) => frames.push(JSON.parse(String(data))));
    const closed = new Promise<number>((resolve) => ws.once('close', resolve));
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    return { ws, frames, closed };
  };
  const refusal = (url: string, headers: Record<string, string> = {}) =>
    new Promise<number | undefined>((resolve) => {
      const ws = new WebSocket(url, { headers });
      ws.once('unexpected-response', (_request, response) => resolve(response.statusCode));
      ws.once('open', () => resolve(undefined));
      ws.on('error', () => {});
    });
  const duo = async (shop: AppShop): Promise<[Device, Device]> => {
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo']),
    );
    return [ada, bo];
  };
  const say = (device: Device, text: string) =>
    device.sdk.services.appMessaging.sendMessageToConversation('den', new MessageBuilder().withText(text));
  const textsOf = (device: Device): string[] =>
    device.heard('conversationMessageEvent').map((event) => event.payload.parts[0].data);

  it('its first frame says who it is, and what follows has the fields that the SDKs read', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const { frames, ws } = await open(urlOf(shop, `?token=${tokenOf(ada)}`));
    await until(() => frames.length > 0);
    expect(frames[0]).toEqual({
      ...{ name: 'socket.info', socketId: expect.any(String), apiSpaceId: shop.spaceId },
      ...{
        context: { createdBy: 'session:ada', createdOn: expect.any(String) },
        publishedOn: expect.any(String),
      },
    });
    const { id } = await say(ada, 'hello');
    const sent = await until(() => frames.find((frame) => frame.name === 'conversationMessage.sent'));
    expect(sent).toEqual({
      ...{ eventId: expect.any(String), name: 'conversationMessage.sent', apiSpaceId: shop.spaceId },
      ...{ conversationId: 'den', conversationEventId: 1, revision: 0, etag: expect.any(String) },
      ...{
        context: { createdBy: 'session:ada', createdOn: expect.any(String) },
        publishedOn: expect.any(String),
      },
      payload: {
        ...{ messageId: id, parts: [expect.objectContaining({ data: 'hello' })] },
        context: {
          from: { id: 'ada' },
          conversationId: 'den',
          sentBy: 'session:ada',
          sentOn: expect.any(String),
        },
        metadata: expect.anything(),
      },
    });
    const [event] = await ada.sdk.services.appMessaging.getConversationEvents('den', 0, 10);
    expect(event?.eventId).toBe(sent.eventId);
    ws.close();
  });

  it('two devices of one profile hear the same, the sender’s own included', async () => {
    const shop = await stage.shop();
    const [phone] = await duo(shop);
    const tablet = await shop.install('ada');
    await Promise.all([phone.listen(), tablet.listen()]);
    await say(phone, 'from the phone');
    for (const device of [phone, tablet]) await until(() => textsOf(device).includes('from the phone'));
  });

  it('a socket that drops in a burst misses nothing: the rest is in the events', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await bo.listen();
    const socket = openedSockets.at(-1);
    const texts = Array.from({ length: 60 }, (_, index) => `text ${index + 1}`);
    for (const [index, text] of texts.entries()) {
      await say(ada, text);
      if (index === 20) socket?.terminate();
    }
    await until(() => bo.heard('WebsocketOpened').length === 2);
    const heard = bo.heard('conversationMessageEvent').map((event) => event.conversationEventId);
    expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b)); // none twice, none out of order
    expect(heard.length).toBeLessThan(60);
    const missed = await bo.sdk.services.appMessaging.getConversationEvents('den', 1, 100);
    const all = new Map(missed.map((event) => [event.conversationEventId, event]));
    expect([...all.keys()]).toEqual(texts.map((_, index) => index + 1));
    await say(ada, 'after');
    await until(() => textsOf(bo).at(-1) === 'after');
  });

  it('typing is told to everybody else, and is no event of the conversation', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await bo.listen();
    await ada.sdk.services.appMessaging.sendIsTyping('den');
    expect(await until(() => bo.heard('participantTyping')[0])).toMatchObject({
      ...{ conversationId: 'den', profileId: 'ada', createdBy: 'session:ada', timestamp: expect.any(String) },
    });
    await ada.sdk.services.appMessaging.sendIsTypingOff('den');
    await until(() => bo.heard('participantTypingOff')[0]);
    expect(await bo.sdk.services.appMessaging.getConversationEvents('den', 0, 10)).toEqual([]);
  });

  it('only those who are in a conversation hear of it', async () => {
    const shop = await stage.shop();
    const other = await stage.shop();
    const [ada, bo] = await duo(shop);
    const [eve, ghost] = [await shop.install('eve'), await other.install('bo')];
    await Promise.all([bo, eve, ghost].map((device) => device.listen()));
    await say(ada, 'secret');
    await ada.sdk.services.appMessaging.sendIsTyping('den');
    await until(() => bo.heard('participantTyping').length === 1 && textsOf(bo).length === 1);
    for (const device of [eve, ghost]) {
      expect(device.heard('conversationMessageEvent')).toEqual([]);
      expect(device.heard('participantTyping')).toEqual([]);
    }
  });

  it('a session that ends closes its sockets, and no others', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const other = await shop.install('ada');
    await other.sdk.startSession();
    const ends = await open(urlOf(shop, `?token=${tokenOf(ada)}`));
    const stays = await open(urlOf(shop, `?token=${tokenOf(other)}`));
    await ada.sdk.endSession();
    expect(await ends.closed).toBe(1008);
    expect(stays.ws.readyState).toBe(WebSocket.OPEN);
    stays.ws.close();
  });

  it('a session that expires closes its sockets', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const { closed } = await open(urlOf(shop, `?token=${tokenOf(ada)}`));
    const WEEK_MS = 7 * 86_400_000 + 1;
    stage.gateway.advance(WEEK_MS);
    try {
      expect(await closed).toBe(1008);
    } finally {
      stage.gateway.advance(-WEEK_MS);
    }
  });

  it('the token may stand in the header, and a wrong one is a 401 before any socket', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const token = tokenOf(ada);
    for (const authorization of [`Bearer ${token}`, token]) {
      const { ws } = await open(urlOf(shop), { authorization });
      ws.close();
    }
    await ada.sdk.endSession();
    const other = await stage.shop();
    for (const url of [
      urlOf(shop),
      urlOf(shop, '?token=x'),
      urlOf(shop, `?token=${token}`),
      urlOf(shop, `?token=${shop.api.token}`),
      urlOf(other, `?token=${token}`),
    ])
      expect(await refusal(url)).toBe(401);
    expect(await refusal(urlOf(shop).replace('/socket', '/sockets'))).toBe(404);
    expect(await refusal(`${stage.gateway.origin.replace(/^http/, 'ws')}/`)).toBe(404);
  });

  it('a page of a foreign origin gets no socket and no answer', async () => {
    const shop = await stage.shop({ allowedOrigins: ['https://shop.example'] });
    const [ada] = await duo(shop);
    const url = urlOf(shop, `?token=${tokenOf(ada)}`);
    for (const origin of [
      'https://evil.example',
      'https://shop.example.evil.example',
      'null',
      'http://shop.example',
    ]) {
      expect(await refusal(url, { origin })).toBe(403);
      const call = await shop.as(ada).get('/conversations', { headers: { origin } });
      expect(call.status).toBe(403);
      expect(call.headers.get('access-control-allow-origin')).toBeNull();
      const asked = await fetch(`${stage.gateway.origin}${shop.api.base}/conversations`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
      expect(asked.status).toBe(403);
    }
    const { ws } = await open(url, { origin: 'https://shop.example' });
    ws.close();
  });

  it('what no app says ends the socket, and nothing else', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const url = urlOf(shop, `?token=${tokenOf(ada)}`);
    const stays = await open(url);
    const ends = async (data: string | Buffer) => {
      const { ws, closed } = await open(url);
      ws.send(data);
      return closed;
    };
    expect(await ends('not json')).toBe(1007);
    expect(await ends('{"name":')).toBe(1007);
    expect(await ends('7')).toBe(1008);
    expect(await ends('{"hello":"world"}')).toBe(1008);
    expect(await ends(Buffer.from([1, 2, 3]))).toBe(1003);
    expect(await ends(`{"name":"${'x'.repeat(1_000_000)}"}`)).toBe(1009);
    const { ws, closed } = await open(url);
    for (let index = 0; index < 100; index += 1) ws.send('{"name":"echo"}');
    expect(await closed).toBe(1008);

    stays.ws.send(JSON.stringify({ name: 'echo', payload: {}, publishedOn: new Date().toISOString() }));
    await say(ada, 'still there');
    await until(() => stays.frames.some((frame) => frame.name === 'conversationMessage.sent'));
    stays.ws.close();
  });

  it('a client that does not read is cut off, and costs the others nothing', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await bo.listen();
    const deaf = await open(urlOf(shop, `?token=${tokenOf(ada)}`));
    deaf.ws.pause();
    const large = 'x'.repeat(200_000);
    let sent = 0;
    for (; sent < 60; sent += 1) await say(ada, `${sent} ${large}`);
    await until(() => textsOf(bo).length === sent);
    expect(textsOf(bo).map((text) => Number(text.split(' ')[0]))).toEqual(
      Array.from({ length: sent }, (_, i) => i),
    );
    deaf.ws.resume();
    expect(await deaf.closed).toBe(1006);
    expect(deaf.frames.length).toBeLessThan(60);
  });

  it('of one session twenty sockets are open, the newest', async () => {
    const shop = await stage.shop();
    // Nobody touches the messaging of this SDK, which would open one by itself, sooner or later.
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const sockets: RawSocket[] = [];
    for (let index = 0; index < 22; index += 1)
      sockets.push(await open(urlOf(shop, `?token=${tokenOf(ada)}`)));
    expect(await Promise.all(sockets.slice(0, 2).map((one) => one.closed))).toEqual([1008, 1008]);
    expect(sockets.slice(2).every((one) => one.ws.readyState === WebSocket.OPEN)).toBe(true);
    for (const { ws } of sockets) ws.terminate();
  });
});
