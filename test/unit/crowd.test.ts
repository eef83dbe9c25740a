import { Crowd } from '../../core/outbound/crowd';

const lane = (chatId: string, accountId = 'a') => ({ chatId, accountId });

function aCrowd(most: Readonly<Record<string, number>> = {}) {
  const blocked = new Set<string>();
  const crowd = new Crowd({
    mostOf: (accountId) => most[accountId] ?? 8,
    isBlocked: (accountId) => blocked.has(accountId),
  });
  return { crowd, blocked };
}

describe('the lanes of a node', () => {
  test('run side by side, as many of an account as it may, the longest awake first', () => {
    const { crowd } = aCrowd({ a: 2, b: 1 });
    for (const [chatId, accountId] of Object.entries({ 1: 'a', 2: 'a', 3: 'a', 4: 'b', 5: 'b' }))
      crowd.join(lane(chatId, accountId), true);

    expect(crowd.next()).toEqual(['1', '2', '4']);
    expect(crowd.next()).toEqual([]);
    crowd.rest('2');
    expect(crowd.next()).toEqual(['3']);
  });

  test('never run twice at once, and run again when they were woken meanwhile', () => {
    const { crowd } = aCrowd();
    crowd.join(lane('1'), true);
    expect(crowd.next()).toEqual(['1']);
    crowd.join(lane('1'), true);
    expect(crowd.next()).toEqual([]);
    crowd.rest('1');
    expect(crowd.next()).toEqual(['1']);
    crowd.rest('1');
    expect(crowd.next()).toEqual([]);
  });

  test('are bounded all together, whatever the accounts allow', () => {
    const { crowd } = aCrowd();
    for (let n = 0; n < 100; n += 1) crowd.join(lane(`${n}`, `account ${n}`), true);
    expect(crowd.next()).toHaveLength(64);
  });

  test('that are news and find no room are given away once; what everybody knows is not', () => {
    const { crowd } = aCrowd({ a: 1 });
    crowd.join(lane('1'), true);
    crowd.join(lane('2'), true);
    crowd.join(lane('3'), false);
    crowd.next();

    expect(crowd.leftOut()).toEqual([lane('2')]);
    expect(crowd.leftOut()).toEqual([]);
    crowd.join(lane('2'), true);
    expect(crowd.leftOut()).toEqual([lane('2')]);
  });

  test('are not given away while the provider wants none of them, nor while they run here', () => {
    const { crowd, blocked } = aCrowd({ a: 1 });
    crowd.join(lane('1'), true);
    crowd.next();
    crowd.join(lane('1'), true);
    blocked.add('b');
    crowd.join(lane('2', 'b'), true);

    expect(crowd.next()).toEqual([]);
    expect(crowd.leftOut()).toEqual([]);
    blocked.delete('b');
    expect(crowd.next()).toEqual(['2']);
  });

  test('are waited for until they neither run nor want to', async () => {
    const { crowd } = aCrowd();
    let isAtRest = false;
    crowd.join(lane('1'), false);
    const rest = crowd.untilAtRest('1').then(() => {
      isAtRest = true;
    });
    crowd.next();
    crowd.join(lane('1'), false);
    crowd.rest('1');
    await Promise.resolve();
    const early = isAtRest;
    crowd.next();
    crowd.rest('1');
    await rest;

    expect(early).toBe(false);
    await crowd.untilAtRest('unheard of');
  });
});
