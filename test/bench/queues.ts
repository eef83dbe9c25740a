import type { Api } from '../support/api';
import { readStream } from '../support/event-stream';
import type { SpawnedGateway } from '../support/spawn-gateway';
import { aSpace } from '../support/start-gateway';
import { until } from '../support/until';

export const TEAMS = 20;
const AGENTS_EACH = 10;
const CALLS_AT_ONCE = 16;

/** A business with teams in whose queues chats wait, and what its event stream tells of them. */
export interface Queues {
  readonly api: Api;
  readonly agents: readonly string[];
  /** Says how the teams hand out; `manual` leaves everything where it is. */
  rules(strategy: 'leastBusy' | 'manual'): Promise<void>;
  /** When this agent was given a chat since they were asked for last. */
  givenTo(agent: string): Promise<number>;
  /** Resolves once so many chats were given to somebody; gives when the last one was. */
  given(count: number): Promise<number>;
  close(): void;
}

/** Opens it with so many waiting chats and with agents who can have so many at once, all of them offline. */
export async function openQueues(
  gateway: SpawnedGateway,
  { chats, capacity }: { readonly chats: number; readonly capacity: number },
): Promise<Queues> {
  const api = await aSpace(gateway);
  const names = Array.from({ length: TEAMS * AGENTS_EACH }, (_, n) => `agent-${n}`);
  const agent = (id: string) => ({ id, name: id, email: `${id}@shop.example`, capacity });
  await eachOf(names, (id) => must(api.post('/chat/config/agents', agent(id))));
  const teams = Array.from({ length: TEAMS }, (_, n) => `team-${n}`);
  await eachOf(teams, (id, n) => {
    const members = names.slice(n * AGENTS_EACH, (n + 1) * AGENTS_EACH).map((username) => ({ username }));
    return must(api.post('/chat/config/teams', { id, name: id, members, autoAssign: {} }));
  });
  await eachOf(Array.from({ length: chats }), (_, n) => {
    const participants = [{ id: `customer-${n}`, role: 'participant' }];
    const wish = { name: 'chat', teamId: teams[n % TEAMS], channelId: 'sms', participants };
    return must(api.post('/chats', wish));
  });
  return queuesOf(api, { names, teams });
}

async function queuesOf(
  api: Api,
  { names, teams }: { readonly names: readonly string[]; readonly teams: readonly string[] },
): Promise<Queues> {
  const lastOf = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  let count = 0;
  let last = 0;
  const stream = await readStream(api, '/events/stream?names=chat.assigned', {
    hear({ data }) {
      last = performance.now();
      count += 1;
      const { agentId } = data.payload;
      const resolve = waiting.get(agentId);
      waiting.delete(agentId);
      if (resolve) resolve(last);
      else lastOf.set(agentId, last);
    },
  });
  return {
    ...{ api, agents: names },
    rules: (strategy) =>
      eachOf(teams, (id) =>
        must(api.put(`/chat/config/teams/${id}`, { name: id, autoAssign: { strategy } })),
      ),
    async givenTo(agent) {
      const known = lastOf.get(agent);
      lastOf.delete(agent);
      return known ?? new Promise<number>((resolve) => waiting.set(agent, resolve));
    },
    async given(wanted) {
      await until(() => count >= wanted, { patienceMs: 300_000 });
      return last;
    },
    close: () => stream.stop(),
  };
}

/** Does it for each, some of them at once. */
export async function eachOf<T>(all: readonly T[], act: (one: T, index: number) => Promise<unknown>) {
  const entries = all.entries();
  const worker = async () => {
    for (const [index, one] of entries) await act(one, index);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
}

/** The answer's body; throws for anything but a success. */
export async function must(call: ReturnType<Api['post']>) {
  const { status, body } = await call;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
