import { ConversationBuilder } from '@comapi/sdk-js-foundation';
import { until } from '../../support/until';
import { onEachAppGateway } from './app-world';

const [PUBLIC, PARTICIPANT] = [0, 1];
const NEVER = { canSend: false, canAddParticipants: false, canRemoveParticipants: false };

onEachAppGateway('conversations of an app', (stage) => {
  const room = (id: string) => new ConversationBuilder().withId(id).withName(`The ${id}`);

  it('whoever makes one owns it, and everybody in it hears of what happens', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await Promise.all([ada.listen(), bo.listen()]);
    const { appMessaging } = ada.sdk.services;
    const made = await appMessaging.createConversation(room('den').withDescription('ours').withUsers(['bo']));
    expect(made).toMatchObject({
      ...{ id: 'den', name: 'The den', description: 'ours', isPublic: false, participantCount: 2 },
      ...{ _etag: expect.stringMatching(/^"/), _createdOn: expect.any(String), _createdBy: 'session:ada' },
    });
    expect(await appMessaging.getParticipantsInConversation('den')).toEqual(
      expect.arrayContaining([
        { id: 'ada', role: 'owner' },
        { id: 'bo', role: 'participant' },
      ]),
    );
    expect(await until(() => bo.heard('participantAdded')[0])).toMatchObject({
      ...{ conversationId: 'den', profileId: 'bo', role: 'participant', createdBy: 'session:ada' },
    });

    const { _etag, ...details } = made;
    const changed = await appMessaging.updateConversation({ ...details, name: 'Den 2' } as never, _etag);
    expect(changed.name).toBe('Den 2');
    expect(await until(() => bo.heard('conversationUpdated')[0])).toMatchObject({
      ...{ conversationId: 'den', name: 'Den 2', eTag: changed._etag, isPublic: false },
      roles: made.roles,
    });

    expect(await appMessaging.deleteConversation('den')).toBe(true);
    expect(await until(() => bo.heard('conversationDeleted')[0])).toMatchObject({
      ...{ conversationId: 'den', createdBy: 'session:ada', timestamp: expect.any(String) },
    });
    await expect(appMessaging.getConversation('den')).rejects.toMatchObject({ statusCode: 404 });
    await expect(appMessaging.createConversation(room('den'))).rejects.toMatchObject({ statusCode: 409 });
  });

  it('a change of what one did not read is refused', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { appMessaging } = ada.sdk.services;
    const made = await appMessaging.createConversation(room('den'));
    const first = await appMessaging.updateConversation({ ...made, name: 'First' }, made._etag);
    await expect(
      appMessaging.updateConversation({ ...made, name: 'Second' }, made._etag),
    ).rejects.toMatchObject({ statusCode: 412 });
    expect((await appMessaging.getConversation('den')).name).toBe('First');
    await appMessaging.updateConversation({ ...made, name: 'Third' }, first._etag);
    await appMessaging.updateConversation({ ...made, name: 'Fourth' });
    const stale = await shop
      .as(ada)
      .delete('/conversations/den', { headers: { 'if-match': first._etag ?? '' } });
    expect(stale.status).toBe(412);
  });

  it('ids hold slashes, spaces and whatever else a path can carry', async () => {
    const shop = await stage.shop();
    const odd = [
      'orders/2026 /a b',
      'ü💥 100%',
      'a+b&c=d?e#f',
      `"quotes" 'n' <tags>`,
      '...',
      'x'.repeat(200),
    ];
    const ada = await shop.install('ada/ö +&?');
    const { appMessaging } = ada.sdk.services;
    for (const id of odd) {
      await appMessaging.createConversation(room(id));
      expect((await appMessaging.getConversation(id)).id).toBe(id);
      const sent = await appMessaging.sendMessageToConversation(id, { parts: [{ data: 'hi' }] });
      expect(sent.eventId).toBe(1);
      expect((await appMessaging.getMessages(id, 10)).messages).toHaveLength(1);
    }
    const listed = await appMessaging.getConversations(PARTICIPANT, ada.profileId);
    expect(listed.map((one) => one.id).sort()).toEqual([...odd].sort());
    for (const id of ['', '.', '..', 'x'.repeat(201)])
      await expect(appMessaging.createConversation(room(id))).rejects.toMatchObject({ statusCode: 400 });
  });

  it('the list says how many are in each and where its last message is', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { appMessaging } = ada.sdk.services;
    await appMessaging.createConversation(room('one').withUsers(['bo', 'cy']));
    await appMessaging.createConversation(room('two'));
    await appMessaging.sendMessageToConversation('one', { parts: [{ data: 'a' }] });
    await appMessaging.sendMessageToConversation('one', { parts: [{ data: 'b' }] });
    const listed = await appMessaging.getConversations();
    expect(listed.find((one) => one.id === 'one')).toMatchObject({
      ...{ participantCount: 3, latestSentEventId: 2, _etag: expect.any(String) },
      ...{ _createdOn: expect.any(String), _createdBy: 'session:ada', _updatedOn: expect.any(String) },
    });
    expect(listed.find((one) => one.id === 'two')).toMatchObject({
      participantCount: 1,
      latestSentEventId: 0,
    });
  });

  it('nobody learns of a conversation that they are not in', async () => {
    const shop = await stage.shop();
    const [ada, eve] = [await shop.install('ada'), await shop.install('eve')];
    await ada.sdk.services.appMessaging.createConversation(room('secret'));
    await ada.sdk.services.appMessaging.sendMessageToConversation('secret', { parts: [{ data: 'psst' }] });
    await eve.sdk.startSession();
    const api = shop.as(eve);
    const body = { parts: [{ data: 'hi' }] };
    const calls = [
      api.get('/conversations/secret'),
      api.put('/conversations/secret', { name: 'mine', isPublic: true }),
      api.delete('/conversations/secret'),
      api.get('/conversations/secret/participants'),
      api.post('/conversations/secret/participants', [{ id: 'eve' }]),
      api.delete('/conversations/secret/participants?id=ada'),
      api.post('/conversations/secret/typing'),
      api.post('/conversations/secret/messages', body),
      api.get('/conversations/secret/messages?limit=10'),
      api.get('/conversations/secret/events?from=0&limit=10'),
      api.post('/conversations/secret/messages/statusupdates', []),
    ];
    for (const call of calls) expect((await call).status).toBe(404);
    expect(await eve.sdk.services.appMessaging.getConversations()).toEqual([]);
    expect(await eve.sdk.services.appMessaging.getConversations(PARTICIPANT, 'ada')).toEqual([]);
    expect(await shop.chatsOf('eve')).toEqual([]);
  });

  it('everybody may look into what is public, and join it', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    const made = room('square');
    made.isPublic = true;
    await ada.sdk.services.appMessaging.createConversation(made);
    const { appMessaging } = bo.sdk.services;
    // Without a profile the SDK leaves the scope `public` (its number is 0) out of the request.
    expect((await appMessaging.getConversations(PUBLIC, 'bo')).map((one) => one.id)).toEqual(['square']);
    expect((await appMessaging.getConversation('square')).participantCount).toBe(1);
    await expect(
      appMessaging.sendMessageToConversation('square', { parts: [{ data: 'hi' }] }),
    ).rejects.toMatchObject({ statusCode: 403 });
    await appMessaging.addParticipantsToConversation('square', [{ id: 'bo', role: 'participant' }]);
    await appMessaging.sendMessageToConversation('square', { parts: [{ data: 'hi' }] });
    const asOwner = await shop
      .as(bo)
      .post('/conversations/square/participants', [{ id: 'bo', role: 'owner' }]);
    expect(asOwner.status).toBe(400);
  });

  it('what a role lacks is refused, and everybody may leave', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await bo.listen();
    await ada.sdk.services.appMessaging.createConversation(
      room('stage').withParticipantPrivelages(NEVER).withUsers(['bo', 'cy']),
    );
    const api = shop.as(bo);
    const calls = [
      api.post('/conversations/stage/messages', { parts: [{ data: 'me too' }] }),
      api.post('/conversations/stage/typing'),
      api.post('/conversations/stage/participants', [{ id: 'dee' }]),
      api.delete('/conversations/stage/participants?id=cy'),
      api.put('/conversations/stage', { name: 'mine', isPublic: false }),
      api.delete('/conversations/stage'),
    ];
    for (const call of calls) expect((await call).status).toBe(403);
    await bo.sdk.services.appMessaging.deleteParticipantsFromConversation('stage', ['bo']);
    expect(await until(() => bo.heard('participantRemoved')[0])).toMatchObject({
      ...{ conversationId: 'stage', profileId: 'bo' },
    });
    expect((await api.get('/conversations/stage')).status).toBe(404);
  });

  it('people are sent away by ids of every kind, as the SDK writes them', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    const { appMessaging } = ada.sdk.services;
    const ids = ['a b', 'c+d', 'e/f', '100%', 'ü', 'g&h', 'plain'];
    await appMessaging.createConversation(room('den').withUsers(ids));
    await appMessaging.deleteParticipantsFromConversation('den', ids);
    expect(await appMessaging.getParticipantsInConversation('den')).toEqual([{ id: 'ada', role: 'owner' }]);
  });

  it('an owner makes another one', async () => {
    const shop = await stage.shop();
    const [ada, bo] = [await shop.install('ada'), await shop.install('bo')];
    await ada.sdk.services.appMessaging.createConversation(room('den').withUsers(['bo']));
    await ada.sdk.services.appMessaging.addParticipantsToConversation('den', [{ id: 'bo', role: 'owner' }]);
    await bo.sdk.services.appMessaging.deleteConversation('den');
    await expect(ada.sdk.services.appMessaging.getConversation('den')).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('ten thousand participants are too many, said clearly', async () => {
    const shop = await stage.shop();
    const ada = await shop.install('ada');
    await ada.sdk.startSession();
    const crowd = Array.from({ length: 10_000 }, (_, index) => ({ id: `p${index}` }));
    const api = shop.as(ada);
    const made = await api.post('/conversations', {
      id: 'c',
      name: 'c',
      isPublic: false,
      participants: crowd,
    });
    expect(made.status).toBe(400);
    expect(made.body.detail).toContain('at most 1000');
    await ada.sdk.services.appMessaging.createConversation(room('den'));
    expect((await api.post('/conversations/den/participants', crowd)).status).toBe(400);
    for (let start = 0; start < 2_000; start += 500)
      await api.post('/conversations/den/participants', crowd.slice(start, start + 500));
    expect((await ada.sdk.services.appMessaging.getConversation('den')).participantCount).toBe(501);
  });
});
