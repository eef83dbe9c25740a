import fc from 'fast-check';
import {
  chose,
  connected,
  disconnected,
  GRACE_MS,
  graceOver,
  isThere,
  PRESENCE_STATUSES,
  type Presence,
  unheardOf,
} from '../../core/model/presence';

const ann = unheardOf({ spaceId: 'space', id: 'ann' });

describe('the presence of an agent', () => {
  test('is available with the first page, unless they said otherwise', () => {
    expect(connected(ann, 5)).toMatchObject({ status: 'available', since: 5 });
    expect(connected(chose(ann, 'away', 1), 5)).toMatchObject({ status: 'away', since: 1 });
    expect(connected(chose(chose(ann, 'available', 1), 'offline', 2), 5).status).toBe('offline');
  });

  test('outlasts a lost connection for the time of grace, and not longer', () => {
    const lost = disconnected(connected(ann, 0), 1_000);

    expect(graceOver(lost, 1_000 + GRACE_MS - 1)).toBe(lost);
    expect(graceOver(lost, 1_000 + GRACE_MS)).toMatchObject({ status: 'offline', since: 1_000 + GRACE_MS });
    expect(graceOver(connected(lost, 2_000), 1_000 + GRACE_MS).status).toBe('available');
  });

  test('comes back as it was with the connection', () => {
    const away = disconnected(chose(connected(ann, 0), 'away', 1), 2);

    expect(connected(graceOver(away, 2 + GRACE_MS), 200_000).status).toBe('away');
  });

  test('does not depend on pages for those who have none', () => {
    const available = chose(ann, 'available', 1);

    expect(graceOver(available, Number.MAX_SAFE_INTEGER)).toBe(available);
  });

  test('of a program is always there', () => {
    expect(isThere({ isProgram: true }, undefined)).toBe(true);
    expect(isThere({}, undefined)).toBe(false);
  });

  describe('whatever happens', () => {
    const doing: Readonly<Record<string, (presence: Presence, at: number) => Presence>> = {
      connect: connected,
      disconnect: disconnected,
      wait: (presence) => presence,
      ...Object.fromEntries(
        PRESENCE_STATUSES.map((status) => [
          status,
          (presence: Presence, at: number) => chose(presence, status, at),
        ]),
      ),
    };
    const history = fc.array(
      fc.record({
        what: fc.constantFrom(...Object.keys(doing)),
        ms: fc.integer({ min: 0, max: 2 * GRACE_MS }),
      }),
    );
    /** Every state of a history, with what led to it and when. */
    const statesOf = (steps: readonly { readonly what: string; readonly ms: number }[]) => {
      const states = [{ what: 'nothing', at: 0, presence: ann }];
      for (const { what, ms } of steps) {
        const { at, presence } = states.at(-1) ?? { at: 0, presence: ann };
        const done = doing[what]?.(graceOver(presence, at + ms), at + ms) ?? presence;
        states.push({ what, at: at + ms, presence: done });
      }
      return states;
    };

    test('the revision counts the changes, and nothing else', () => {
      fc.assert(
        fc.property(history, (steps) => {
          const states = statesOf(steps).map(({ presence }) => presence);
          const changed = states.filter((state, n) => n > 0 && state.status !== states[n - 1]?.status);
          expect(states.at(-1)?.revision).toBeGreaterThanOrEqual(changed.length);
          for (const state of changed) expect(state.revision).toBeGreaterThan(0);
        }),
      );
    });

    test('an open page shows what its agent chose, and a lost one is not waited for beyond the grace', () => {
      fc.assert(
        fc.property(history, (steps) => {
          for (const { what, at, presence } of statesOf(steps)) {
            expect(presence.since).toBeLessThanOrEqual(at);
            expect(at - (presence.lostOn ?? at)).toBeLessThan(GRACE_MS);
            if (what === 'connect') expect(presence.status).toBe(presence.chosen ?? 'available');
          }
        }),
      );
    });
  });
});
