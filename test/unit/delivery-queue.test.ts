import fc from 'fast-check';
import { DeliveryQueue } from '../../core/events/hooks/queue';
import type { WebhookDelivery } from '../../core/store/webhook-deliveries';

function aDelivery(sequence: number, lane = 'chat', more: Partial<WebhookDelivery> = {}): WebhookDelivery {
  return {
    ...{ spaceId: 's', id: `d${sequence}`, webhookId: 'w', sequence, count: 1, seqs: [sequence], lane },
    ...{ state: 'waiting', isReplay: false, attempts: 0, notBefore: 0, createdOn: 0 },
    ...more,
  };
}

/** Sends one after the other until nothing waits, failing as told; gives them in the order in which they left. */
function sendAll(all: readonly WebhookDelivery[], fails: Iterator<boolean>): WebhookDelivery[] {
  const queue = new DeliveryQueue();
  for (const one of all) queue.add([one]);
  const left: WebhookDelivery[] = [];
  for (let now = 1; queue.size > 0; now += 1) {
    const next = queue.next(now);
    if (next === undefined) continue;
    if (fails.next().value === true) {
      queue.returned({ ...next, notBefore: now + 3 });
      continue;
    }
    queue.settled(next);
    left.push(next);
  }
  return left;
}

describe('what waits at an endpoint', () => {
  test('leaves chat beside chat, and inside a chat one after the other', () => {
    const queue = new DeliveryQueue();
    queue.add([aDelivery(1, 'a'), aDelivery(2, 'a'), aDelivery(3, 'b')]);

    const [first, second, third] = [queue.next(1), queue.next(1), queue.next(1)];
    if (first) queue.settled(first);
    const fourth = queue.next(1);

    expect([first, second, third, fourth].map((one) => one?.id)).toEqual(['d1', 'd3', undefined, 'd2']);
  });

  test('is held up by a failure in its own chat only', () => {
    const queue = new DeliveryQueue();
    queue.add([aDelivery(1, 'a'), aDelivery(2, 'a'), aDelivery(3, 'b')]);
    const failed = queue.next(1);
    if (failed) queue.returned({ ...failed, attempts: 1, notBefore: 5_000 });

    const others = [queue.next(4_999), queue.next(4_999)];

    expect(others.map((one) => one?.id)).toEqual(['d3', undefined]);
    expect(queue.nextDue(4_999)).toBe(5_000);
    expect(queue.next(5_000)).toMatchObject({ id: 'd1', attempts: 1 });
  });

  test('is there once, however often it is added', () => {
    const queue = new DeliveryQueue();
    queue.add([aDelivery(1), aDelivery(1)]);
    queue.add([aDelivery(1)]);

    expect(queue.size).toBe(1);
  });

  test('leaves in the order of its numbers, whatever succeeds and fails', () => {
    const scenario = fc.record({
      lanes: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 40 }),
      fails: fc.infiniteStream(fc.boolean()),
      shuffle: fc.boolean(),
    });
    fc.assert(
      fc.property(scenario, ({ lanes, fails, shuffle }) => {
        const all = lanes.map((lane, index) => aDelivery(index + 1, lane));
        const left = sendAll(shuffle ? all.toReversed() : all, fails);
        expect(left).toHaveLength(all.length);
        for (const lane of ['a', 'b', 'c']) {
          const numbers = left.filter((one) => one.lane === lane).map((one) => one.sequence);
          expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        }
      }),
    );
  });

  test('is due at once when the endpoint answers again', () => {
    const queue = new DeliveryQueue();
    queue.add([aDelivery(1, 'a', { notBefore: 9_000 })]);

    expect(queue.next(100)).toBeUndefined();
    queue.hurry(100);

    expect(queue.next(100)?.id).toBe('d1');
  });
});
