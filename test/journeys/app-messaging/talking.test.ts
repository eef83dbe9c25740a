import { ConversationBuilder, MessageBuilder, MessageStatusBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { onEachAppGateway } from './app-world';

onEachAppGateway('talking through the app', (stage) => {
  it('a message starts a chat, and the answer comes back to the conversation', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.listen();
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(new ConversationBuilder().withId('help').withName('Help'));

    const sent = await appMessaging.sendMessageToConversation(
      'help',
      new MessageBuilder().withText('Is it blue?'),
    );
    expect(sent).toEqual({ id: expect.any(String), eventId: 1 });

    const [chat] = await shop.chatsOf('ada');
    expect(chat).toMatchObject({
      ...{ channelId: 'appMessaging', teamId: 'sales', status: 'new', customerId: 'ada' },
      context: { conversationId: 'help' },
    });
    const answer = await shop.answer(chat.id, 'Yes, from Friday.');
    expect(answer.status).toBe(200);
    const heard = await until(() => ada.heard('conversationMessageEvent')[1]);
    expect(heard).toMatchObject({
      ...{ name: 'conversationMessage.sent', conversationId: 'help', conversationEventId: 2 },
      payload: {
        parts: [{ type: 'text/plain', data: 'Yes, from Friday.' }],
        context: { from: { id: 'sales', name: 'Sales' }, conversationId: 'help' },
      },
    });

    await appMessaging.sendMessageStatusUpdates('help', [
      new MessageStatusBuilder().readStatusUpdate(heard.payload.messageId),
    ]);
    const message = (await shop.api.get(`/chats/${chat.id}/messages/${answer.body.id}`)).body;
    expect(message.status).toBe('read');
    expect(message.statusUpdates.ada.status).toBe('read');
  });
});
