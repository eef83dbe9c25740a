import type { Api } from '../../support/api';
import { aCustomer, type Body, type Shop, type Stage } from '../../support/shop';
import { until } from '../../support/until';

/** A shop whose sales team hands out its chats: ann and bob, who are offline at first. */
export interface TeamShop extends Shop {
  /** Says how an agent is. */
  is(agent: string, status: string): Promise<void>;
  /** Somebody new writes, and their chat is given. */
  arrival(text?: string): Promise<Body>;
  /** Whose a chat is now. */
  ownerOf(chatId: string): Promise<string | undefined>;
  /** Resolves once a chat is this agent's (or nobody's). */
  ownedBy(chatId: string, agent: string | undefined): Promise<void>;
  /** The API as an agent's own page uses it. */
  session(agent: string): Promise<Api>;
  /** Sets how a team hands out its chats. */
  rules(autoAssign: Readonly<Record<string, unknown>> | null, team?: string): Promise<void>;
}

/** Opens it, with these rules for the team sales. */
export async function aTeamShop(
  stage: Pick<Stage, 'shop'>,
  autoAssign: Readonly<Record<string, unknown>> = {},
): Promise<TeamShop> {
  const shop = await stage.shop();
  return workingShop(shop, autoAssign);
}

export async function workingShop(
  shop: Shop,
  autoAssign: Readonly<Record<string, unknown>> = {},
): Promise<TeamShop> {
  const { api } = shop;
  const ownerOf = async (chatId: string) => (await api.get(`/chats/${chatId}`)).body.agentId;
  const team: TeamShop = {
    ...shop,
    async is(agent, status) {
      await must(api.put(`/presence/${agent}`, { status }));
    },
    arrival: (text) => shop.chatFrom(aCustomer(), text),
    ownerOf,
    ownedBy: async (chatId, agent) => {
      await until(async () => {
        expect(await ownerOf(chatId)).toBe(agent);
        return true;
      });
    },
    session: async (agent) =>
      api.as((await must(api.post(`/chat/config/agents/${agent}/sessions`))).body.token),
    async rules(rules, id = 'sales') {
      const { name } = (await api.get(`/chat/config/teams/${id}`)).body;
      await must(api.put(`/chat/config/teams/${id}`, { name, autoAssign: rules }));
    },
  };
  await team.rules(autoAssign);
  return team;
}

/** Sets what an agent can do at once. */
export async function capacity(api: Api, agent: string, chats: number): Promise<void> {
  const { name, email } = (await api.get(`/chat/config/agents/${agent}`)).body;
  await must(api.put(`/chat/config/agents/${agent}`, { name, email, capacity: chats }));
}

export async function must(call: ReturnType<Api['post']>): ReturnType<Api['post']> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
