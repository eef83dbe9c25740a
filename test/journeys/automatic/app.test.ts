import { ConversationBuilder, MessageBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { must, onEachAppGateway } from '../app-messaging/app-world';
import { speaks } from './speaking-shop';

onEachAppGateway('what a team says by itself in the app', (stage) => {
  test('its own welcome, then the request for an address, which is kept with the person', async () => {
    const shop = await stage.shop();
    await speaks(shop.api, {
      welcomeMessage: { timeout: 0, text: 'For everybody else' },
      emailRequest: { timeout: 60, text: 'What is your mail address?' },
    });
    const config = { welcomeMessage: { timeout: 0, text: 'Welcome to the app' }, replyAs: 'team' };
    await must(shop.api.put('/chat/config/teams/sales/appMessaging', config));
    const ada = await shop.install('ada');
    await ada.listen();
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(new ConversationBuilder().withId('help').withName('Help'));
    const write = (text: string) =>
      appMessaging.sendMessageToConversation('help', new MessageBuilder().withText(text));
    await write('Is it blue?');
    const heard = (text: string) =>
      until(() =>
        ada.heard('conversationMessageEvent').find(({ payload }) => payload?.parts?.[0]?.data === text),
      );

    expect((await heard('Welcome to the app')).payload.context.from).toEqual({ id: 'sales', name: 'Sales' });
    stage.gateway.advance(61_000);
    await heard('What is your mail address?');
    await write('it is Ada.Byron@home.example, thanks');

    const email = 'Ada.Byron@home.example';
    await until(async () => (await shop.api.get('/profiles/ada')).body.email === email);
    const [chat] = await shop.chatsOf('ada');
    expect(chat.status).toBe('new');
    const { body } = await shop.api.get(`/chats/${chat.id}/messages?limit=10`);
    expect(body.messages.map(({ metadata }: { metadata?: object }) => metadata)).toEqual([
      ...[{}, { automatic: 'welcome' }, { automatic: 'emailRequest' }, {}],
    ]);
  });

  test('how it was, by numbers; a number answers in the closed chat, and is thanked for', async () => {
    const shop = await stage.shop();
    const satisfaction = { question: 'How was it?', by: 'buttons', thanks: 'Thank you!' };
    await speaks(shop.api, { satisfaction });
    const ada = await shop.install('ada');
    await ada.listen();
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(new ConversationBuilder().withId('help').withName('Help'));
    const write = (text: string) =>
      appMessaging.sendMessageToConversation('help', new MessageBuilder().withText(text));
    const heard = (pattern: RegExp) =>
      until(() =>
        ada
          .heard('conversationMessageEvent')
          .some(({ payload }) => pattern.test(payload?.parts?.[0]?.data ?? '')),
      );
    await write('Is it blue?');
    const [chat] = await shop.chatsOf('ada');
    await must(shop.answer(chat.id, 'Yes.'));
    await must(shop.api.put(`/chats/${chat.id}/close`, {}));
    await heard(/^How was it\?\n1\. /);

    await write('4');

    await heard(/^Thank you!$/);
    const { body } = await shop.api.get(`/chats/${chat.id}/satisfaction`);
    expect(body).toMatchObject({ rating: 4, by: 'list' });
    expect(await shop.chatsOf('ada')).toHaveLength(1);
  });
});
