import { ConversationBuilder, MessageBuilder, MessageStatusBuilder } from '@comapi/sdk-js-foundation';
import type { Body } from '../../support/shop';
import { until } from '../../support/until';
import { type AppShop, onEachAppGateway } from './app-world';
import type { Device } from './sdk';

onEachAppGateway('messages of an app', (stage) => {
  const duo = async (shop: AppShop): Promise<[Device, Device]> => {
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await ada.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId('den').withName('Den').withUsers(['bo']),
    );
    return [ada, bo];
  };
  const say = async (device: Device, text: string) =>
    device.sdk.services.appMessaging.sendMessageToConversation('den', new MessageBuilder().withText(text));
  // biome-ignore lint/suspicious/noExplicitAny: parts are what the test put there
  const textsOf = (messages: readonly any[]) => messages.map((message) => message.parts[0].data);

  it('the log says at the head of each event which conversation it is about, with a higher revision each time', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    const { id } = await say(ada, 'hello');
    const builder = new MessageStatusBuilder();
    for (const mark of [builder.deliveredStatusUpdate(id), builder.readStatusUpdate(id)])
      await bo.sdk.services.appMessaging.sendMessageStatusUpdates('den', [mark]);
    const den = await ada.sdk.services.appMessaging.getConversation('den');
    await ada.sdk.services.appMessaging.updateConversation({ ...den, name: 'Big den' });
    await ada.sdk.services.appMessaging.addParticipantsToConversation('den', [
      { id: 'cy', role: 'participant' },
    ]);

    const heads = await until(async () => {
      const { events } = (await shop.api.get('/events?limit=100')).body;
      const told = events.filter((event: Body) => /^conversation(Message)?\.(?!create)/.test(event.name));
      return told.length < 6
        ? undefined
        : told.map((event: Body) => [
            ...[event.name.split('.')[1], event.conversationId, event.conversationEventId, event.revision],
          ]);
    });
    expect(heads).toEqual([
      ['participantAdded', 'den', undefined, 0],
      ['sent', 'den', 1, 0],
      ['delivered', 'den', 2, 1],
      ['read', 'den', 3, 2],
      ['update', 'den', undefined, 1],
      ['participantAdded', 'den', undefined, 1],
    ]);
  });

  it('everything that was posted comes back as it was', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await bo.listen();
    const parts = [
      { name: 'words', type: 'text/plain', data: 'ünïcødé 💥 <b>"\\', size: 24 },
      { name: 'order', type: 'application/json', data: '{"id":7}', size: 8 },
      { type: 'image/png', url: 'https://shop.example/blue.png', name: 'blue.png', size: 1234 },
    ];
    const metadata = { page: '/blue', nested: { list: [1, null, 'x'] } };
    const alert = {
      platforms: { apns: { alert: 'hi', badge: 1 }, fcm: { notification: { title: 'A', body: 'hi' } } },
    };
    const { id } = await ada.sdk.services.appMessaging.sendMessageToConversation('den', {
      ...{ metadata, parts },
      alert: alert as never,
    });
    const whole = { messageId: id, metadata, alert, parts };
    expect((await until(() => bo.heard('conversationMessageEvent')[0])).payload).toMatchObject({
      ...whole,
      context: {
        from: { id: 'ada' },
        conversationId: 'den',
        sentBy: 'session:ada',
        sentOn: expect.any(String),
      },
    });
    const page = await bo.sdk.services.appMessaging.getMessages('den', 10);
    expect(page.messages[0]).toMatchObject({ id, sentEventId: 1, metadata, parts });
    const [event] = await bo.sdk.services.appMessaging.getConversationEvents('den', 0, 10);
    expect(event).toMatchObject({
      ...{ name: 'conversationMessage.sent', conversationId: 'den', conversationEventId: 1, payload: whole },
    });
    const [chat] = await shop.chatsOf('ada');
    const { messages } = (await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body;
    expect(messages[0]).toMatchObject({
      metadata,
      parts,
      context: { direction: 'inbound', from: { id: 'ada' } },
    });
  });

  it('the SDK pages to the very first message, with every mark on its message', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    const { appMessaging } = bo.sdk.services;
    const sent: string[] = [];
    for (let index = 1; index <= 23; index += 1) {
      const { id } = await say(index % 3 === 0 ? bo : ada, `text ${index}`);
      sent.push(id);
      // Marks between messages make events whose message is on another page.
      if (index % 5 === 0)
        await shop
          .as(bo)
          .post('/conversations/den/messages/statusupdates', [
            new MessageStatusBuilder().readStatusUpdates(
              sent.slice(0, index - 4).filter((_, at) => (at + 1) % 3 !== 0),
            ),
          ]);
    }
    const texts: string[] = [];
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's messages
    const all: any[] = [];
    let token: number | undefined;
    do {
      const page = await appMessaging.getMessages('den', 4, token);
      texts.unshift(...textsOf(page.messages));
      all.unshift(...page.messages);
      token = page.continuationToken;
    } while (token !== undefined && token > 0);
    expect(texts).toEqual(Array.from({ length: 23 }, (_, index) => `text ${index + 1}`));
    const read = all.filter((message) => message.statusUpdates.bo?.status === 'read').map((one) => one.id);
    expect(read).toEqual(sent.slice(0, 16).filter((_, at) => (at + 1) % 3 !== 0));
  });

  it('one page may hold everything, and an empty conversation nothing', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const { appMessaging } = ada.sdk.services;
    const empty = await appMessaging.getMessages('den', 10);
    expect(empty).toMatchObject({ messages: [], earliestEventId: 0, latestEventId: 0 });
    await say(ada, 'only');
    expect(await appMessaging.getMessages('den', 10)).toMatchObject({ earliestEventId: 0, latestEventId: 1 });
    const raw = (await shop.as(ada).get('/conversations/den/messages?limit=10')).body;
    expect(raw).toMatchObject({ orphanedEvents: [], messages: [{ statusUpdates: {} }] });
  });

  it('an orphaned event is as the SDK reads it', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    const { id } = await say(ada, 'old');
    await say(ada, 'new');
    await bo.sdk.services.appMessaging.sendMessageStatusUpdates('den', [
      new MessageStatusBuilder().deliveredStatusUpdate(id),
    ]);
    const raw = (await shop.as(ada).get('/conversations/den/messages?limit=1')).body;
    expect(raw.orphanedEvents).toEqual([
      {
        id: 3,
        data: {
          ...{ name: 'delivered', eventId: expect.any(String), profileId: 'bo' },
          payload: {
            ...{ messageId: id, conversationId: 'den', isPublicConversation: false, profileId: 'bo' },
            timestamp: expect.any(String),
          },
        },
      },
    ]);
  });

  it('paging posts `delivered` by itself, once, and its author hears of it', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await ada.listen();
    const { id } = await say(ada, 'hello');
    await bo.sdk.services.appMessaging.getMessages('den', 10);
    await bo.sdk.services.appMessaging.getMessages('den', 10);
    const heard = await until(() =>
      ada.heard('conversationMessageEvent').find((event) => event.name === 'conversationMessage.delivered'),
    );
    expect(heard).toMatchObject({
      ...{ conversationId: 'den', conversationEventId: 2 },
      payload: { messageId: id, conversationId: 'den', profileId: 'bo', timestamp: expect.any(String) },
    });
    const events = await ada.sdk.services.appMessaging.getConversationEvents('den', 0, 100);
    expect(events.map((event) => event.name)).toEqual([
      'conversationMessage.sent',
      'conversationMessage.delivered',
    ]);
  });

  it('a mark never moves back, and its time is never in the future', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    const { id } = await say(ada, 'hello');
    const mark = (status: string, timestamp: string) =>
      shop
        .as(bo)
        .post('/conversations/den/messages/statusupdates', [{ messageIds: [id], status, timestamp }]);
    await bo.sdk.startSession();
    expect((await mark('read', '2099-01-01T00:00:00Z')).status).toBe(200);
    expect((await mark('delivered', new Date().toISOString())).status).toBe(200);
    expect((await mark('read', new Date().toISOString())).status).toBe(200);
    const { messages } = (await shop.as(bo).get('/conversations/den/messages?limit=1')).body;
    expect(messages[0].statusUpdates.bo.status).toBe('read');
    expect(Date.parse(messages[0].statusUpdates.bo.on)).toBeLessThanOrEqual(Date.now());
    const events = await bo.sdk.services.appMessaging.getConversationEvents('den', 0, 100);
    expect(events).toHaveLength(2);
  });

  it('events are read forward, from any number on', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    for (const text of ['1', '2', '3', '4', '5']) await say(ada, text);
    const { appMessaging } = ada.sdk.services;
    const numbers = async (from: number, limit: number) =>
      (await appMessaging.getConversationEvents('den', from, limit)).map(
        (event) => event.conversationEventId,
      );
    expect(await numbers(0, 3)).toEqual([1, 2, 3]);
    expect(await numbers(4, 100)).toEqual([4, 5]);
    expect(await numbers(6, 100)).toEqual([]);
  });

  it('many at once are numbered without gaps, in one order for everybody', async () => {
    const shop = await stage.shop();
    const [ada, bo] = await duo(shop);
    await Promise.all([ada.listen(), bo.listen()]);
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const sent = await Promise.all(texts.map((text, index) => say(index % 2 ? ada : bo, text)));
    expect(sent.map((one) => one.eventId).sort((a, b) => a - b)).toEqual(texts.map((_, index) => index + 1));
    for (const device of [ada, bo]) {
      await until(() => device.heard('conversationMessageEvent').length === 40);
      const heard = device.heard('conversationMessageEvent').map((event) => event.conversationEventId);
      expect(heard).toEqual(texts.map((_, index) => index + 1));
    }
  });

  it('a message that is posted again under its key is one message', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    const headers = { 'idempotency-key': 'k1' };
    const post = () =>
      shop.as(ada).post('/conversations/den/messages', { parts: [{ data: 'once' }] }, { headers });
    const answers = await Promise.all([post(), post(), post()]);
    answers.push(await post());
    const good = answers.filter((answer) => answer.status === 200);
    expect(good.length).toBeGreaterThan(1);
    expect(new Set(good.map((answer) => answer.body.id)).size).toBe(1);
    const [chat] = await shop.chatsOf('ada');
    expect((await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body.messages).toHaveLength(1);
  });

  it('what no message can be is refused, and says what is wrong', async () => {
    const shop = await stage.shop();
    const [ada] = await duo(shop);
    await ada.sdk.startSession();
    const post = (body: unknown) => shop.as(ada).post('/conversations/den/messages', body);
    const deep = `{"metadata":${'['.repeat(200)}${']'.repeat(200)},"parts":[{"data":"x"}]}`;
    const bad: readonly [unknown, string][] = [
      [{}, 'parts'],
      [{ parts: [] }, 'parts'],
      [{ parts: 'hello' }, 'parts'],
      [{ parts: [{ data: 7 }] }, 'parts.data'],
      [{ parts: [{ data: 'x', size: -1 }] }, 'parts.size'],
      [{ parts: [{ url: 'media:0199c2f4-6a3e-7c11-9f27-5d0a4be1c001' }] }, 'parts.url'],
      [{ parts: [{ url: 'javascript:alert(1)' }] }, 'parts.url'],
      [{ parts: [{ data: 'a\0b' }] }, 'NUL'],
      ['{"parts":[{', 'JSON'],
      [deep, 'deeper'],
    ];
    for (const [body, word] of bad) {
      const { status, body: problem } = await post(body);
      expect([status, JSON.stringify(problem)]).toEqual([400, expect.stringContaining(word)]);
    }
    expect((await post({ parts: [{ data: 'x'.repeat(1_200_000) }] })).status).toBe(413);
    expect((await ada.sdk.services.appMessaging.getMessages('den', 10)).messages).toEqual([]);
  });
});
