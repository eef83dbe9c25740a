import { type Receiver, startReceiver } from '../support/receiver';
import { aCustomer, type Body, onEachGateway, type Shop } from '../support/shop';
import { until } from '../support/until';

const SECRET = 'a secret that is long enough';
const HOUR_MS = 3_600_000;

onEachGateway(
  'web hooks, over time',
  (stage) => {
    let receiver: Receiver;
    beforeEach(async () => {
      // The clock of this gateway runs ahead, so a receiver would refuse its timestamps.
      receiver = await startReceiver();
    });
    afterEach(() => receiver.stop());

    const hook = async (shop: Shop, more: Body = {}) => {
      const wish = { name: 'orders', url: receiver.url, secret: SECRET, ...more };
      const { status, body } = await shop.api.post('/webhooks', wish);
      expect(status).toBe(201);
      return body;
    };
    const state = async (shop: Shop, id: string) => (await shop.api.get(`/webhooks/${id}`)).body;
    /** What became of each request that arrived is written down: none is under way. */
    const untilAllEnded = (shop: Shop, id: string) =>
      until(async () => {
        const { body } = await shop.api.get(`/webhooks/${id}/deliveries`);
        const tries = (body as Body[]).reduce((sum, { attempts }) => sum + Number(attempts), 0);
        return tries === receiver.arrived().length;
      });
    /** Makes some events of a kind that nothing else makes. */
    const makeTeams = async (shop: Shop, count: number) => {
      for (let n = 0; n < count; n += 1) await shop.api.post('/chat/config/teams', { name: `T${n}` });
    };

    test('deliver what happened while the endpoint was down, without a gap, once it is back', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      receiver.behave({ status: 503 });
      await makeTeams(shop, 8);
      await until(async () => (await state(shop, id)).health.state === 'failing');
      await untilAllEnded(shop, id);

      receiver.recover();
      stage.gateway.advance(HOUR_MS / 4);

      await until(() => receiver.taken().length === 8);
      expect(receiver.books()).toMatchObject({ events: 8, missing: [], repeated: 0 });
      await until(async () => (await state(shop, id)).health.state === 'ok');
      await until(async () => (await state(shop, id)).health.pending === 0);
    });

    test('deliver again with the same id and number what failed, which holds up its own chat only', async () => {
      const shop = await stage.shop();
      await hook(shop, { subscriptions: [{ type: 'chatMessage.sent' }] });
      const [slow, quick] = [
        await shop.chatFrom(aCustomer(), 'slow 1'),
        await shop.chatFrom(aCustomer(), 'quick 1'),
      ];
      await until(() => receiver.taken().length === 2);
      receiver.behave({ status: 500 }, { when: ({ body }) => body.includes('slow 2') });

      await shop.text(slow.route.address, 'slow 2');
      await shop.text(slow.route.address, 'slow 3');
      await shop.text(quick.route.address, 'quick 2');
      await until(() => receiver.taken().length === 3);
      receiver.recover();
      stage.gateway.advance(10_000);
      await until(() => receiver.taken().length === 5);

      const texts = receiver.taken().map((event) => event.payload.parts[0].data);
      expect(texts.slice(2)).toEqual(['quick 2', 'slow 2', 'slow 3']);
      const tries = receiver.arrived().filter(({ body }) => body.includes('slow 2'));
      expect(new Set(tries.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(new Set(tries.map(({ sequence }) => sequence)).size).toBe(1);
      expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    });

    test('are disabled after five days of failures', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      receiver.behave({ status: 500 });
      await makeTeams(shop, 1);
      await until(async () => (await state(shop, id)).health.state === 'failing');

      stage.gateway.advance(5 * 24 * HOUR_MS);

      const [told] = await shop.logged('webhook.disabled');
      expect(told.payload).toMatchObject({
        reason: 'it failed for five days',
        failingSince: expect.any(String),
      });
    });

    test('give a delivery up after a day', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      receiver.behave({ closesEarly: true });
      await makeTeams(shop, 1);
      await until(async () => (await state(shop, id)).health.state === 'failing');

      stage.gateway.advance(25 * HOUR_MS);

      await until(async () => (await state(shop, id)).health.deadLetters === 1);

      // Sent once more by hand, days later, it has its whole day again.
      stage.gateway.advance(50 * HOUR_MS);
      const path = `/webhooks/${id}/deliveries`;
      const [dead] = (await shop.api.get(`${path}?status=dead`)).body;
      const before = receiver.arrived().length;
      expect((await shop.api.post(`${path}/${dead.id}/redeliver`)).body).toMatchObject({
        state: 'waiting',
        attempts: 0,
      });
      await until(() => receiver.arrived().length > before);
      expect((await state(shop, id)).health).toMatchObject({ pending: 1, deadLetters: 0 });
      receiver.recover();
      expect((await shop.api.post(`${path}/${dead.id}/redeliver`)).status).toBe(202);
      await until(() => receiver.taken().length === 1);
      expect(receiver.arrived().at(-1)).toMatchObject({ sequence: 1, headers: { 'webhook-id': dead.id } });
    });

    test('give what waited its whole time when the endpoint is enabled again days later', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      receiver.behave({ status: 410 });
      await makeTeams(shop, 3);
      await until(async () => (await state(shop, id)).health.state === 'disabled');
      await makeTeams(shop, 1);

      stage.gateway.advance(50 * HOUR_MS);
      receiver.behave({ status: 503 });
      const before = receiver.arrived().length;
      const wish = {
        name: 'orders',
        url: receiver.url,
        subscriptions: [{ type: 'team.create' }],
        enabled: true,
      };
      expect((await shop.api.put(`/webhooks/${id}`, wish)).status).toBe(200);
      await until(() => receiver.arrived().length > before);
      receiver.recover();
      stage.gateway.advance(HOUR_MS / 4);

      await until(() => receiver.taken().length === 4);
      expect(receiver.books()).toMatchObject({ events: 4, missing: [], repeated: 0 });
      await until(async () => {
        const { health } = await state(shop, id);
        return health.pending === 0 && health.deadLetters === 0 && health.state === 'ok';
      });
    });

    test('sign with the old secret for a day after a rotation', async () => {
      const shop = await stage.shop();
      const { id } = await hook(shop, { subscriptions: [{ type: 'team.create' }] });
      await shop.api.post(`/webhooks/${id}/rotate`, {});
      await makeTeams(shop, 1);
      await until(() => receiver.arrived().length === 1);

      stage.gateway.advance(25 * HOUR_MS);
      await makeTeams(shop, 1);
      await until(() => receiver.arrived().length === 2);

      const signatures = receiver
        .arrived()
        .map(({ headers }) => String(headers['webhook-signature']).split(' '));
      expect(signatures.map((one) => one.length)).toEqual([2, 1]);
    });
  },
  { settings: { PARLEY_ALLOW_PRIVATE_EGRESS: 'true' } },
);
