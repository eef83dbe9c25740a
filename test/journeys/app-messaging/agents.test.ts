import { ConversationBuilder, MessageBuilder } from '@comapi/sdk-js-foundation';
import { WebSocket } from 'ws';
import { until } from '../../support/until';
import { agentToken, asAgentPage } from './agent-page';
import { type AppShop, must, onEachAppGateway, tokenOf } from './app-world';
import type { Device } from './sdk';

onEachAppGateway('agents’ pages on the same SDK', (stage) => {
  const openPage = (shop: AppShop, agent: string): Promise<Device> =>
    shop.install(agent, asAgentPage(shop, agent));
  const customer = async (shop: AppShop, id: string) => {
    const ada = await shop.install(id);
    await ada.sdk.services.appMessaging.createConversation(new ConversationBuilder().withId(id).withName(id));
    const say = (text: string) =>
      ada.sdk.services.appMessaging.sendMessageToConversation(id, new MessageBuilder().withText(text));
    return { ada, say };
  };

  it('an agent hears of a chat, reads it, answers it, and sees what became of the answer', async () => {
    const shop = await stage.shop();
    const page = await openPage(shop, 'ann');
    await page.listen();
    expect(page.sdk.session).toMatchObject({ profileId: 'ann', isActive: true });
    const { ada, say } = await customer(shop, 'ada');
    await ada.listen();
    await say('Is it blue?');
    const heard = await until(() => page.heard('conversationMessageEvent')[0]);
    const [chat] = await shop.chatsOf('ada');
    expect(heard).toMatchObject({
      ...{ name: 'conversationMessage.sent', conversationId: chat.id, conversationEventId: 1 },
      payload: { parts: [{ data: 'Is it blue?' }], context: { from: { id: 'ada' }, direction: 'inbound' } },
    });

    const { appMessaging } = page.sdk.services;
    const { messages } = await appMessaging.getMessages(chat.id, 10);
    expect(messages.map((message) => message.parts?.[0]?.data)).toEqual(['Is it blue?']);
    // The SDK has said `delivered` by itself, and the customer hears of it.
    await until(() =>
      ada.heard('conversationMessageEvent').some((e) => e.name === 'conversationMessage.delivered'),
    );

    await appMessaging.sendMessageToConversation(chat.id, new MessageBuilder().withText('Yes.'));
    const answer = await until(() =>
      ada.heard('conversationMessageEvent').find((e) => e.payload.parts?.[0]?.data === 'Yes.'),
    );
    await ada.sdk.services.appMessaging.sendMessageStatusUpdates('ada', [
      { messageIds: [answer.payload.messageId], status: 'read', timestamp: new Date().toISOString() },
    ]);
    const read = await until(() =>
      page.heard('conversationMessageEvent').find((event) => event.name === 'conversationMessage.read'),
    );
    expect(read.payload).toMatchObject({ conversationId: chat.id, profileId: 'ada' });
    expect((await must(shop.api.get(`/chats/${chat.id}`))).body).toMatchObject({
      agentId: 'ann',
      status: 'replied',
    });
  });

  it('typing goes both ways', async () => {
    const shop = await stage.shop();
    const page = await openPage(shop, 'ann');
    await page.listen();
    const { ada, say } = await customer(shop, 'ada');
    await ada.listen();
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    await ada.sdk.services.appMessaging.sendIsTyping('ada');
    expect(await until(() => page.heard('participantTyping')[0])).toMatchObject({
      ...{ conversationId: chat.id, profileId: 'ada' },
    });
    await page.sdk.services.appMessaging.sendIsTyping(chat.id);
    expect(
      await until(() => ada.heard('participantTyping').find((e) => e.profileId === 'sales')),
    ).toBeTruthy();
  });

  it('an agent hears of the chats that they may read, and of no others', async () => {
    const shop = await stage.shop();
    await must(shop.api.post('/chat/config/agents', { id: 'cid', name: 'Cid', email: 'cid@shop.example' }));
    await must(
      shop.api.post('/chat/config/teams', { id: 'support', name: 'Support', members: [{ username: 'cid' }] }),
    );
    const [ann, cid] = [await openPage(shop, 'ann'), await openPage(shop, 'cid')];
    await Promise.all([ann.listen(), cid.listen()]);
    const { say } = await customer(shop, 'ada');
    await say('for sales');
    await until(() => ann.heard('conversationMessageEvent').length === 1);
    const [chat] = await shop.chatsOf('ada');
    await must(shop.api.put(`/chats/${chat.id}/assign`, { teamId: 'support' }));
    await say('for support');
    const heard = await until(() => cid.heard('conversationMessageEvent')[0]);
    expect(heard.payload.parts[0].data).toBe('for support');
    expect(ann.heard('conversationMessageEvent')).toHaveLength(1);
    await expect(ann.sdk.services.appMessaging.getMessages(chat.id, 10)).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('every event of a chat comes as a frame, under its own name', async () => {
    const shop = await stage.shop();
    const token = await agentToken(shop, 'ann');
    const url = `${stage.gateway.origin.replace(/^http/, 'ws')}${shop.api.base}/socket?token=${token}`;
    const ws = new WebSocket(url);
    // biome-ignore lint/suspicious/noExplicitAny: frames are what the test says they are
    const frames: any[] = [];
    ws.on('message', (data) => frames.push(JSON.parse(String(data))));
    await until(() => frames.length === 1);
    const { say } = await customer(shop, 'ada');
    await say('hello');
    const [chat] = await shop.chatsOf('ada');
    await must(shop.answer(chat.id, 'hi'));
    await must(shop.api.put(`/chats/${chat.id}`, { name: 'Renamed' }));
    await must(shop.api.put(`/chats/${chat.id}/close`, { bypassMessage: true }));
    const names = () => frames.slice(1).map((frame) => frame.name);
    await until(() => names().includes('chat.closed') && names().includes('chatMessage.submitted'));
    expect(names().filter((name) => name !== 'chatMessage.submitted')).toEqual([
      ...[
        'chat.create',
        'chatMessage.sent',
        'chat.assigned',
        'chatMessage.sent',
        'chat.updated',
        'chat.closed',
      ],
    ]);
    for (const frame of frames.slice(1))
      expect(frame).toMatchObject({
        ...{
          chatId: chat.id,
          conversationId: chat.id,
          apiSpaceId: shop.spaceId,
          eventId: expect.any(String),
        },
        ...{ context: { createdBy: expect.any(String), createdOn: expect.any(String) } },
        ...{ revision: expect.any(Number), etag: expect.any(String), publishedOn: expect.any(String) },
      });
    expect(frames[2].payload).toMatchObject({ messageId: expect.any(String), context: { chatId: chat.id } });
    ws.close();
  });

  it('an agent’s session uses chats, not the conversations of customers', async () => {
    const shop = await stage.shop();
    const page = await openPage(shop, 'ann');
    await page.sdk.startSession();
    await customer(shop, 'ada');
    const api = shop.as(page);
    expect((await api.get('/conversations')).status).toBe(404);
    expect((await api.get('/conversations/ada')).status).toBe(404);
    expect((await api.post('/content', {})).status).toBe(404);
    expect((await api.get('/chats')).status).toBe(200);
    expect((await api.get('/profiles/ada')).status).toBe(200);
  });

  it('the sockets of an agent who is taken away close at once, however they came in', async () => {
    const shop = await stage.shop();
    const page = await openPage(shop, 'bob');
    await page.listen();
    const url = `${stage.gateway.origin.replace(/^http/, 'ws')}${shop.api.base}/socket?token=${await agentToken(shop, 'bob')}`;
    const ws = new WebSocket(url);
    const closed = new Promise((resolve) => ws.once('close', resolve));
    await new Promise((resolve) => ws.once('open', resolve));
    const token = tokenOf(page);
    await must(shop.api.delete('/chat/config/agents/bob'));
    expect(await closed).toBe(1008);
    await until(() => page.heard('WebsocketClosed').length > 0);
    expect((await shop.api.as(token).get('/chats')).status).toBe(401);
  });

  it('a challenge is not answered by any other token', async () => {
    const shop = await stage.shop();
    const other = await stage.shop();
    for (const token of [shop.api.token, await agentToken(other, 'ann'), 'as_x']) {
      const page = await shop.install('ann', { answer: async () => token });
      await expect(page.sdk.startSession()).rejects.toMatchObject({ statusCode: 403 });
    }
  });
});
