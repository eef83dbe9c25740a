import { expectInvalid, expectProblem } from '../support/problems';
import { type Receiver, startReceiver } from '../support/receiver';
import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const SECRET = 'a secret that is long enough';
const PRIVATE = { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } };

/** A request that hangs is given up after ten seconds. */
const SOONER = { patienceMs: 9_000 };

function names(receiver: Receiver): string[] {
  return receiver.taken().map((event) => event.name);
}

onEachGateway(
  'web hooks',
  (stage) => {
    let receiver: Receiver;
    beforeEach(async () => {
      receiver = await startReceiver(SECRET);
    });
    afterEach(() => receiver.stop());

    const hook = async (shop: Shop, more: Body = {}) => {
      const wish = { name: 'orders', url: receiver.url, secret: SECRET, ...more };
      const { status, body } = await shop.api.post('/webhooks', wish);
      expect(status).toBe(201);
      return body;
    };
    const state = async (shop: Shop, id: string) => (await shop.api.get(`/webhooks/${id}`)).body;
    /** Makes some events of a kind that nothing else makes. */
    const makeTeams = async (shop: Shop, count: number) => {
      for (let n = 0; n < count; n += 1) await shop.api.post('/chat/config/teams', { name: `T${n}` });
    };

    describe('deliver', () => {
      test('every event of a conversation, signed both ways, numbered without gaps and in order', async () => {
        const shop = await stage.shop();
        await hook(shop);

        const chat = await shop.chatFrom(aCustomer());
        await shop.answer(chat.id, 'hello');
        await shop.api.put(`/chats/${chat.id}/close`, {});

        await until(
          () => names(receiver).includes('chat.closed') && names(receiver).includes('chatMessage.delivered'),
        );
        const log = (await shop.log()).filter(({ seq }) => seq >= (receiver.taken()[0]?.seq ?? 0));
        expect(receiver.taken().toSorted((a, b) => a.seq - b.seq)).toEqual(
          log.slice(0, receiver.taken().length),
        );
        expect(receiver.books()).toMatchObject({ missing: [], repeated: 0, disordered: [] });
        expect(receiver.refused()).toEqual([]);
      });

      test('only what was subscribed to, by kind, team and direction', async () => {
        const shop = await stage.shop();
        const filters = [
          { name: 'direction', value: 'inbound' },
          { name: 'teamId', value: 'sales' },
        ];
        await hook(shop, {
          subscriptions: [{ type: 'chat.transferred' }, { type: 'chatMessage.sent', filters }],
        });
        const chat = await shop.chatFrom(aCustomer(), 'one');
        await shop.answer(chat.id, 'not this');
        await shop.api.put(`/chats/${chat.id}/assign`, { teamId: 'support' });
        await shop.text(chat.route.address, 'of another team');
        await shop.chatFrom(aCustomer(), 'two');

        await until(() => names(receiver).length >= 3);
        const taken = receiver.taken().map((event) => event.payload.parts?.[0].data ?? event.name);
        // Different chats leave side by side.
        expect(taken.toSorted()).toEqual(['chat.transferred', 'one', 'two']);
      });

      test('many at once, where batches are wanted', async () => {
        const shop = await stage.shop();
        await hook(shop, {
          batch: true,
          maxBatchSize: 4,
          batchTimeout: 1,
          subscriptions: [{ type: 'team.create' }],
        });

        await makeTeams(shop, 10);

        await until(() => receiver.taken().length === 10);
        const sizes = receiver.arrived().map(({ envelopes }) => envelopes.length);
        expect(Math.max(...sizes)).toBe(4);
        expect(sizes.length).toBeLessThanOrEqual(5);
        expect(receiver.arrived().map(({ sequence }) => sequence)[1]).toBe((sizes[0] ?? 0) + 1);
        expect(receiver.taken().map((event) => event.payload.name)).toEqual(
          Array.from({ length: 10 }, (_, n) => `T${n}`),
        );
      });
    });

    describe('a delivery that fails', () => {
      test('with 400 is never tried again, is a dead letter, and can be sent once more by hand', async () => {
        const shop = await stage.shop();
        const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
        receiver.behave({ status: 400, body: 'no such team' }, { when: ({ body }) => body.includes('"T1"') });
        await makeTeams(shop, 3);
        await until(() => receiver.taken().length === 2);
        const path = `/webhooks/${id}/deliveries`;
        const [dead] = await until(async () => {
          const { body } = await shop.api.get(`${path}?status=dead`);
          return body.length === 1 && body;
        });
        expect(dead).toMatchObject({
          sequence: 2,
          attempts: 1,
          lastAttempt: { status: 400, answer: 'no such team' },
        });
        expect((await state(shop, id)).health).toMatchObject({ state: 'ok', deadLetters: 1 });
        receiver.recover();

        expect((await shop.api.post(`${path}/${dead.id}/redeliver`)).status).toBe(202);

        await until(() => receiver.taken().length === 3);
        expect(receiver.arrived().at(-1)).toMatchObject({ sequence: 2, headers: { 'webhook-id': dead.id } });
        await until(async () => (await state(shop, id)).health.deadLetters === 0);
      });

      test('with 410 ends the endpoint, with an event; enabled again it gets everything', async () => {
        const shop = await stage.shop();
        const wish = { name: 'orders', url: receiver.url, subscriptions: [{ type: 'team.create' }] };
        const { id } = await hook(shop, wish);
        receiver.behave({ status: 410 });
        await makeTeams(shop, 1);

        const [told] = await shop.logged('webhook.disabled');
        expect(told.payload).toMatchObject({ id, reason: 'the receiver answered 410 Gone' });
        expect(await state(shop, id)).toMatchObject({ enabled: false, health: { state: 'disabled' } });
        receiver.recover();
        await makeTeams(shop, 2);
        const before = receiver.arrived().length;
        expect((await shop.api.put(`/webhooks/${id}`, { ...wish, enabled: true })).status).toBe(200);

        await until(() => receiver.taken().length === 3);
        expect(receiver.arrived().length - before).toBe(3);
        expect(receiver.books()).toMatchObject({ missing: [], repeated: 0 });
      });
    });

    test('an endpoint that hangs delays no other', async () => {
      const [shop, other] = [await stage.shop(), await startReceiver(SECRET)];
      receiver.behave({ hangs: true });
      await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      await hook(shop, { url: other.url, subscriptions: [{ type: 'team.create' }] });

      await makeTeams(shop, 5);

      await until(() => other.taken().length === 5, SOONER);
      expect(receiver.taken()).toEqual([]);
      await other.stop();
    });

    test('an endpoint that hangs when it is deleted does not keep a new one waiting', async () => {
      const [shop, other] = [await stage.shop(), await startReceiver(SECRET)];
      receiver.behave({ hangs: true });
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      await makeTeams(shop, 1);
      await until(() => receiver.arrived().length === 1);

      await shop.api.delete(`/webhooks/${id}`);
      await hook(shop, { url: other.url, subscriptions: [{ type: 'team.create' }] });
      await makeTeams(shop, 1);

      await until(() => other.taken().length === 1, SOONER);
      await other.stop();
    });

    describe('a replay', () => {
      test('delivers a range of the log once more, by numbers or by time, with new numbers', async () => {
        const shop = await stage.shop();
        const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
        await makeTeams(shop, 3);
        await until(() => receiver.taken().length === 3);
        const [first, second, third] = receiver.taken().toSorted((a, b) => a.seq - b.seq);

        const range = { from: second?.seq, to: third?.seq };
        expect((await shop.api.post(`/webhooks/${id}/replay`, range)).body).toMatchObject(range);
        await until(() => receiver.taken().length === 5);
        expect((await shop.api.post(`/webhooks/${id}/replay`, { from: first?.timestamp })).status).toBe(202);
        await until(() => receiver.taken().length === 8);

        // Different entities leave side by side.
        const taken = receiver.taken().map((event) => event.payload.name);
        expect([taken.slice(3, 5), taken.slice(5)].map((some) => some.toSorted())).toEqual([
          ['T1', 'T2'],
          ['T0', 'T1', 'T2'],
        ]);
        expect(receiver.books().missing).toEqual([]);
        expect(receiver.arrived()[3]?.headers['x-parley-replay']).toBe('true');
        const future = await shop.api.post(`/webhooks/${id}/replay`, { from: 1_000_000 });
        expectInvalid(future, 'from');
        expectInvalid(
          await shop.api.post(`/webhooks/${id}/replay`, { from: 1, types: ['chat.exploded'] }),
          'types.0',
        );
      });
    });

    test('a test delivery says what the endpoint answered, and has no number', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop);
      receiver.behave(
        { status: 418, body: 'short and stout' },
        { when: ({ headers }) => 'x-parley-test' in headers },
      );

      const { body } = await shop.api.post(`/webhooks/${id}/test`, { type: 'chat.closed' });

      expect(body).toMatchObject({ ok: false, attempt: { status: 418, answer: 'short and stout' } });
      const sent = receiver.arrived().find(({ headers }) => 'x-parley-test' in headers);
      expect(sent?.envelopes[0]).toMatchObject({ name: 'chat.closed', payload: { closeTimeSecs: 840 } });
      expect(sent?.sequence).toBe(0);
    });

    test('a secret is rotated without a delivery that the receiver refuses', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });

      const { body } = await shop.api.post(`/webhooks/${id}/rotate`, {});
      await makeTeams(shop, 1);
      const old = await until(() => receiver.arrived()[0]);

      expect(body.secret).toMatch(/^whsec_/);
      expect(String(old.headers['webhook-signature']).split(' ')).toHaveLength(2);
      receiver.trust(body.secret);
      await makeTeams(shop, 1);
      await until(() => receiver.taken().length > 0);
    });

    test('a heartbeat states the highest number', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { heartbeatSecs: 10, subscriptions: [{ type: 'team.create' }] });
      await makeTeams(shop, 2);

      const beat = await until(() => receiver.taken().find((event) => event.name === 'webhook.heartbeat'), {
        patienceMs: 40_000,
      });

      expect(beat.payload).toMatchObject({ webhookId: id, sequence: 2, pending: 0, deadLetters: 0 });
    });

    test('are listed, read, changed and deleted, guarded by their ETag', async () => {
      const shop = await stage.shop();
      const made = await shop.api.post('/webhooks', { name: 'a', url: receiver.url });
      const path = `/webhooks/${made.body.id}`;
      const stale = { headers: { 'if-match': made.headers.get('etag') ?? '' } };

      const changed = await shop.api.put(path, { name: 'b', url: receiver.url, maxBatchSize: 7 }, stale);

      expect(made.body.secret).toMatch(/^whsec_/);
      expect(changed.body).toMatchObject({ name: 'b', maxBatchSize: 7, enabled: true });
      expect(JSON.stringify([changed.body, (await shop.api.get('/webhooks')).body])).not.toContain(
        made.body.secret,
      );
      expectProblem(await shop.api.delete(path, stale), 'precondition-failed');
      expect((await shop.api.delete(path)).status).toBe(204);
      expectProblem(await shop.api.get(path), 'not-found');
      expect((await shop.api.get('/webhooks')).body).toEqual([]);
    });

    test('of another API space are not there', async () => {
      const [shop, stranger] = [await stage.shop(), await stage.shop()];
      const { id } = await hook(shop);
      const deliveries = `/webhooks/${id}/deliveries`;

      for (const path of [`/webhooks/${id}`, deliveries])
        expectProblem(await stranger.api.get(path), 'not-found');
      for (const call of ['replay', 'test', 'rotate'])
        expectProblem(
          await stranger.api.post(`/webhooks/${id}/${call}`, call === 'replay' ? { from: 1 } : {}),
          'not-found',
        );
      expectProblem(await stranger.api.delete(`/webhooks/${id}`), 'not-found');
      await makeTeams(stranger, 1);
      await makeTeams(shop, 1);
      await until(() => names(receiver).includes('team.create'));
      expect(new Set(receiver.taken().map((event) => event.apiSpaceId)).size).toBe(1);
    });

    test('are refused with a 400 that names what is wrong', async () => {
      const shop = await stage.shop();
      const wrong = (more: Body) => shop.api.post('/webhooks', { name: 'x', url: receiver.url, ...more });

      expectInvalid(await wrong({ name: '', url: 'nowhere' }), 'name');
      expectInvalid(await wrong({ url: 'ftp://example.com' }), 'url');
      expectInvalid(await wrong({ secret: 'short' }), 'secret');
      expectInvalid(await wrong({ secret: 'whsec_not base64 at all' }), 'secret');
      expectInvalid(await wrong({ maxBatchSize: 501, batchTimeout: 0 }), 'maxBatchSize', 'batchTimeout');
      expectInvalid(await wrong({ maxBatchSize: 0, batchTimeout: 61 }), 'maxBatchSize', 'batchTimeout');
      expectInvalid(await wrong({ subscriptions: [{ type: 'chat.exploded' }] }), 'subscriptions.0.type');
      const filters = [{ name: 'colour', value: 'red' }];
      expectInvalid(
        await wrong({ subscriptions: [{ type: 'chat.create', filters }] }),
        'subscriptions.0.filters.0.name',
      );
      const sideways = [{ type: 'chatMessage.sent', filters: [{ name: 'direction', value: 'sideways' }] }];
      expectInvalid(await wrong({ subscriptions: sideways }), 'subscriptions.0.filters.0.value');
      const yes = await wrong({ batch: 'yes' });
      expectInvalid(yes, 'batch');
      expect(yes.body.validationFailures[0].message).toContain('expected boolean, received string');
    });

    test('can be told what there is to subscribe to', async () => {
      const shop = await stage.shop();

      const { body: plain } = await shop.api.get('/webhooks/availableevents');
      const { body: whole } = await shop.api.get('/webhooks/availableevents?includeSchemas');

      expect(plain).toContainEqual({
        type: 'chat.closed',
        description: expect.any(String),
        filters: ['teamId', 'channelId'],
      });
      expect(whole.find((one: Body) => one.type === 'chat.closed').schema.required).toContain(
        'closeTimeSecs',
      );
    });
  },
  PRIVATE,
);

onEachGateway('web hooks without the operator’s switch', (stage) => {
  test.each([
    'http://example.com/hook',
    'https://127.0.0.1/hook',
    'https://[::1]/hook',
    'https://2130706433/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://user:secret@example.com/hook',
    'https://localhost/hook',
  ])('are never set up at %s', async (url) => {
    const shop = await stage.shop();

    expectInvalid(await shop.api.post('/webhooks', { name: 'x', url }), 'url');
  });
});
