import { expectInvalid } from '../support/problems';
import { aCustomer, type Body, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

onEachGateway('the event log', (stage) => {
  test('tells everything in envelopes that a receiver can order and tell apart', async () => {
    const shop = await stage.shop();
    const chat = await shop.chatFrom(aCustomer());

    const [told] = await shop.logged('chat.create');

    expect(told).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accountId: expect.any(String),
      apiSpaceId: shop.api.base.split('/').at(-1),
      name: 'chat.create',
      payload: expect.objectContaining({ id: chat.id }),
      revision: 0,
      etag: expect.stringMatching(/^"[^"]+"$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      seq: expect.any(Number),
    });
  });

  test('goes on after any number, as far as asked, and says how far there is', async () => {
    const shop = await stage.shop();
    await shop.chatFrom(aCustomer());
    await shop.logged('chatMessage.sent');

    const { body: all } = await shop.api.get('/events?limit=1000');
    const { body: some } = await shop.api.get('/events?after=2&limit=3');
    const { body: named } = await shop.api.get('/events?names=team.create,chat.create');
    const { body: none } = await shop.api.get(`/events?after=${all.lastSeq}`);

    expect(all.lastSeq).toBe(all.events.at(-1).seq);
    expect(some).toEqual({ events: all.events.slice(2, 5), lastSeq: all.lastSeq });
    expect(named.events.map((event: Body) => event.name)).toEqual([
      'team.create',
      'team.create',
      'chat.create',
    ]);
    expect(none).toEqual({ events: [], lastSeq: all.lastSeq });
    expectInvalid(await shop.api.get('/events?after=-1&limit=0'), 'after', 'limit');
    expectInvalid(await shop.api.get('/events?names=chat.exploded'), 'names');
  });

  test('has no gaps and no repetitions when many write at once', async () => {
    const shop = await stage.shop();
    const other = await aSpace(stage.gateway);
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const { id } = await shop.chatFrom(aCustomer());
        await shop.answer(id, 'hello');
        await shop.api.put(`/chats/${id}/assign`, { teamId: 'support' });
        await shop.api.put(`/chats/${id}/close`, { bypassMessage: index % 2 === 0 });
        await other.post('/chat/config/teams', { name: `t${index}` });
      }),
    );

    await shop.logged('chat.closed', 20);
    await shop.logged('chatMessage.delivered', 20);
    const events = await shop.log();
    const others = (await other.get('/events?limit=1000')).body.events;

    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map((event) => event.eventId)).size).toBe(events.length);
    expect(others.map((event: Body) => event.seq)).toEqual(others.map((_: Body, index: number) => index + 1));
    expect(others.every((event: Body) => event.apiSpaceId === other.base.split('/').at(-1))).toBe(true);
  });

  test('keeps the order inside of a chat, and never takes a number back that it has shown', async () => {
    const shop = await stage.shop();
    const chats = await Promise.all(Array.from({ length: 8 }, () => shop.chatFrom(aCustomer())));
    const seen: Body[] = [];
    let isWriting = true;
    const reader = (async () => {
      while (isWriting || seen.filter((event) => event.name === 'chatMessage.sent').length < 48) {
        const { body } = await shop.api.get(`/events?after=${seen.length}&limit=1000`);
        seen.push(...body.events);
      }
    })();

    await Promise.all(
      chats.map(async ({ id }) => {
        for (let n = 0; n < 5; n += 1) await shop.answer(id, `answer ${n}`);
      }),
    );
    isWriting = false;
    await reader;

    expect(seen.map((event) => event.seq)).toEqual(seen.map((_, index) => index + 1));
    for (const { id } of chats) {
      const said = seen
        .filter((event) => event.payload.context?.chatId === id)
        .map((event) => event.payload.parts[0].data);
      expect(said).toEqual(['hello', 'answer 0', 'answer 1', 'answer 2', 'answer 3', 'answer 4']);
    }
  });

  test('raises the revision of an entity with each event about it', async () => {
    const shop = await stage.shop();
    const { api } = shop;
    const { id } = await shop.chatFrom(aCustomer());
    await api.put(`/chats/${id}`, { name: 'new name' });
    const { body: posted } = await shop.answer(id, 'hello');
    await shop.messageOnce(id, posted.id, 'delivered');
    await api.put(`/chats/${id}/assign`, { teamId: 'support' });
    await api.put(`/chats/${id}/close`, { bypassMessage: true });
    await api.delete(`/chats/${id}`);
    await api.put('/chat/config/teams/support', { name: 'new name' });
    await api.delete('/chat/config/teams/support');
    await api.put('/chat/config/agents/cid', { name: 'new name', email: 'c@shop.example' });
    await api.delete('/chat/config/agents/cid');
    await api.put(`/channels/${shop.accountId}`, { name: 'new name' });
    await api.delete(`/channels/${shop.accountId}`);

    const events = await until(async () => {
      const told = await shop.log();
      return told.some((event) => event.name === 'channel.delete') ? told : undefined;
    });

    const byEntity = new Map<string, [name: string, revision: number][]>();
    // An agent is a profile too, under the same id, and each has a history of its own.
    for (const { name, payload, revision } of events)
      byEntity.set(`${name.split('.')[0]} ${payload.id}`, [
        ...(byEntity.get(`${name.split('.')[0]} ${payload.id}`) ?? []),
        [name, revision],
      ]);
    const standstills = [...byEntity].flatMap(([entity, history]) =>
      history
        .filter(([, revision], index) => index > 0 && revision <= (history[index - 1]?.[1] ?? -1))
        .map(([name, revision]) => `${name} ${revision} of ${entity.split(' ')[0]}`),
    );
    expect(standstills).toEqual([]);
    for (const [, history] of byEntity) expect(history[0]?.[1]).toBe(0);
  });

  test('has one event for every change, and none for what changed nothing', async () => {
    const shop = await stage.shop();
    const { api } = shop;
    const steps: [() => Promise<unknown>, string][] = [
      [
        () => api.post('/chat/config/agents', { id: 'dee', name: 'Dee', email: 'd@shop.example' }),
        'agent.create',
      ],
      [() => api.put('/chat/config/agents/dee', { name: 'D', email: 'd@shop.example' }), 'agent.update'],
      [() => api.delete('/chat/config/agents/dee'), 'agent.delete'],
      [() => api.post('/chat/config/teams', { id: 'vip', name: 'VIP' }), 'team.create'],
      [() => api.put('/chat/config/teams/vip', { name: 'V' }), 'team.update'],
      [() => api.put('/chat/config/teams/vip/settings', { closeMessage: 'x' }), 'team.update'],
      [() => api.put('/chat/config/teams/vip/members/ann'), 'team.update'],
      [() => api.delete('/chat/config/teams/vip'), 'team.delete'],
      [() => api.post('/profiles', { id: 'zoe' }), 'profile.create'],
      [() => api.put('/profiles/zoe', { name: 'Zoe' }), 'profile.update'],
      [() => api.delete('/profiles/zoe'), 'profile.delete'],
      [() => api.put(`/channels/${shop.accountId}`, { name: 'x' }), 'channel.update'],
    ];
    const total = async () => (await api.get('/events?limit=1')).body.lastSeq;
    await until(async () => (await shop.log('channel.healthChanged')).length === 1);

    for (const [change, name] of steps) {
      const before = await total();
      await change();
      const told = await until(async () => {
        const { body } = await api.get(`/events?after=${before}`);
        return body.events.length > 0 ? body.events : undefined;
      });
      expect(told.map((event: Body) => event.name)).toContain(name);
    }
    const before = await total();
    await api.put('/chat/config/teams/none', { name: 'x' });
    await api.post('/chat/config/teams', { id: 'sales', name: 'again' });
    await api.delete('/profiles/zoe');
    await api.post('/chat/config/teams', { name: 'the last' });
    await until(async () => (await total()) > before);
    expect((await api.get(`/events?after=${before}`)).body.events.map((event: Body) => event.name)).toEqual([
      'team.create',
    ]);
  });

  test('makes every new profile known: an agent, a customer who writes, a customer who is written to', async () => {
    const shop = await stage.shop();
    await shop.api.post('/chat/config/agents', { id: 'dee', name: 'Dee', email: 'd@shop.example' });
    const writes = await shop.chatFrom(aCustomer());
    const { body: written } = await shop.api.post('/chats', {
      ...{ name: 'Order', teamId: 'sales', channelId: 'sms', address: aCustomer() },
    });

    await shop.logged('chat.create', 2);

    const known = (await shop.log('profile.create')).map(({ payload }) => payload.id);
    expect(known).toEqual(['ann', 'bob', 'cid', 'dee', writes.customerId, written.customerId]);
  });
});
