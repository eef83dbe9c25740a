import { Outcomes } from '../../core/events/hooks/outcomes';
import { TakeUps } from '../../core/events/hooks/take-ups';
import { RecentEvents } from '../../core/events/recent';
import { newId } from '../../core/model/id';
import { type Lease, LeaseLost } from '../../core/nodes/lease';
import { appendEvents, numberEvents } from '../../core/store/events';
import { madeNow } from '../../core/store/made';
import type { Store } from '../../core/store/store';
import { listDeliveries, waitingDeliveries } from '../../core/store/webhook-deliveries';
import { findWebhook, insertWebhook, updateWebhook, type Webhook } from '../../core/store/webhooks';
import { capturedLog } from '../support/captured-log';
import { anEvent, onEachStore } from '../support/stores';

const HELD: Lease = {
  ...{ id: 'any', token: 1, signal: new AbortController().signal, isHeld: () => true },
  fence: () => Promise.resolve(),
};
const LOST: Lease = {
  ...{ ...HELD, isHeld: () => false },
  fence: (): Promise<void> => Promise.reject(new LeaseLost('any')),
};

onEachStore('endpoints of one node', (store) => {
  let transactions = 0;
  let spaceId: string;
  beforeEach(() => {
    transactions = 0;
    spaceId = newId();
  });

  const context = () => ({ store: counting(store()), log: capturedLog().log, now: () => 1_000 });
  const counting = (real: Store): Store => ({
    ...real,
    transaction(work) {
      transactions += 1;
      return real.transaction(work);
    },
    lightTransaction(work) {
      transactions += 1;
      return real.lightTransaction(work);
    },
  });
  const takeUps = () => {
    const shared = context();
    return new TakeUps(shared, new RecentEvents({ store: shared.store, present: () => [] }), () => {});
  };
  const aWebhook = async (types: readonly string[] = []): Promise<Webhook> => {
    const webhook: Webhook = {
      ...{ spaceId, id: newId(), name: 'orders', url: 'https://example.com', secrets: '' },
      subscriptions: types.map((type) => ({ type, filters: [] })),
      ...{ batch: false, maxBatchSize: 1, batchTimeoutSecs: 1, isEnabled: true },
      ...{ cursor: 0, sequence: 0, nudges: 0, ...madeNow({ by: 'test', at: 0 }) },
    };
    await store().transaction((tx) => insertWebhook(tx, webhook));
    return webhook;
  };
  const write = async (...names: readonly string[]) => {
    await store().transaction((tx) =>
      appendEvents(
        tx,
        names.map((name) => anEvent({ spaceId, name })),
      ),
    );
    while ((await store().transaction(numberEvents)) !== 0);
  };
  const taking = (webhook: Webhook, lastSeq: number, lease = HELD) => ({
    ...{ webhook, lastSeq, lease, partnerId: 'p' },
  });
  const waitingAt = async ({ id: webhookId }: Webhook) =>
    (await store().read((tx) => waitingDeliveries(tx, { webhookId, after: 0, limit: 100 }))).map(
      ({ sequence, seqs }) => [sequence, ...seqs],
    );

  describe('take up the log', () => {
    test('together in one transaction, each with its own numbers', async () => {
      const hooks = [await aWebhook(), await aWebhook(['b']), await aWebhook(['c'])];
      await write('a', 'b', 'a', 'b');
      const shared = takeUps();

      const taken = await Promise.all(hooks.map((hook) => shared.next(taking(hook, 4))));

      expect(transactions).toBe(1);
      expect(taken.map(({ webhook }) => [webhook?.cursor, webhook?.sequence])).toEqual([
        [4, 4],
        [4, 2],
        [4, 0],
      ]);
      expect(await Promise.all(hooks.map(waitingAt))).toEqual([
        [1, 2, 3, 4].map((n) => [n, n]),
        [
          [1, 2],
          [2, 4],
        ],
        [],
      ]);
    });

    test('as it is subscribed to by now, when somebody changed an endpoint meanwhile', async () => {
      const [changed, other] = [await aWebhook(['a']), await aWebhook(['a'])];
      await write('a', 'b');
      const after = { ...changed, subscriptions: [{ type: 'b', filters: [] }], revision: 1 };
      await store().transaction((tx) => updateWebhook(tx, after));
      const shared = takeUps();

      const [taken] = await Promise.all([changed, other].map((hook) => shared.next(taking(hook, 2))));

      expect(taken?.webhook).toMatchObject({ revision: 1, cursor: 2, sequence: 1 });
      expect(await Promise.all([changed, other].map(waitingAt))).toEqual([[[1, 2]], [[1, 1]]]);
    });

    test('not for one that was disabled, nor for one that is not ours any more; for the others all the same', async () => {
      const [disabled, lost, well] = [await aWebhook(), await aWebhook(), await aWebhook()];
      await write('a');
      await store().transaction((tx) => updateWebhook(tx, { ...disabled, isEnabled: false, revision: 1 }));
      const shared = takeUps();

      const outcomes = await Promise.allSettled([
        shared.next(taking(disabled, 1)),
        shared.next(taking(lost, 1, LOST)),
        shared.next(taking(well, 1)),
      ]);

      expect(outcomes).toMatchObject([
        { status: 'fulfilled', value: { deliveries: [], hasMore: false } },
        { status: 'rejected', reason: { name: 'LeaseLost' } },
        { status: 'fulfilled', value: { deliveries: [{ sequence: 1 }] } },
      ]);
      expect(await Promise.all([disabled, lost, well].map(waitingAt))).toEqual([[], [], [[1, 1]]]);
    });

    test('never twice, though two nodes believe that the endpoint is theirs', async () => {
      const webhook = await aWebhook();
      await write('a', 'a', 'a');
      const [one, other] = [takeUps(), takeUps()];

      await Promise.all([one, other].map((node) => node.next(taking(webhook, 3))));

      expect(await waitingAt(webhook)).toEqual([1, 2, 3].map((n) => [n, n]));
    });
  });

  describe('write down what became of deliveries', () => {
    const delivered = async (webhook: Webhook) => {
      const { deliveries } = await takeUps().next(taking(webhook, 1));
      return deliveries.map(
        (one) => ({ ...one, state: 'delivered', attempts: 1, settledOn: 2_000 }) as const,
      );
    };
    const stateAt = async ({ id: webhookId }: Webhook) =>
      (await store().read((tx) => listDeliveries(tx, { spaceId, webhookId, limit: 10 }))).map(
        ({ state }) => state,
      );

    test('together in one transaction', async () => {
      const hooks = [await aWebhook(), await aWebhook()];
      await write('a');
      const done = await Promise.all(hooks.map(delivered));
      const outcomes = new Outcomes(context());
      transactions = 0;
      const notes = hooks.map((webhook) => outcomes.of(HELD, webhook));

      for (const [index, one] of notes.entries()) for (const delivery of done[index] ?? []) one.add(delivery);
      notes[0]?.note({ failingSince: undefined, lastSuccessOn: 2_000 });
      await Promise.all(notes.map((one) => one.idle()));

      expect(transactions).toBe(1);
      expect(await Promise.all(hooks.map(stateAt))).toEqual([['delivered'], ['delivered']]);
      const [first] = hooks.map(({ id }) => store().read((tx) => findWebhook(tx, spaceId, id)));
      expect((await first)?.lastSuccessOn).toBe(2_000);
    });

    test('though one of them belongs to another node by now', async () => {
      const [lost, well] = [await aWebhook(), await aWebhook()];
      await write('a');
      const done = await Promise.all([lost, well].map(delivered));
      const outcomes = new Outcomes(context());
      const notes = [outcomes.of(LOST, lost), outcomes.of(HELD, well)];

      for (const [index, one] of notes.entries()) for (const delivery of done[index] ?? []) one.add(delivery);
      await Promise.all(notes.map((one) => one.idle()));

      expect(await Promise.all([lost, well].map(stateAt))).toEqual([['waiting'], ['delivered']]);
    });
  });
});
