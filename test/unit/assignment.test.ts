import fc from 'fast-check';
import { type Candidate, planAssignment, type Situation, weightOf } from '../../core/model/assignment';

const agent = (agentId: string, capacity = 2, load = 0): Candidate => ({ agentId, capacity, load });
const chat = (chatId: string, more: Partial<Situation['chats'][number]> = {}) => ({
  chatId,
  channelId: 'sms',
  ...more,
});
const given = (more: Partial<Situation>): Situation => ({
  strategy: 'leastBusy',
  agents: [],
  chats: [],
  ...more,
});
const pairs = (situation: Situation) =>
  planAssignment(situation).allotments.map(({ chatId, agentId }) => `${chatId} ${agentId}`);

describe('the assignment of waiting chats', () => {
  test('gives the oldest chat to the least busy, by the share of what they can do', () => {
    const agents = [agent('ann', 4, 2), agent('bob', 10, 3)];

    expect(pairs(given({ agents, chats: [chat('1'), chat('2')] }))).toEqual(['1 bob', '2 bob']);
  });

  test('goes in turn among those who are equally busy, and goes on where it was', () => {
    const agents = [agent('ann'), agent('bob'), agent('cid')];
    const chats = [chat('1')];

    expect(pairs(given({ agents, chats }))).toEqual(['1 ann']);
    expect(pairs(given({ agents, chats, lastServed: 'ann' }))).toEqual(['1 bob']);
    expect(pairs(given({ agents, chats, lastServed: 'cid' }))).toEqual(['1 ann']);
    // Whoever it came to last may have left.
    expect(pairs(given({ agents, chats, lastServed: 'bea' }))).toEqual(['1 bob']);
  });

  test('by round robin goes in turn, however busy they are, and leaves out who is full', () => {
    const agents = [agent('ann', 9, 5), agent('bob', 1, 1), agent('cid', 9)];
    const chats = [chat('1'), chat('2'), chat('3')];

    expect(pairs(given({ strategy: 'roundRobin', agents, chats }))).toEqual(['1 ann', '2 cid', '3 ann']);
  });

  test('by hand gives nothing to anybody', () => {
    expect(pairs(given({ strategy: 'manual', agents: [agent('ann')], chats: [chat('1')] }))).toEqual([]);
  });

  test('lets a light chat pass a heavy one that nobody has room for', () => {
    const weights = { email: 3 };
    const chats = [chat('1', { channelId: 'email' }), chat('2')];

    expect(pairs(given({ weights, agents: [agent('ann', 2)], chats }))).toEqual(['2 ann']);
    expect(pairs(given({ weights, agents: [agent('ann', 3)], chats }))).toEqual(['1 ann']);
  });

  test('prefers, where that is wanted, who had the customer last, and takes no turn from anybody', () => {
    const agents = [agent('ann', 5), agent('bob', 5, 4)];
    const chats = [chat('1', { lastAgentId: 'bob' }), chat('2', { lastAgentId: 'bob' })];

    expect(pairs(given({ agents, chats, lastAgentFirst: true }))).toEqual(['1 bob', '2 ann']);
    expect(pairs(given({ agents, chats }))).toEqual(['1 ann', '2 ann']);
    expect(
      planAssignment(given({ agents, chats: chats.slice(0, 1), lastAgentFirst: true, lastServed: 'x' }))
        .lastServed,
    ).toBe('x');
  });

  test('asks nobody twice before everybody was asked', () => {
    const agents = [agent('ann'), agent('bob')];

    expect(pairs(given({ agents, chats: [chat('1', { tried: ['ann'] })] }))).toEqual(['1 bob']);
    expect(pairs(given({ agents, chats: [chat('1', { tried: ['ann', 'bob'] })] }))).toEqual(['1 ann']);
  });

  test('does not take a name of a channel for something that every object has', () => {
    expect(weightOf({}, 'constructor')).toBe(1);
  });
});

describe('whatever the queue and the agents are', () => {
  const ids = ['ann', 'bob', 'cid', 'dot', 'eve'];
  const channels = ['sms', 'email', 'webChat'];
  const weights = fc.dictionary(fc.constantFrom(...channels), fc.integer({ min: 1, max: 4 }));
  const agents = fc.uniqueArray(
    fc.record({
      agentId: fc.constantFrom(...ids),
      capacity: fc.integer({ min: 0, max: 6 }),
      load: fc.integer({ min: 0, max: 8 }),
    }),
    { selector: ({ agentId }) => agentId },
  );
  const chats = fc.uniqueArray(
    fc.record({
      chatId: fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, '0')),
      channelId: fc.constantFrom(...channels),
      lastAgentId: fc.option(fc.constantFrom(...ids), { nil: undefined }),
      tried: fc.subarray(ids),
    }),
    { selector: ({ chatId }) => chatId, maxLength: 30 },
  );
  const situation = fc.record({
    strategy: fc.constantFrom('leastBusy' as const, 'roundRobin' as const),
    ...{ weights, agents, chats, lastAgentFirst: fc.boolean() },
    lastServed: fc.option(fc.constantFrom(...ids), { nil: undefined }),
  });

  const loadsAfter = (before: Situation) => {
    const loads = new Map(before.agents.map(({ agentId, load }) => [agentId, load]));
    for (const { chatId, agentId } of planAssignment(before).allotments) {
      const { channelId } = before.chats.find((one) => one.chatId === chatId) ?? { channelId: '' };
      loads.set(agentId, (loads.get(agentId) ?? Number.NaN) + weightOf(before.weights, channelId));
    }
    return loads;
  };

  test('no chat has two agents, and nobody is given more than they can do', () => {
    fc.assert(
      fc.property(situation, (before) => {
        const { allotments } = planAssignment(before);
        expect(new Set(allotments.map(({ chatId }) => chatId)).size).toBe(allotments.length);
        const loads = loadsAfter(before);
        for (const { agentId, capacity, load } of before.agents)
          expect(loads.get(agentId)).toBeLessThanOrEqual(Math.max(capacity, load));
      }),
    );
  });

  test('no chat waits while somebody has room for it', () => {
    fc.assert(
      fc.property(situation, (before) => {
        const taken = new Set(planAssignment(before).allotments.map(({ chatId }) => chatId));
        const loads = loadsAfter(before);
        const room = Math.max(...before.agents.map((one) => one.capacity - (loads.get(one.agentId) ?? 0)), 0);
        for (const { chatId, channelId } of before.chats)
          if (!taken.has(chatId)) expect(weightOf(before.weights, channelId)).toBeGreaterThan(room);
      }),
    );
  });

  test('among chats of one weight, none passes an older one', () => {
    fc.assert(
      fc.property(situation, (before) => {
        const taken = new Set(planAssignment(before).allotments.map(({ chatId }) => chatId));
        for (const channelId of channels) {
          const fates = before.chats
            .filter((one) => one.channelId === channelId)
            .map((one) => taken.has(one.chatId));
          expect(fates).toEqual([...fates].sort((a, b) => Number(b) - Number(a)));
        }
      }),
    );
  });

  test('by round robin nobody is a chat ahead of another who has room all the time', () => {
    fc.assert(
      fc.property(
        fc.subarray(ids, { minLength: 1 }),
        fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 12 }),
        (names, arrivals) => {
          const counts = new Map(names.map((name) => [name, 0]));
          let lastServed: string | undefined;
          for (const count of arrivals) {
            const plan = planAssignment({
              strategy: 'roundRobin',
              lastServed,
              agents: names.map((name) => agent(name, 1_000)),
              chats: Array.from({ length: count }, (_, n) => chat(String(n))),
            });
            for (const { agentId } of plan.allotments) counts.set(agentId, (counts.get(agentId) ?? 0) + 1);
            ({ lastServed } = plan);
          }
          expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
