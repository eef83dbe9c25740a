import { WebSocket } from 'ws';
import appMessaging from '../../../adapters/app-messaging/index';
import type { ChannelDefinition } from '../../../plugins/contract/index';
import { until } from '../../support/until';
import { toldOf } from './visitor';
import { type Body, must, onWebGateway, textsOf, type WebStage } from './web-chat-world';

onWebGateway('a conversation in a web chat', talking, { definitions: [appMessaging as ChannelDefinition] });

function talking(stage: WebStage): void {
  it('a visitor writes, an agent answers, and each sees what the other does', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    expect((await visitor.call('GET', '/config')).body).toMatchObject({
      title: 'Sales',
      availability: 'open',
    });
    const posted = await visitor.say('Do you have it in blue?', {
      ref: 'r1',
      page: { url: 'https://shop.example/shoes' },
    });
    expect(posted).toMatchObject({ status: 201, body: { number: 1 } });
    const stream = await visitor.listen('?after=0');
    expect(stream.told[0]).toMatchObject({
      event: 'hello',
      data: {
        profileId: visitor.profileId,
        isVerified: false,
        latest: 1,
        chat: { state: 'waiting' },
        availability: 'open',
      },
    });
    await until(() => toldOf(stream, 'message').length === 1);

    const [chat] = await shop.chatsOf(visitor.profileId);
    expect(chat).toMatchObject({ channelId: 'webChat', teamId: 'sales', status: 'new' });
    const [question] = (await shop.api.get(`/chats/${chat.id}/messages?limit=10`)).body.messages;
    expect(question).toMatchObject({
      parts: [{ data: 'Do you have it in blue?' }],
      metadata: { page: { url: 'https://shop.example/shoes' } },
    });
    const seen = [{ messageIds: [question.id], status: 'read', timestamp: new Date().toISOString() }];
    await shop.api.post(`/chats/${chat.id}/messages/statusupdates`, seen);
    await until(() =>
      toldOf(stream, 'status').some(({ data }) => data.status === 'read' && data.id === posted.body.id),
    );

    await shop.api.post(`/chats/${chat.id}/typing`);
    await until(() => toldOf(stream, 'typing').some(({ data }) => data.on && data.by.id === 'sales'));
    const answered = await shop.answer(chat.id, 'Yes, from Friday.');
    const answer = await until(() => toldOf(stream, 'message').find(({ data }) => data.from.id === 'sales'));
    expect(answer.data).toMatchObject({
      from: { name: 'Sales' },
      parts: [{ type: 'text/plain', data: 'Yes, from Friday.' }],
    });

    const statusOf = async () =>
      (await shop.api.get(`/chats/${chat.id}/messages/${answered.id}`)).body.status;
    expect(await statusOf()).toBe('sent'); // written into a stream is not yet with a person
    for (const status of ['delivered', 'read']) {
      const ids = [answer.data.id];
      expect((await visitor.call('POST', '/marks', { body: { ids, status } })).status).toBe(204);
      expect(await statusOf()).toBe(status);
    }
    const { messages, earliest, latest } = await visitor.history();
    expect(messages).toMatchObject([{ ref: 'r1', status: 'read' }, { status: 'read' }]);
    expect([earliest, latest]).toEqual([0, Number(stream.told.at(-1)?.id)]);
  });

  it('a post that is repeated is stored once', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    await visitor.open();
    const all = await Promise.all(Array.from({ length: 8 }, () => visitor.say('once', { ref: 'same' })));
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
    const chats = await shop.chatsOf(visitor.profileId);
    expect(chats).toHaveLength(1);
    expect(textsOf((await visitor.history()).messages)).toEqual(['once']);
  });

  it('a stream that was lost goes on where it was, and tells everything once and in order', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    await visitor.say('0');
    const [chat] = await shop.chatsOf(visitor.profileId);
    let last = '0';
    const heard: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const stream = await visitor.listen('', last);
      await Promise.all([visitor.say(`${round} a`), shop.answer(chat.id, `${round} b`)]);
      await until(() => toldOf(stream, 'message').length >= (round === 0 ? 3 : 2));
      stream.stop();
      await stream.ended;
      await shop.answer(chat.id, `${round} c`); // while nobody listens
      last = stream.told.findLast(({ id }) => id !== '')?.id ?? last;
      heard.push(...stream.told.map(({ id }) => id).filter(Boolean));
    }
    const rest = await visitor.listen('', last);
    const { latest, messages } = await until(async () => {
      const page = await visitor.history('?limit=100');
      return page.messages.length === 16 ? page : undefined;
    });
    await until(() => rest.told.at(-1)?.id === String(latest));
    heard.push(...rest.told.map(({ id }) => id).filter(Boolean));
    expect(heard).toEqual(Array.from({ length: latest }, (_, index) => String(index + 1)));
    expect(messages).toHaveLength(16);
  });

  it('pages lead back to the first message', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    for (let index = 0; index < 7; index += 1) await visitor.say(`text ${index}`);
    const texts: string[] = [];
    let before = '';
    for (;;) {
      const page = await visitor.history(`?limit=3${before}`);
      texts.unshift(...textsOf(page.messages));
      if (page.earliest === 0) break;
      before = `&before=${page.earliest}`;
    }
    expect(texts).toEqual(Array.from({ length: 7 }, (_, index) => `text ${index}`));
  });

  it('the widget hears who has the chat, when it closes, and that the next message begins another one', async () => {
    const shop = await stage.shop();
    await shop.api.put('/chat/config/teams/sales/appMessaging', { replyAs: 'individual' });
    const visitor = shop.visitor();
    await visitor.say('hello');
    const stream = await visitor.listen();
    const [chat] = await shop.chatsOf(visitor.profileId);
    await shop.answer(chat.id, 'hi', 'bob');
    await until(() =>
      toldOf(stream, 'chat').some(({ data }) => data.agent?.id === 'bob' && data.agent.name === 'bob'),
    );
    const answer = await until(() => toldOf(stream, 'message').at(-1));
    expect(answer.data.from).toEqual({ id: 'bob', name: 'bob' });
    await shop.api.put(`/chats/${chat.id}/close`, { bypassMessage: true });
    await until(() => toldOf(stream, 'chat').some(({ data }) => data.state === 'closed'));
    await visitor.say('one more thing');
    await until(() => toldOf(stream, 'chat').at(-1)?.data.state === 'waiting');
    expect(await shop.chatsOf(visitor.profileId)).toHaveLength(2);
    expect(textsOf((await visitor.history()).messages)).toEqual(['hello', 'hi', 'one more thing']);
  });

  it('an agent sees the visitor typing', async () => {
    const shop = await stage.shop();
    // Agents' pages come in by the surface of App Messaging.
    const settings = { issuer: 'shop', audience: 'app', sharedSecret: 'a secret of the shop' };
    await must(shop.api.post('/channels', { kind: 'appMessaging', name: 'App', teamId: 'sales', settings }));
    const { token } = (await must(shop.api.post('/chat/config/agents/ann/sessions'))).body;
    const page = new WebSocket(
      `${stage.gateway.origin.replace(/^http/, 'ws')}${shop.api.base}/socket?token=${token}`,
    );
    const frames: Body[] = [];
    page.on('message', (data) => frames.push(JSON.parse(String(data))));
    await until(() => frames.length > 0);
    const visitor = shop.visitor();
    await visitor.open();
    // Before the first message there is nobody who could see it.
    await must(visitor.call('POST', '/typing', { body: { on: true } }));
    await visitor.say('hello');
    for (const [on, name] of [
      [true, 'chat.participantTyping'],
      [false, 'chat.participantTypingOff'],
    ] as const) {
      await must(visitor.call('POST', '/typing', { body: { on } }));
      const told = await until(() => frames.find((frame) => frame.name === name));
      expect(told.payload).toMatchObject({ profileId: visitor.profileId });
    }
    page.close();
  });
}
