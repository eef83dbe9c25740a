import type { Answer } from '../support/api';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';

onEachGateway('configuration', (stage) => {
  describe('teams', () => {
    test('are made, read, listed, changed and deleted', async () => {
      const { api } = await stage.shop();

      const made = await api.post('/chat/config/teams', {
        id: 'vip',
        name: 'VIP',
        members: [{ username: 'ann' }],
      });
      const changed = await api.put('/chat/config/teams/vip', {
        name: 'Very VIP',
        members: [{ username: 'bob' }],
      });
      const read = await api.get('/chat/config/teams/vip');
      const listed = await api.get('/chat/config/teams');
      const deleted = await api.delete('/chat/config/teams/vip');

      expect(made).toMatchObject({
        status: 201,
        body: { id: 'vip', name: 'VIP', members: [{ username: 'ann' }] },
      });
      expect(changed).toMatchObject({
        status: 200,
        body: { name: 'Very VIP', members: [{ username: 'bob' }] },
      });
      expect(read.body).toEqual(changed.body);
      expect(listed.body.map((team: Body) => team.id)).toEqual(['sales', 'support', 'vip']);
      expect(deleted.status).toBe(204);
      expectProblem(await api.get('/chat/config/teams/vip'), 'not-found');
    });

    test('get an id where none is given, and a taken one is a 409', async () => {
      const { api } = await stage.shop();

      const { body } = await api.post('/chat/config/teams', { name: 'Nameless' });

      expect(body.id).toMatch(/\S/);
      expectProblem(await api.post('/chat/config/teams', { id: 'sales', name: 'Again' }), 'already-exists');
    });

    test('take agents only, each once', async () => {
      const { api } = await stage.shop();
      const post = (...usernames: string[]) =>
        api.post('/chat/config/teams', { name: 'T', members: usernames.map((username) => ({ username })) });

      expectInvalid(await post('ann', 'nobody'), 'members');
      expect((await post('ann', 'ann', 'bob')).body.members).toEqual([
        { username: 'ann' },
        { username: 'bob' },
      ]);
    });

    test('have members who come and go one by one', async () => {
      const { api } = await stage.shop();

      const added = await api.put('/chat/config/teams/support/members/ann');
      const again = await api.put('/chat/config/teams/support/members/ann');
      const removed = await api.delete('/chat/config/teams/support/members/cid');

      expect(added.body.members).toEqual([{ username: 'cid' }, { username: 'ann' }]);
      expect(again.body.members).toHaveLength(2);
      expect(removed.status).toBe(204);
      expect((await api.get('/chat/config/teams/support')).body.members).toEqual([{ username: 'ann' }]);
      expectProblem(await api.delete('/chat/config/teams/support/members/cid'), 'not-found');
      expectInvalid(await api.put('/chat/config/teams/support/members/nobody'), 'members');
      expectProblem(await api.put('/chat/config/teams/none/members/ann'), 'not-found');
    });

    test('keep all members when several are added at once', async () => {
      const { api } = await stage.shop();
      const ids = Array.from({ length: 8 }, (_, index) => `agent-${index}`);
      for (const id of ids)
        await api.post('/chat/config/agents', { id, name: id, email: `${id}@shop.example` });
      await api.post('/chat/config/teams', { id: 'crowd', name: 'Crowd' });

      await Promise.all(ids.map((id) => api.put(`/chat/config/teams/crowd/members/${id}`)));

      const { body } = await api.get('/chat/config/teams/crowd');
      expect(body.members.map((member: Body) => member.username)).toEqual(ids);
    });

    test('are not deleted while a channel or an active chat is theirs', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.api.put(`/chats/${id}/assign`, { teamId: 'support' });

      expectProblem(await shop.api.delete('/chat/config/teams/sales'), 'in-use');
      expectProblem(await shop.api.delete('/chat/config/teams/support'), 'in-use');
      await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });
      expect((await shop.api.delete('/chat/config/teams/support')).status).toBe(204);
    });

    test('name in a 400 what is missing, wrong or unknown', async () => {
      const { api } = await stage.shop();

      expectInvalid(await api.post('/chat/config/teams', {}), 'name');
      expectInvalid(
        await api.post('/chat/config/teams', { name: 'T', colour: 'red', members: 'ann' }),
        'colour',
        'members',
      );
      expectInvalid(await api.put('/chat/config/teams/sales', { members: [] }), 'name');
    });
  });

  describe('what a team says by itself', () => {
    const settings = {
      closeMessage: 'Bye',
      avatarUrl: 'https://shop.example/a.png',
      outOfHoursMessage: 'We are asleep',
      outOfHoursMessageEnabled: true,
      workingHours: [
        { days: 'Monday to Friday', from: '09:00', to: '17:30' },
        { days: 'Weekend', from: '10:00', to: '12:00' },
      ],
    };

    test('is set, shown in the whole configuration, and taken away', async () => {
      const { api } = await stage.shop();

      const set = await api.put('/chat/config/teams/sales/settings', settings);
      const app = await api.put('/chat/config/teams/sales/appMessaging', {
        welcomeMessage: { timeout: 5, text: 'Welcome' },
        replyAs: 'team',
      });
      const { body: config } = await api.get('/chat/config');
      const removed = await api.delete('/chat/config/teams/sales/settings');

      expect({ status: set.status, body: set.body }).toEqual({ status: 200, body: settings });
      expect(app.status).toBe(200);
      expect(config.teams).toEqual([
        {
          teamId: 'sales',
          channels: {
            appMessagingConfig: { welcomeMessage: { timeout: 5, text: 'Welcome' }, replyAs: 'team' },
          },
          settings,
        },
        { teamId: 'support', channels: {} },
      ]);
      expect(removed.status).toBe(204);
      expect((await api.get('/chat/config')).body.teams[0].settings).toBeUndefined();
    });

    test('survives a change of the team itself', async () => {
      const { api } = await stage.shop();
      await api.put('/chat/config/teams/sales/settings', settings);

      await api.put('/chat/config/teams/sales', { name: 'Sales of today' });

      expect((await api.get('/chat/config')).body.teams[0].settings).toEqual(settings);
    });

    test('names in a 400 what is wrong', async () => {
      const { api } = await stage.shop();
      const put = (part: string, body: object) => api.put(`/chat/config/teams/sales/${part}`, body);

      expectInvalid(
        await put('settings', {
          closeMessage: 7,
          workingHours: [{ days: 'Someday', from: '9', to: '24:00' }],
        }),
        ...['closeMessage', 'workingHours.0.days', 'workingHours.0.from', 'workingHours.0.to'],
      );
      expectInvalid(await put('appMessaging', { replyAs: 'robot' }), 'replyAs');
      expectProblem(await api.put('/chat/config/teams/none/settings', {}), 'not-found');
    });
  });

  describe('agents', () => {
    test('are made, read, listed, changed and deleted, and are profiles too', async () => {
      const { api } = await stage.shop();

      const made = await api.post('/chat/config/agents', {
        id: 'dee',
        name: 'Dee',
        email: 'dee@shop.example',
      });
      const changed = await api.put('/chat/config/agents/dee', {
        ...{ name: 'Dee Dee', email: 'dd@shop.example', capacity: 9 },
      });
      const listed = await api.get('/chat/config/agents');
      const profile = await api.get('/profiles/dee');
      const deleted = await api.delete('/chat/config/agents/dee');

      expect(made).toMatchObject({
        status: 201,
        body: { id: 'dee', name: 'Dee', email: 'dee@shop.example', capacity: expect.any(Number) },
      });
      expect(changed).toMatchObject({ status: 200, body: { name: 'Dee Dee', capacity: 9 } });
      expect(listed.body.map((agent: Body) => agent.id)).toEqual(['ann', 'bob', 'cid', 'dee']);
      expect(profile).toMatchObject({ status: 200, body: { id: 'dee' } });
      expect(deleted.status).toBe(204);
      expectProblem(await api.get('/chat/config/agents/dee'), 'not-found');
    });

    test('are not deleted while they have chats; deleted, they leave their teams', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await shop.answer(id, 'hello', 'ann');

      expectProblem(await shop.api.delete('/chat/config/agents/ann'), 'in-use');
      await shop.api.put(`/chats/${id}/close`, { bypassMessage: true });
      expect((await shop.api.delete('/chat/config/agents/ann')).status).toBe(204);
      expect((await shop.api.get('/chat/config/teams/sales')).body.members).toEqual([{ username: 'bob' }]);
    });

    test('name in a 400 what is missing, wrong or unknown; a taken id is a 409', async () => {
      const { api } = await stage.shop();

      expectInvalid(await api.post('/chat/config/agents', {}), 'name', 'email');
      expectInvalid(
        await api.post('/chat/config/agents', { name: 'x', email: 'no', capacity: -1, x: 1 }),
        'email',
        'capacity',
        'x',
      );
      expectProblem(
        await api.post('/chat/config/agents', { id: 'ann', name: 'x', email: 'x@shop.example' }),
        'already-exists',
      );
    });
  });

  describe('an ETag', () => {
    const tagOf = (answer: Answer) => answer.headers.get('etag') ?? '';

    test.each([
      ['team', '/chat/config/teams/sales', { name: 'x' }],
      ['agent', '/chat/config/agents/ann', { name: 'x', email: 'x@shop.example' }],
      ['profile', '/profiles/ann', { name: 'x' }],
    ])('of a %s is strong, changes with it, and guards PUT and DELETE', async (_name, path, body) => {
      const { api } = await stage.shop();
      const first = tagOf(await api.get(path));
      const put = (etag: string) => api.put(path, body, { headers: { 'if-match': etag } });

      const done = await put(first);
      const stale = await put(first);
      const deleted = await api.delete(path, { headers: { 'if-match': first } });

      expect(first).toMatch(/^"[^"]+"$/);
      expect(done.status).toBe(200);
      expect(tagOf(done)).not.toBe(first);
      expect(tagOf(await api.get(path))).toBe(tagOf(done));
      expectProblem(stale, 'precondition-failed');
      expectProblem(deleted, 'precondition-failed');
      expect((await put(`"nonsense", ${tagOf(done)}`)).status).toBe(200);
    });

    test("of a team's parts guards them as well", async () => {
      const { api } = await stage.shop();
      const path = '/chat/config/teams/sales/settings';
      const first = tagOf(await api.put(path, { closeMessage: 'a' }));
      await api.put(path, { closeMessage: 'b' });

      expectProblem(await api.put(path, {}, { headers: { 'if-match': first } }), 'precondition-failed');
      expectProblem(await api.delete(path, { headers: { 'if-match': first } }), 'precondition-failed');
    });

    test('of the whole configuration changes when any team does', async () => {
      const { api } = await stage.shop();
      const tag = async () => tagOf(await api.get('/chat/config'));
      const first = await tag();

      expect(await tag()).toBe(first);
      await api.put('/chat/config/teams/support/settings', { closeMessage: 'Bye' });
      expect(await tag()).not.toBe(first);
    });

    test('lets one of many writers at once win', async () => {
      const { api } = await stage.shop();
      const etag = tagOf(await api.get('/chat/config/teams/sales'));

      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          api.put('/chat/config/teams/sales', { name: `n${index}` }, { headers: { 'if-match': etag } }),
        ),
      );

      const won = answers.filter((answer) => answer.status === 200);
      expect(won.length).toBe(1);
      for (const lost of answers.filter((answer) => answer.status !== 200))
        expect([409, 412]).toContain(lost.status);
      expect((await api.get('/chat/config/teams/sales')).body.name).toBe(won[0]?.body.name);
    });
  });

  describe('another API space', () => {
    test('has a configuration of its own, with the same ids if it likes', async () => {
      const { api } = await stage.shop();
      const other = await aSpace(stage.gateway);

      expect((await other.get('/chat/config')).body).toEqual({ teams: [] });
      expectProblem(await other.get('/chat/config/teams/sales'), 'not-found');
      expect((await other.post('/chat/config/teams', { id: 'sales', name: 'Other sales' })).status).toBe(201);
      expect((await api.get('/chat/config/teams/sales')).body.name).toBe('Sales');
    });
  });
});
