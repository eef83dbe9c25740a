import { ContentData, ConversationBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { onEachAppGateway, tokenOf } from './app-world';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

onEachAppGateway('files and push of an app', (stage) => {
  const open = (url: string) => fetch(url.replace(/^http:\/\/localhost/, 'http://127.0.0.1'));

  it('a file goes up as base64, as a form and as bytes, and comes down by its link', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { appMessaging } = ada.sdk.services;
    const asBase64 = ContentData.createFromBase64(PNG.toString('base64'), 'blue ü.png', 'image/png');
    const asFile = ContentData.createFromFile(new File([PNG], 'blue ü.png', { type: 'image/png' }));
    const results = [await appMessaging.uploadContent(asBase64), await appMessaging.uploadContent(asFile)];
    const raw = await fetch(`${stage.gateway.origin}${shop.api.base}/content?folder=pics`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf(ada)}`,
        ...{ 'content-type': 'image/png', 'content-filename': encodeURIComponent('blue ü.png') },
      },
      body: PNG,
    });
    expect(raw.status).toBe(200);
    results.push((await raw.json()) as never);
    for (const [index, result] of results.entries()) {
      expect(result).toEqual({
        ...{ id: expect.any(String), name: 'blue ü.png', type: 'image/png', size: PNG.length },
        ...{ folder: index === 2 ? 'pics' : '', url: expect.stringContaining('/media/') },
      });
      const got = await open(result.url);
      expect(Buffer.from(await got.arrayBuffer())).toEqual(PNG);
      expect(got.headers.get('content-type')).toBe('image/png');
    }
  });

  it('a file is what its bytes are: nothing that could act in a browser is served as such', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const page = Buffer.from('<script>alert(1)</script>').toString('base64');
    for (const type of ['text/html', 'image/svg+xml', 'image/png']) {
      const { url, type: kept } = await ada.sdk.services.appMessaging.uploadContent(
        ContentData.createFromBase64(page, 'x.html', type),
      );
      expect(kept).toBe('application/octet-stream');
      const { headers } = await open(url);
      expect(headers.get('content-disposition')).toContain('attachment');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('a message that names an uploaded file keeps its link alive, and takes the file to the agent', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(new ConversationBuilder().withId('den').withName('Den'));
    const { url, type, size } = await appMessaging.uploadContent(
      ContentData.createFromBase64(PNG.toString('base64'), 'blue.png', 'image/png'),
    );
    await appMessaging.sendMessageToConversation('den', { parts: [{ url, type, size, name: 'blue.png' }] });
    const DAYS_MS = 5 * 86_400_000;
    stage.gateway.advance(DAYS_MS);
    try {
      const { messages } = (await shop.as(ada).get('/conversations/den/messages?limit=1')).body;
      expect((await open(messages[0].parts[0].url)).status).toBe(200);
      expect((await open(url)).status).toBe(403);
      const [chat] = await shop.chatsOf('ada');
      const inChat = (await shop.api.get(`/chats/${chat.id}/messages?limit=1`)).body.messages[0].parts[0];
      expect(inChat.type).toBe('image/png');
      expect(Buffer.from(await (await open(inChat.url)).arrayBuffer())).toEqual(PNG);
    } finally {
      stage.gateway.advance(-DAYS_MS);
    }
  });

  it('a file of another space stays there', async () => {
    const shop = await stage.shop();
    const other = await stage.shop();
    const [ada, eve] = [await shop.install('ada'), await other.install('eve')];
    const file = await ada.sdk.services.appMessaging.uploadContent(
      ContentData.createFromBase64(PNG.toString('base64'), 'blue.png', 'image/png'),
    );
    const { appMessaging } = eve.sdk.services;
    await appMessaging.createConversation(new ConversationBuilder().withId('den').withName('Den'));
    await appMessaging.sendMessageToConversation('den', { parts: [{ url: file.url, type: 'image/png' }] });
    const DAYS_MS = 5 * 86_400_000;
    stage.gateway.advance(DAYS_MS);
    const { messages } = (await other.as(eve).get('/conversations/den/messages?limit=1')).body;
    stage.gateway.advance(-DAYS_MS);
    expect(messages[0].parts[0].url).toBe(file.url); // no fresh link
  });

  it('what no file can be is refused', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const post = (body: string | Uint8Array, type: string) =>
      fetch(`${stage.gateway.origin}${shop.api.base}/content`, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokenOf(ada)}`, 'content-type': type },
        body,
      });
    const bad: readonly [string, string][] = [
      ['{"data":"%%%","name":"x","type":"y"}', 'application/json'],
      ['{"name":"x"}', 'application/json'],
      ['nonsense', 'multipart/form-data; boundary=x'],
      [
        '--x\r\ncontent-disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n',
        'multipart/form-data; boundary=x',
      ],
    ];
    for (const [body, type] of bad) expect([body, (await post(body, type)).status]).toEqual([body, 400]);
    const large = await post(new Uint8Array(37 * 1024 * 1024), 'application/json').catch(() => ({
      status: 413,
    }));
    expect(large.status).toBe(413);
  });

  it('a device without a socket is pushed to, one with a socket is not', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await bo.sdk.startSession();
    expect(await bo.sdk.device.setFCMPushDetails('com.shop', 'registration-1')).toBe(true);
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo']),
    );
    const alert = { platforms: { fcm: { notification: { title: 'Ada', body: 'are you there' } } } };
    const { id } = await appMessaging.sendMessageToConversation('den', {
      parts: [{ data: 'are you there' }],
      alert: alert as never,
    });
    const requests = async () =>
      (await shop.api.get('/events?after=0&limit=1000&names=push.requested')).body.events;
    const [request] = await until(async () => ((await requests()).length > 0 ? requests() : undefined));
    expect(request.payload).toMatchObject({
      ...{ profileId: 'bo', conversationId: 'den', messageId: id, alert },
      registration: { fcm: { package: 'com.shop', registrationId: 'registration-1' } },
    });

    await bo.listen();
    await until(async () => {
      await appMessaging.sendMessageToConversation('den', { parts: [{ data: 'now?' }] });
      const before = (await requests()).length;
      await appMessaging.sendMessageToConversation('den', { parts: [{ data: 'and now?' }] });
      return (await requests()).length === before;
    });
    expect(await bo.sdk.device.removePushDetails()).toBe(true);
    const count = (await requests()).length;
    await bo.sdk.device.setAPNSPushDetails('com.shop', 1, 'token-1');
    await bo.sdk.endSession();
    await appMessaging.sendMessageToConversation('den', { parts: [{ data: 'gone?' }] });
    expect(await requests()).toHaveLength(count);
  });

  it('what no registration can be is refused', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { id } = await ada.sdk.startSession();
    for (const body of ['{}', '{"fcm":{}}', '{"fcm":"x"}', '{"apns":{"bundleId":"b"}}', '[]'])
      expect((await shop.as(ada).put(`/sessions/${id}/push`, body)).status).toBe(400);
  });
});
