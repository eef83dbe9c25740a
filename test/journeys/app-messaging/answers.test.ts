import appMessaging from '../../../adapters/app-messaging/index';
import { type ChannelDefinition, ChannelError } from '../../../plugins/contract/index';
import type { Answer } from '../../support/api';
import { onEachDatabase, type TestDatabase } from '../../support/databases';
import { startGateway, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';
import { type AppShop, must, openAppShop } from './app-world';
import type { Device } from './sdk';

/** The adapter, overheard; while it is shut it takes nothing. */
function overheard() {
  const heard = { asked: 0, sent: 0, isShut: false };
  const mustBeOpen = () => {
    if (heard.isShut) throw new ChannelError('unavailable', 'not now', { retryAfterMs: 100 });
  };
  const definition: ChannelDefinition = {
    ...(appMessaging as ChannelDefinition),
    create(config, host) {
      const channel = (appMessaging as ChannelDefinition).create(config, host);
      return {
        ...channel,
        answerOf(message) {
          heard.asked += 1;
          mustBeOpen();
          if (!channel.answerOf) throw new Error('it keeps no conversations here');
          return channel.answerOf(message);
        },
        async send(message, context) {
          heard.sent += 1;
          mustBeOpen();
          return channel.send(message, context);
        },
      };
    },
  };
  return { heard, definition };
}

onEachDatabase('answers in conversations that the gateway keeps', (open) => {
  const { heard, definition } = overheard();
  const devices: Device[] = [];
  let database: TestDatabase;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await open();
    gateway = await startGateway({ database, definitions: [definition] });
  });
  beforeEach(() => Object.assign(heard, { asked: 0, sent: 0, isShut: false }));
  afterAll(async () => {
    for (const device of devices) await device.leave();
    await gateway.stop();
    await database.drop();
  });

  const aTalk = async () => {
    const shop = await openAppShop(gateway, {}, devices);
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const app = shop.as(ada);
    await must(app.post('/conversations', { id: 'help', name: 'Help', isPublic: false }));
    await must(app.post('/conversations/help/messages', { parts: [{ data: 'hello' }] }));
    const [{ id: chatId }] = await shop.chatsOf('ada');
    const said = async () => {
      const { body } = await must(app.get('/conversations/help/messages?limit=100'));
      return body.messages as readonly { readonly id: string; readonly parts: { data: string }[] }[];
    };
    const texts = async () => (await said()).map(({ parts }) => parts[0]?.data);
    const answer = async (text: string) => (await must(shop.answer(chatId, text))).body;
    return { shop, chatId, said, texts, answer };
  };

  it('are there once they are accepted, and nothing is sent', async () => {
    const { shop, chatId, said, answer } = await aTalk();
    const { id } = await answer('here');
    const [, inConversation] = await said();
    expect(inConversation?.parts[0]?.data).toBe('here');
    const message = await stored(shop, chatId, id);
    expect(message).toMatchObject({
      status: 'sent',
      attempts: [{ piece: 0, attempt: 1, outcome: 'sent', externalIds: [inConversation?.id] }],
    });
    expect(heard).toMatchObject({ asked: 1, sent: 0 });
    // Numbers are given after the commit where several nodes write.
    await until(async () => (await newsOf(shop, id)).length === 2);
    expect(await newsOf(shop, id)).toEqual(['chatMessage.sent', 'chatMessage.submitted']);
  });

  it('wait behind what is on its way, and come in their order', async () => {
    const { shop, chatId, texts, answer } = await aTalk();
    heard.isShut = true;
    await answer('one');
    await until(() => heard.sent > 0);
    const { id } = await answer('two');
    expect(heard.asked).toBe(1);
    heard.isShut = false;
    await until(async () => (await stored(shop, chatId, id)).status === 'sent');
    expect(await texts()).toEqual(['hello', 'one', 'two']);
    await answer('three');
    expect(await texts()).toEqual(['hello', 'one', 'two', 'three']);
    expect(heard.asked).toBe(2);
  });
});

async function stored({ api }: AppShop, chatId: string, id: string): Promise<Answer['body']> {
  return (await must(api.get(`/chats/${chatId}/messages/${id}`))).body;
}

/** The names of the events of one message. */
async function newsOf({ api }: AppShop, messageId: string): Promise<string[]> {
  const { body } = await must(api.get('/events?limit=1000'));
  const news: readonly { name: string; payload: { id?: string } }[] = body.events;
  return news.filter(({ payload }) => payload.id === messageId).map(({ name }) => name);
}
