import { ChannelError } from '../../plugins/contract/index';
import { FAKE_SECRET, fakeChannel } from '../support/fake-channel';
import { expectInvalid, expectProblem } from '../support/problems';
import { aCustomer, type Body, onEachGateway } from '../support/shop';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

const desk = fakeChannel({ id: 'desk', capabilities: { text: { maxLength: 70 } } });
const otherDesk = fakeChannel({ id: 'other-desk', channel: 'desk' });

onEachGateway(
  'channel accounts',
  (stage) => {
    const aDesk = (more: object = {}) => ({
      ...{ kind: 'desk', name: 'Front desk', teamId: 'sales' },
      settings: { name: 'front', secret: FAKE_SECRET },
      ...more,
    });

    test('are made, read, listed, changed and deleted', async () => {
      const { api, accountId } = await stage.shop();

      const made = await api.post('/channels', aDesk());
      const { id } = made.body;
      const changed = await api.put(`/channels/${id}`, { name: 'Back desk', teamId: 'support' });
      const read = await api.get(`/channels/${id}`);
      const listed = await api.get('/channels');
      const deleted = await api.delete(`/channels/${id}`);

      expect(made).toMatchObject({
        status: 201,
        body: {
          ...{
            kind: 'desk',
            adapter: 'desk',
            name: 'Front desk',
            teamId: 'sales',
            settings: { name: 'front' },
          },
          secrets: ['secret'],
          webhookUrl: expect.stringMatching(new RegExp(`^http://[^/]+/channels/${id}/webhook$`)),
          health: { state: 'unchecked', since: expect.any(String), isPaused: false },
        },
      });
      expect(changed).toMatchObject({ status: 200, body: { id, name: 'Back desk', teamId: 'support' } });
      expect(read.body).toMatchObject({ id, name: 'Back desk', settings: { name: 'front' } });
      expect(listed.body.map((account: Body) => account.id)).toEqual([accountId, id]);
      expect(deleted.status).toBe(204);
      expectProblem(await api.get(`/channels/${id}`), 'not-found');
    });

    test('are tried as soon as they are made', async () => {
      const { api } = await stage.shop();

      const { body } = await api.post('/channels', aDesk());

      await until(async () => (await api.get(`/channels/${body.id}`)).body.health.state === 'connected');
    });

    test('give new chats to the team that they belong to now', async () => {
      const shop = await stage.shop();
      await shop.api.put(`/channels/${shop.accountId}`, { teamId: 'support' });

      const chat = await shop.chatFrom(aCustomer());

      expect(chat).toMatchObject({ teamId: 'support', originalTeamId: 'support' });
    });

    test('keep their secrets to themselves, in every answer and in the log', async () => {
      const { api, log } = await stage.shop();
      const settings = {
        name: 'front',
        secret: 'hush-hush-1',
        login: { user: 'u', password: 'hush-hush-2' },
      };
      const answers = [await api.post('/channels', aDesk({ settings }))];
      const { id } = answers[0]?.body ?? {};
      answers.push(await api.put(`/channels/${id}`, { settings: { ...settings, secret: 'hush-hush-3' } }));
      answers.push(await api.get(`/channels/${id}`), await api.get('/channels'));
      answers.push(
        await api.post(`/channels/${id}/check`),
        await api.post(`/channels/${id}/reauthorize`, { settings }),
      );

      const events = await until(async () => {
        const told = await log();
        return told.some((event) => event.name === 'channel.update') ? told : undefined;
      });

      expect(answers.map((answer) => answer.status)).toEqual([201, 200, 200, 200, 200, 200]);
      expect(JSON.stringify([answers.map((answer) => answer.body), events])).not.toContain('hush-hush');
      expect(answers[1]?.body).toMatchObject({
        settings: { name: 'front', login: { user: 'u' } },
        secrets: ['secret', 'login.password'],
      });
    });

    test('keep the secrets that a change does not name', async () => {
      const shop = await stage.shop();
      const { accountId, webhookUrl } = await shop.connect(desk);

      const { status } = await shop.api.put(`/channels/${accountId}`, { settings: { name: 'renamed' } });

      expect(status).toBe(200);
      expect((await desk.write(webhookUrl, { from: 'kim', text: 'hi' })).status).toBe(200);
    });

    test('name in a 400 each setting that is missing, unknown or wrong, without repeating a secret', async () => {
      const { api } = await stage.shop();
      const settings = { name: 7, colour: 'blue', secret: '' };

      const wrong = await api.post('/channels', aDesk({ settings }));
      const missing = await api.post('/channels', aDesk({ settings: {} }));
      const nested = await api.post(
        '/channels',
        aDesk({ settings: { name: 'n', secret: 's', login: { pin: 1 } } }),
      );

      expectInvalid(wrong, 'settings.name', 'settings.colour', 'settings.secret');
      expectInvalid(missing, 'settings.name', 'settings.secret');
      expectInvalid(nested, 'settings.login.user', 'settings.login.password', 'settings.login.pin');
    });

    test('of SMS name in a 400 what Twilio would not take', async () => {
      const { api } = await stage.shop();
      const post = (settings: object) =>
        api.post('/channels', { kind: 'sms', name: 'n', teamId: 'sales', settings });

      expectInvalid(
        await post({ accountSid: 'nonsense', number: '+44 a', sender: 'z' }),
        ...['settings.accountSid', 'settings.authToken', 'settings.number', 'settings.sender'],
      );
      const both = { ...stage.sim.config, messagingServiceSid: `MG${'0'.repeat(32)}` };
      expectInvalid(await post(both), 'settings');
    });

    test('name in a 400 an unknown kind, adapter, team or field', async () => {
      const { api } = await stage.shop();

      expectInvalid(await api.post('/channels', aDesk({ kind: 'telegraph' })), 'kind');
      expectInvalid(await api.post('/channels', aDesk({ adapter: 'twilio' })), 'adapter');
      expectInvalid(await api.post('/channels', aDesk({ teamId: 'nowhere' })), 'teamId');
      expectInvalid(
        await api.post('/channels', { colour: 1 }),
        'kind',
        'name',
        'teamId',
        'settings',
        'colour',
      );
    });

    test('choose among the adapters of a channel', async () => {
      const { api } = await stage.shop();

      const { body } = await api.post('/channels', aDesk({ adapter: 'other-desk' }));

      expect(body).toMatchObject({ kind: 'desk', adapter: 'other-desk' });
    });

    test('have a name of their own at the provider: a second with the same is a 409', async () => {
      const { api } = await stage.shop();
      const elsewhere = await aSpace(stage.gateway);
      await elsewhere.post('/chat/config/teams', { id: 'sales', name: 'Sales' });
      const { body: first } = await api.post('/channels', aDesk());
      const { body: second } = await api.post(
        '/channels',
        aDesk({ settings: { name: 'back', secret: 's' } }),
      );

      expectProblem(await api.post('/channels', aDesk()), 'already-exists');
      expectProblem(
        await api.put(`/channels/${second.id}`, { settings: { name: 'front' } }),
        'already-exists',
      );
      expect((await elsewhere.post('/channels', aDesk())).status).toBe(201);
      await api.delete(`/channels/${first.id}`);
      expect((await api.post('/channels', aDesk())).status).toBe(201);
    });

    test('are guarded by their ETag', async () => {
      const { api } = await stage.shop();
      const made = await api.post('/channels', aDesk());
      const path = `/channels/${made.body.id}`;
      const stale = { headers: { 'if-match': made.headers.get('etag') ?? '' } };
      expect((await api.put(path, { name: 'new' }, stale)).status).toBe(200);

      expectProblem(await api.put(path, { name: 'newer' }, stale), 'precondition-failed');
      expectProblem(await api.delete(path, stale), 'precondition-failed');
    });

    test('that are deleted take nothing more; their chats say so and can be moved', async () => {
      const shop = await stage.shop();
      const { webhookUrl } = await shop.connect(desk);
      const customer = aCustomer();
      const { id } = await shop.chatFrom(customer);

      await shop.api.delete(`/channels/${shop.accountId}`);

      expect((await shop.text(customer, 'hello?')).status).toBe(404);
      expectProblem(await shop.answer(id, 'hello'), 'no-route');
      expect((await shop.api.put(`/chats/${id}/channel`, { channelId: 'desk', address: 'kim' })).status).toBe(
        200,
      );
      expect((await shop.answer(id, 'hello')).status).toBe(200);
      expect(webhookUrl).toMatch(/\/webhook$/);
    });

    test('that are deleted let what waited fail, and say so', async () => {
      const shop = await stage.shop();
      const { id } = await shop.chatFrom(aCustomer());
      await stage.sim.fail('refused');
      const { body: posted } = await shop.answer(id, 'hello');
      await until(async () => (await shop.message(id, posted.id)).attempts.length > 0);

      await shop.api.delete(`/channels/${shop.accountId}`);

      await shop.messageOnce(id, posted.id, 'failed');
    });

    describe('checked on demand', () => {
      test('say what is true and worth knowing', async () => {
        const shop = await stage.shop();
        stage.sim.route(shop.number, 'https://elsewhere.example/sms');

        const { status, body } = await shop.api.post(`/channels/${shop.accountId}/check`);

        expect({ status, body }).toMatchObject({ status: 200, body: { ok: true } });
        expect(body.warnings).toEqual([expect.stringContaining(`/channels/${shop.accountId}/webhook`)]);
      });

      test('name the setting at fault; the account is paused and says so', async () => {
        const shop = await stage.shop();
        const wrong = { ...stage.sim.config, authToken: 'not-the-token' };
        await shop.api.put(`/channels/${shop.accountId}`, { settings: wrong });

        const { body } = await shop.api.post(`/channels/${shop.accountId}/check`);

        expect(body).toMatchObject({
          ok: false,
          kind: 'unauthorized',
          setting: 'authToken',
          providerCode: '20003',
        });
        expect((await shop.api.get(`/channels/${shop.accountId}`)).body.health).toMatchObject({
          state: 'unauthorized',
          isPaused: true,
          lastError: { setting: 'authToken', message: expect.any(String), on: expect.any(String) },
        });
        const changes = await until(async () => {
          const events = await shop.log('channel.healthChanged');
          return events.at(-1)?.payload.state === 'unauthorized' ? events : undefined;
        });
        expect(changes.at(-1)?.payload).toMatchObject({
          accountId: shop.accountId,
          kind: 'sms',
          state: 'unauthorized',
          error: { setting: 'authToken' },
        });
      });

      test('say which fault passes by itself, and are not paused for it', async () => {
        const shop = await stage.shop();
        const { accountId } = await shop.connect(desk);
        desk.checkFault = new ChannelError('unavailable', 'the desk is being dusted');

        const { body } = await shop.api.post(`/channels/${accountId}/check`);

        expect(body).toEqual({ ok: false, kind: 'unavailable', message: 'the desk is being dusted' });
        const { health } = (await shop.api.get(`/channels/${accountId}`)).body;
        expect(health).toMatchObject({ state: 'waiting', isPaused: false });
      });

      test('of an adapter with a fault answer with a problem that tells nothing of its insides', async () => {
        const shop = await stage.shop();
        const { accountId } = await shop.connect(desk);
        desk.checkFault = new TypeError('Cannot read properties of undefined');

        const answer = await shop.api.post(`/channels/${accountId}/check`);

        expect(answer.body.detail ?? '').not.toContain('Cannot read');
        expect([200, 500]).toContain(answer.status);
      });

      test('are not found where they are not', async () => {
        const shop = await stage.shop();
        const other = await aSpace(stage.gateway);

        expectProblem(await other.post(`/channels/${shop.accountId}/check`), 'not-found');
        expectProblem(await shop.api.post('/channels/none/check'), 'not-found');
      });
    });

    describe('the kinds', () => {
      test('are every adapter, with its abilities, its settings and which of them are secret', async () => {
        const { api } = await stage.shop();

        const { body } = await api.get('/channels/kinds');

        expect(body.map((kind: Body) => [kind.id, kind.kind])).toEqual([
          ['twilio', 'sms'],
          ['desk', 'desk'],
          ['other-desk', 'desk'],
        ]);
        expect(body[0]).toMatchObject({
          title: 'SMS (Twilio)',
          capabilities: { text: { maxLength: 1600 }, canStart: true, idempotentSend: false },
          settingsSchema: { type: 'object', required: ['accountSid', 'authToken'] },
          secrets: ['authToken', 'previousAuthToken'],
        });
        expect(body[1]).toMatchObject({
          capabilities: { text: { maxLength: 70 } },
          secrets: ['secret', 'login.password'],
        });
      });
    });
  },
  { fakes: [desk, otherDesk] },
);
