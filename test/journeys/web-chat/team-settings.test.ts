import { until } from '../../support/until';
import { toldOf } from './visitor';
import { must, onWebGateway, SECRET } from './web-chat-world';

onWebGateway('what the widget shows of the team', (stage) => {
  const configOf = async (shop: Awaited<ReturnType<typeof stage.shop>>) =>
    (await must(shop.visitor().call('GET', '/config'))).body;

  it('is the team’s unless the account says otherwise, and holds no secret', async () => {
    const shop = await stage.shop({ identity: { mode: 'optional', secret: SECRET }, colour: '#0b5fff' });
    await must(
      shop.api.put('/chat/config/teams/sales/appMessaging', {
        welcomeMessage: { timeout: 3, text: 'Hello!' },
        replyAs: 'team',
      }),
    );
    await must(
      shop.api.put('/chat/config/teams/sales/settings', { avatarUrl: 'https://shop.example/team.png' }),
    );
    const first = await until(async () => {
      const config = await configOf(shop);
      return config.avatarUrl && config.welcome ? config : undefined;
    });
    expect(first).toEqual({
      ...{
        accountId: shop.accountId,
        title: 'Sales',
        colour: '#0b5fff',
        theme: 'auto',
        position: 'right',
        language: 'auto',
      },
      ...{ avatarUrl: 'https://shop.example/team.png', welcome: { text: 'Hello!', afterMs: 3_000 } },
      ...{
        preChat: [],
        teams: [],
        availability: 'open',
        identity: 'optional',
        showsRead: true,
        showsTyping: true,
      },
      ...{
        movesToEmail: false,
        upload: { types: expect.arrayContaining(['image/png']), maxBytes: 10 * 1024 * 1024 },
      },
    });
    expect(JSON.stringify(first)).not.toContain(SECRET);
    await shop.set({
      title: 'Shop',
      welcome: { text: 'Hi', afterSeconds: 1 },
      avatarUrl: 'https://shop.example/own.png',
      upload: { isOn: false },
      leaving: { mode: 'agent' },
    });
    const own = await configOf(shop);
    expect(own).toMatchObject({
      title: 'Shop',
      welcome: { text: 'Hi', afterMs: 1_000 },
      avatarUrl: 'https://shop.example/own.png',
      movesToEmail: true,
    });
    expect(own).not.toHaveProperty('upload');
  });

  it('questions before the chat must be answered, and the answers are kept on the profile', async () => {
    const shop = await stage.shop({ preChat: [{ key: 'name' }, { key: 'email', isRequired: true }] });
    expect((await configOf(shop)).preChat).toEqual([
      { key: 'name', isRequired: false },
      { key: 'email', isRequired: true },
    ]);
    const visitor = shop.visitor();
    expect(await visitor.say('hello')).toMatchObject({
      status: 400,
      body: { validationFailures: [{ paramName: 'preChat.email' }] },
    });
    expect(await visitor.say('hello', { preChat: { name: 'Ada', email: 'ada@home.example' } })).toMatchObject(
      { status: 201 },
    );
    expect(await visitor.say('and another thing')).toMatchObject({ status: 201 });
    expect((await shop.api.get(`/profiles/${visitor.profileId}`)).body).toMatchObject({
      name: 'Ada',
      email: 'ada@home.example',
    });
    const [chat] = await shop.chatsOf(visitor.profileId);
    expect(chat.name).toBe('Ada');
    // Later in the chat too.
    await must(visitor.call('POST', '/identity', { body: { name: 'Ada L', email: 'new@home.example' } }));
    expect((await shop.api.get(`/profiles/${visitor.profileId}`)).body).toMatchObject({
      name: 'Ada L',
      email: 'new@home.example',
    });
  });

  it('a visitor chooses among the teams that the account offers, for a chat that begins', async () => {
    const shop = await stage.shop({ teams: ['sales', 'support', 'gone'] });
    await must(
      shop.api.post('/chat/config/teams', { id: 'support', name: 'Support', members: [{ username: 'bob' }] }),
    );
    await must(shop.api.post('/chat/config/teams', { id: 'secret', name: 'Secret' }));
    expect((await configOf(shop)).teams).toEqual([
      { id: 'sales', name: 'Sales' },
      { id: 'support', name: 'Support' },
    ]);
    const visitor = shop.visitor();
    expect((await visitor.say('hello', { teamId: 'secret' })).status).toBe(400);
    await must(visitor.say('hello', { teamId: 'support' }));
    await must(visitor.say('more', { teamId: 'sales' }));
    const chats = await shop.chatsOf(visitor.profileId);
    expect(chats).toMatchObject([{ teamId: 'support', originalTeamId: 'support' }]);
    await shop.answer(chats[0].id, 'hi', 'bob');
    const answer = await until(async () => (await visitor.history()).messages[2]);
    expect(answer).toMatchObject({ from: { id: 'support', name: 'Support' } });
  });

  it('says that the team is closed, until when, and what it says meanwhile', async () => {
    const shop = await stage.shop({ outOfHours: { mode: 'form' } });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await must(
      shop.api.put('/chat/config/teams/sales/settings', {
        ...{ timeZone: 'UTC', outOfHoursMessage: 'We are back tomorrow.', outOfHoursMessageEnabled: true },
        exceptions: [{ date: new Date().toISOString().slice(0, 10), slots: [] }],
      }),
    );
    const closed = await until(async () => {
      const config = await configOf(shop);
      return config.availability === 'closed' ? config : undefined;
    });
    expect(closed.outOfHours).toEqual({
      mode: 'form',
      text: 'We are back tomorrow.',
      opensOn: `${tomorrow}T00:00:00.000Z`,
    });
    await shop.set({ outOfHours: { mode: 'hide', text: 'Closed.' } });
    expect((await configOf(shop)).outOfHours).toMatchObject({ mode: 'hide', text: 'Closed.' });
    // Who writes all the same is heard.
    expect((await shop.visitor().say('hello')).status).toBe(201);
  });

  it('says when nobody is there and when somebody comes, also to those who listen', async () => {
    const shop = await stage.shop();
    const visitor = shop.visitor();
    await visitor.say('hello');
    const stream = await visitor.listen();
    expect(stream.told[0]?.data).toMatchObject({ availability: 'open' }); // nobody here works with presence
    for (const [status, availability] of [
      ['away', 'nobody'],
      ['available', 'open'],
      ['draining', 'nobody'],
    ]) {
      await must(shop.api.put('/presence/ann', { status }));
      await until(() => toldOf(stream, 'availability').at(-1)?.data.availability === availability);
      expect((await configOf(shop)).availability).toBe(availability);
    }
    expect(toldOf(stream, 'availability').at(-1)?.data.outOfHours).toMatchObject({ mode: 'message' });
  });

  it.each([
    ['hands out its chats', 'autoAssign'],
    ['says when nobody is there', 'outOfHoursWhen'],
  ])(
    'a team that %s needs somebody there; another one of whom nothing was heard is open',
    async (_, rule) => {
      const shop = await stage.shop();
      const becomes = (availability: string) =>
        until(async () => (await configOf(shop)).availability === availability);
      const obey = (isOn: boolean) =>
        rule === 'autoAssign'
          ? shop.api.put('/chat/config/teams/sales', {
              ...{ name: 'Sales', autoAssign: { strategy: isOn ? 'leastBusy' : 'manual' } },
            })
          : shop.api.put('/chat/config/teams/sales/settings', {
              ...{
                outOfHoursMessage: 'Nobody is here.',
                outOfHoursWhen: isOn ? 'noAgentAvailable' : 'never',
              },
            });
      await becomes('open');
      await must(obey(true));
      await becomes('nobody');
      await must(obey(false));
      await becomes('open');
      await must(obey(true));
      await must(shop.api.put('/presence/bob', { status: 'available' }));
      await becomes('open');
      // From now on presence means something, whatever the rules say.
      await must(obey(false));
      await must(shop.api.put('/presence/bob', { status: 'offline' }));
      await becomes('nobody');
    },
  );

  it('keeps to itself who reads and types, where the account wants it so', async () => {
    const shop = await stage.shop({ showsRead: false, showsTyping: false });
    const visitor = shop.visitor();
    await visitor.say('hello');
    const stream = await visitor.listen('?after=0');
    const [chat] = await shop.chatsOf(visitor.profileId);
    const [{ id }] = (await shop.api.get(`/chats/${chat.id}/messages?limit=1`)).body.messages;
    await must(shop.api.post(`/chats/${chat.id}/typing`));
    await must(
      shop.api.post(`/chats/${chat.id}/messages/statusupdates`, [
        { messageIds: [id], status: 'read', timestamp: new Date().toISOString() },
      ]),
    );
    await shop.answer(chat.id, 'hi');
    // The status took a number of the conversation, and is still left out.
    await until(() => toldOf(stream, 'message').length === 2);
    expect(toldOf(stream, 'message').map((one) => one.id)).toEqual(['1', '3']);
    expect([...toldOf(stream, 'status'), ...toldOf(stream, 'typing')]).toEqual([]);
  });
});
