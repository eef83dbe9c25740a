import fc from 'fast-check';
import { weightOf } from '../../../core/model/assignment';
import type { Api } from '../../support/api';
import type { Body } from '../../support/shop';
import { aSpace, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';
import { retrace } from './retrace';
import { must } from './team-world';

/** Who may be there. */
export const AGENTS = ['ann', 'bob', 'cid'];
const TEAMS = ['a', 'b'];
/** How much each of them takes. */
export const CAPACITY = 3;
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = { a: { email: 2 }, b: {} };
const RULES: Readonly<Record<string, unknown>> = {
  a: { strategy: 'leastBusy', weights: WEIGHTS['a'], lastAgentFirst: true },
  b: { strategy: 'roundRobin', absent: { chats: 'requeue', afterSeconds: 0 } },
};

const place = fc.nat({ max: 2 });
const team = fc.constantFrom(...TEAMS);
const agent = fc.constantFrom(...AGENTS);
const chat = fc.nat({ max: 11 });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('arrive' as const),
      place,
      team,
      channel: fc.constantFrom('sms', 'email'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('close' as const), place, chat }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('is' as const),
      place,
      agent,
      status: fc.constantFrom('available', 'available', 'away', 'draining'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('transfer' as const), place, chat, team }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('join' as const), place, agent, team }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const), place, agent, team }) },
);
/** Something that somebody does, at one of the nodes. */
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** What is done at once, by several callers at several nodes, before the next begins. */
export const batch = fc.array(step, { minLength: 1, maxLength: 5 });

/** A space with two teams that share some of their agents; all of them are offline. */
export async function aWorld(first: Pick<TestGateway, 'partner' | 'origin'>): Promise<Api> {
  const api = await aSpace(first);
  for (const id of AGENTS)
    await must(
      api.post('/chat/config/agents', { id, name: id, email: `${id}@x.example`, capacity: CAPACITY }),
    );
  for (const id of TEAMS) {
    const members = AGENTS.slice(id === 'a' ? 0 : 1).map((username) => ({ username }));
    await must(api.post('/chat/config/teams', { id, name: id, members, autoAssign: RULES[id] }));
  }
  return api;
}

/** Does it at a node; a refusal is an answer too, a fault is not. `ids` are the chats so far. */
export async function take(node: Api, ids: string[], done: Step): Promise<void> {
  const about = 'chat' in done ? ids[done.chat] : undefined;
  if ('chat' in done && about === undefined) return;
  switch (done.does) {
    case 'arrive': {
      const participants = [{ id: `customer ${ids.length} ${Math.random()}`, role: 'participant' }];
      const wish = { name: 'chat', teamId: done.team, channelId: done.channel, participants };
      ids.push((await must(node.post('/chats', wish))).body.id);
      return;
    }
    case 'close':
      expect([200, 409]).toContain((await node.put(`/chats/${about}/close`, {})).status);
      return;
    case 'transfer':
      expect([200, 409]).toContain((await node.put(`/chats/${about}/assign`, { teamId: done.team })).status);
      return;
    case 'is':
      await must(node.put(`/presence/${done.agent}`, { status: done.status }));
      return;
    case 'join':
      await must(node.put(`/chat/config/teams/${done.team}/members/${done.agent}`));
      return;
    default:
      expect([204, 404]).toContain(
        (await node.delete(`/chat/config/teams/${done.team}/members/${done.agent}`)).status,
      );
  }
}

/** Waits until nobody waits who need not, and the log explains every owner and gives nobody more than they take. */
export async function settle(api: Api, options?: { readonly patienceMs: number }): Promise<void> {
  await until(async () => {
    expect(await neglected(api)).toEqual([]);
    return true;
  }, options);
  const { body: chats } = await api.get('/chats');
  await until(async () => {
    const log: Body[] = (await api.get('/events?limit=1000')).body.events;
    const { owners, faults } = retrace(log, { capacity: CAPACITY, weigh });
    expect(faults).toEqual([]);
    expect(new Map([...owners].map(([id, { teamId, agentId }]) => [id, `${teamId} ${agentId}`]))).toEqual(
      new Map(chats.map((one: Body) => [one.id, `${one.teamId} ${one.agentId}`])),
    );
    return true;
  }, options);
}

function weigh({ teamId, channelId }: { readonly teamId: string; readonly channelId: string }): number {
  return weightOf(WEIGHTS[teamId], channelId);
}

/** The chats that wait although somebody who is there has room for them. */
async function neglected(api: Api): Promise<string[]> {
  const { body: chats } = await api.get('/chats');
  const { body: presence } = await api.get('/presence?status=available');
  const { body: teams } = await api.get('/chat/config/teams');
  const there = new Set(presence.map((one: Body) => one.profileId));
  const roomOf = (id: string) =>
    chats
      .filter((one: Body) => one.agentId === id)
      .reduce((room: number, one: Body) => room - weigh(one), CAPACITY);
  return chats
    .filter((one: Body) => one.agentId === undefined)
    .filter((one: Body) => {
      const { members } = teams.find((other: Body) => other.id === one.teamId);
      return members.some(({ username }: Body) => there.has(username) && roomOf(username) >= weigh(one));
    })
    .map((one: Body) => one.id);
}
