import { afterDelivery, hasFailedTooLong, restMs } from '../../core/model/after-delivery';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const AT = { now: 1_000 * HOUR, random: 0 };

function decide(
  status: number | undefined,
  attempts: number,
  more: { createdOn?: number; retryAfterMs?: number } = {},
) {
  const { createdOn = AT.now, retryAfterMs } = more;
  return afterDelivery({ status, retryAfterMs }, { attempts, createdOn }, AT);
}

describe('after an attempt at a delivery', () => {
  test.each([200, 201, 202, 204, 299])('an answer of %i is taken', (status) => {
    expect(decide(status, 1)).toEqual({ step: 'done' });
  });

  test.each([undefined, 301, 302, 307, 401, 403, 404, 408, 429, 500, 502, 503, 504])(
    'an answer of %s is tried again',
    (status) => {
      expect(decide(status, 1)).toEqual({ step: 'retry', afterMs: 5 * SECOND });
    },
  );

  test('400 is never tried again, and 410 ends the endpoint', () => {
    expect(decide(400, 1)).toMatchObject({ step: 'give-up' });
    expect(decide(410, 1)).toMatchObject({ step: 'disable' });
  });

  test('the waits are the published ones, and then it is given up', () => {
    const waits = Array.from({ length: 17 }, (_, index) => decide(500, index + 1));

    expect(waits.map((one) => (one.step === 'retry' ? one.afterMs : one.step))).toEqual([
      ...[5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE],
      ...[30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
      'give-up',
    ]);
  });

  test('a day after the event it is given up, however many attempts there were', () => {
    expect(decide(500, 3, { createdOn: AT.now - 24 * HOUR + 1 })).toMatchObject({ step: 'retry' });
    expect(decide(500, 3, { createdOn: AT.now - 24 * HOUR })).toMatchObject({ step: 'give-up' });
  });

  test('a receiver that asks for more time gets it, up to an hour, and never less than the schedule', () => {
    expect(decide(429, 1, { retryAfterMs: MINUTE })).toEqual({ step: 'retry', afterMs: MINUTE });
    expect(decide(503, 1, { retryAfterMs: 7 * HOUR })).toEqual({ step: 'retry', afterMs: HOUR });
    expect(decide(503, 5, { retryAfterMs: SECOND })).toEqual({ step: 'retry', afterMs: 2 * MINUTE });
  });

  test('what failed together does not come back together', () => {
    const outcome = afterDelivery(
      { status: 500 },
      { attempts: 2, createdOn: AT.now },
      { ...AT, random: 0.999 },
    );

    expect(outcome).toEqual({ step: 'retry', afterMs: expect.any(Number) });
    expect(outcome.step === 'retry' && outcome.afterMs).toBeGreaterThan(10_900);
    expect(outcome.step === 'retry' && outcome.afterMs).toBeLessThanOrEqual(11_000);
  });
});

test('an endpoint rests longer the longer it fails, but a quarter of an hour at most', () => {
  expect([5, 6, 7, 8, 9, 30].map(restMs)).toEqual([2, 5, 10, 15, 15, 15].map((minutes) => minutes * MINUTE));
});

test('an endpoint is given up after five days of failures only', () => {
  const days = (count: number) => AT.now - count * 24 * HOUR;

  expect([undefined, days(4.99), days(5)].map((since) => hasFailedTooLong(since, AT.now))).toEqual([
    false,
    false,
    true,
  ]);
});
