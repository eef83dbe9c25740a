import { pino } from 'pino';
import { keepHouse } from '../../core/keep-house';
import { newId } from '../../core/model/id';
import { findAnswer, reserveKey } from '../../core/store/idempotency';
import { parkStatus, unpark } from '../../core/store/receipts';
import { onEachStore } from '../support/stores';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;

onEachStore('keeping house', (store) => {
  afterEach(() => {
    jest.useRealTimers();
  });

  test('lets go of answers after 48 hours, and of receipts that nobody claimed after a week', async () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    const [spaceId, accountId] = [newId(), newId()];
    const answer = (key: string, ageHours: number) => ({
      ...{ spaceId, key, request: 'r', status: 200, answer: '{}', createdOn: now - ageHours * HOUR_MS },
    });
    const parked = (externalId: string, ageHours: number) => ({
      ...{ spaceId, accountId, externalId, state: 'delivered' as const, at: now },
      receivedOn: now - ageHours * HOUR_MS,
    });
    await store().transaction(async (tx) => {
      for (const kept of [answer('young', 47), answer('old', 49)]) await reserveKey(tx, kept);
      for (const kept of [parked('young', 160), parked('old', 170)]) await parkStatus(tx, kept);
    });
    jest.useFakeTimers({ doNotFake: ['Date', 'nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] });
    const house = keepHouse({ store: store(), log: pino({ level: 'silent' }), now: () => now });
    house.start();

    jest.advanceTimersByTime(11 * 60_000);
    jest.useRealTimers();

    await until(async () => (await store().read((tx) => findAnswer(tx, spaceId, 'old'))) === undefined);
    expect(await store().read((tx) => findAnswer(tx, spaceId, 'young'))).toBeDefined();
    const left = await store().transaction((tx) => unpark(tx, accountId, ['young', 'old']));
    expect(left.map(({ externalId }) => externalId)).toEqual(['young']);
    house.stop();
  });
});
