import { ConversationBuilder, MessageBuilder, MessageStatusBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { type AppShop, must, onEachAppGateway } from './app-world';
import type { Device } from './sdk';

onEachAppGateway('conversations and chats', (stage) => {
  const inConversation = async (device: Device, id: string) => {
    await device.sdk.services.appMessaging.createConversation(
      new ConversationBuilder().withId(id).withName(id),
    );
    return (text: string) =>
      device.sdk.services.appMessaging.sendMessageToConversation(id, new MessageBuilder().withText(text));
  };
  const messagesOf = async (shop: AppShop, chatId: string) =>
    (await must(shop.api.get(`/chats/${chatId}/messages?limit=100`))).body.messages;
  const heardTexts = (device: Device): string[] =>
    device
      .heard('conversationMessageEvent')
      .filter((event) => event.name === 'conversationMessage.sent')
      .map((event) => event.payload.parts[0].data);

  it('after a close the next message of the same conversation starts a new chat', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const say = await inConversation(ada, 'help');
    await say('one');
    await say('two');
    const [first] = await shop.chatsOf('ada');
    expect(
      (await messagesOf(shop, first.id)).map((one: { parts: { data: string }[] }) => one.parts[0]?.data),
    ).toEqual(['one', 'two']);
    await must(shop.api.put(`/chats/${first.id}/close`, { bypassMessage: true }));
    await say('three');
    const chats = await shop.chatsOf('ada');
    expect(chats).toHaveLength(2);
    expect(chats[0]).toMatchObject({ status: 'new', context: { conversationId: 'help' } });
    await shop.answer(chats[0].id, 'again');
    await until(
      async () => (await ada.sdk.services.appMessaging.getMessages('help', 10)).messages.length === 4,
    );
  });

  it('the answer goes to the conversation that the customer wrote from last', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const [one, two] = [await inConversation(ada, 'one'), await inConversation(ada, 'two')];
    await one('in one');
    await two('in two');
    const chats = await shop.chatsOf('ada');
    expect(chats).toHaveLength(1); // one active chat per customer
    await shop.answer(chats[0].id, 'here');
    const event = await until(() =>
      ada.heard('conversationMessageEvent').find((e) => e.payload.parts[0].data === 'here'),
    );
    expect(event.conversationId).toBe('two');
  });

  it('answers come in order, once, and reach every device', async () => {
    const shop = await stage.shop();
    const [phone, tablet] = [await shop.install('ada'), await shop.install('ada')];
    await Promise.all([phone.listen(), tablet.listen()]);
    const say = await inConversation(phone, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    const texts = Array.from({ length: 20 }, (_, index) => `answer ${index}`);
    for (const text of texts) await shop.answer(chat.id, text);
    for (const device of [phone, tablet]) {
      await until(() => heardTexts(device).length === 21);
      expect(heardTexts(device)).toEqual(['hello', ...texts]);
    }
  });

  it('the team or the agent speaks, as the team says', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const say = await inConversation(ada, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    await shop.answer(chat.id, 'as a team');
    await until(() => heardTexts(ada).length === 2);
    await must(shop.api.put('/chat/config/teams/sales/appMessaging', { replyAs: 'individual' }));
    await shop.answer(chat.id, 'as myself');
    await until(() => heardTexts(ada).length === 3);
    const from = ada.heard('conversationMessageEvent').map((event) => event.payload.context.from);
    expect(from.slice(1)).toEqual([
      { id: 'sales', name: 'Sales' },
      { id: 'ann', name: 'ann' },
    ]);
  });

  it('delivered and read travel to the chat on the customer’s own evidence', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const say = await inConversation(ada, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    const { id } = (await shop.answer(chat.id, 'an answer')).body;
    const statusOf = async () => (await shop.api.get(`/chats/${chat.id}/messages/${id}`)).body.status;
    await until(async () => (await statusOf()) === 'sent');
    const { messages } = await ada.sdk.services.appMessaging.getMessages('help', 10);
    expect(await statusOf()).toBe('delivered');
    await ada.sdk.services.appMessaging.sendMessageStatusUpdates('help', [
      new MessageStatusBuilder().readStatusUpdate(String(messages[1]?.id)),
    ]);
    expect(await statusOf()).toBe('read');
    const names = (await shop.api.get(`/chats/${chat.id}/events?from=1&limit=100`)).body.map(
      (event: { data: { name: string } }) => event.data.name,
    );
    expect(names).toEqual([
      'chatMessage.sent',
      'chatMessage.sent',
      'chatMessage.delivered',
      'chatMessage.read',
    ]);
  });

  it('delivered and read travel to the conversation on the agent’s own evidence', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const say = await inConversation(ada, 'help');
    const sent = await say('hello');
    const [chat] = await shop.chatsOf('ada');
    const [message] = await messagesOf(shop, chat.id);
    const post = [{ messageIds: [message.id], status: 'read', timestamp: new Date().toISOString() }];
    await must(shop.api.post(`/chats/${chat.id}/messages/statusupdates`, post));
    await must(shop.api.post(`/chats/${chat.id}/messages/statusupdates`, post));
    const event = await until(() =>
      ada.heard('conversationMessageEvent').find((one) => one.name === 'conversationMessage.read'),
    );
    expect(event).toMatchObject({
      ...{ conversationId: 'help', conversationEventId: 2 },
      payload: { messageId: sent.id, profileId: 'sales' },
    });
    const { messages } = await ada.sdk.services.appMessaging.getMessages('help', 10);
    expect(messages[0]?.statusUpdates.sales.status).toBe('read');
    expect(await ada.sdk.services.appMessaging.getConversationEvents('help', 0, 10)).toHaveLength(2);
  });

  it('typing of the agent is shown to the customer', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const say = await inConversation(ada, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    await must(shop.api.post(`/chats/${chat.id}/typing`));
    expect(await until(() => ada.heard('participantTyping')[0])).toMatchObject({
      ...{ conversationId: 'help', profileId: 'sales' },
    });
    await must(shop.api.delete(`/chats/${chat.id}/typing`));
    await until(() => ada.heard('participantTypingOff')[0]);
  });

  it('pictures, HTML and what the agent put beside it reach the app', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const say = await inConversation(ada, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await must(
      shop.api.post(`/chats/${chat.id}/messages`, {
        from: { profileId: 'ann' },
        metadata: { order: 7 },
        alert: { title: 'Shop', body: 'a picture' },
        parts: [
          { type: 'text/html', data: '<p>Look</p>' },
          { type: 'image/png', data: png, name: 'blue.png' },
        ],
      }),
    );
    const { payload } = await until(() => ada.heard('conversationMessageEvent')[1]);
    expect(payload).toMatchObject({ metadata: { order: 7 }, alert: { title: 'Shop' } });
    const picture = payload.parts.find((part: { type: string }) => part.type === 'image/png');
    expect(picture).toMatchObject({ name: 'blue.png', url: expect.stringContaining('/media/') });
    const got = await fetch(picture.url.replace(/^http:\/\/localhost/, 'http://127.0.0.1'));
    expect(Buffer.from(await got.arrayBuffer()).toString('base64')).toBe(png);
    expect(payload.parts.map((part: { type: string }) => part.type)).toContain('text/html');
  });

  it('the business may write first', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const made = await must(
      shop.api.post('/chats', {
        ...{ name: 'Ada', teamId: 'sales', channelId: 'appMessaging' },
        participants: [{ id: 'ada', role: 'participant' }],
      }),
    );
    await must(shop.answer(made.body.id, 'Your order is ready.'));
    const event = await until(() => ada.heard('conversationMessageEvent')[0]);
    expect(event.payload.parts[0].data).toBe('Your order is ready.');
    const [conversation] = await ada.sdk.services.appMessaging.getConversations();
    expect(conversation?.id).toBe(event.conversationId);
    await ada.sdk.services.appMessaging.sendMessageToConversation(event.conversationId, {
      parts: [{ data: 'Thanks' }],
    });
    expect(await messagesOf(shop, made.body.id)).toHaveLength(2);
  });

  it('an answer into a conversation that is gone fails, and says so', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const say = await inConversation(ada, 'help');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    await ada.sdk.services.appMessaging.deleteConversation('help');
    const { id } = (await shop.answer(chat.id, 'too late')).body;
    const failed = await until(async () => {
      const { body } = await shop.api.get(`/chats/${chat.id}/messages/${id}`);
      return body.status === 'failed' ? body : undefined;
    });
    expect(failed.failure).toMatchObject({ reason: 'not_permitted' });
  });
});
