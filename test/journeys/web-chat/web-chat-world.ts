import { SignJWT } from 'jose';
import webChat from '../../../adapters/web-chat/index';
import type { ChannelDefinition } from '../../../plugins/contract/index';
import type { Answer, Api } from '../../support/api';
import { openSqlite, type TestDatabase } from '../../support/databases';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';
import { Visitor } from './visitor';

/** The site that embeds the chat. */
export const SITE = 'https://shop.example';
export const SECRET = 'a secret that only the shop knows';

/** A business with a web chat: team "sales" with agents ann and bob. */
export interface WebShop {
  readonly api: Api;
  readonly accountId: string;
  /** Somebody opens a page of the site. */
  visitor(options?: { readonly origin?: string; readonly address?: string }): Visitor;
  /** What the site's server says of a signed-in user. */
  vouch(claims: Readonly<Record<string, unknown>>, secret?: string): Promise<string>;
  chatsOf(profileId: string): Promise<Body[]>;
  answer(chatId: string, data: string, agent?: string): Promise<Body>;
  /** Changes settings of the account. */
  set(settings: Readonly<Record<string, unknown>>): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by asserting on it
export type Body = any;

export interface WebStage {
  readonly gateway: TestGateway;
  shop(settings?: Readonly<Record<string, unknown>>): Promise<WebShop>;
}

/** Declares tests for one gateway; every stream that a test opened goes with it. */
export function onWebGateway(
  name: string,
  tests: (stage: WebStage) => void,
  more: {
    readonly open?: () => Promise<TestDatabase>;
    readonly definitions?: readonly ChannelDefinition[];
    readonly settings?: Readonly<Record<string, string>>;
  } = {},
): void {
  describe(name, () => {
    let running: { gateway: TestGateway; database: TestDatabase } | undefined;
    const visitors: Visitor[] = [];
    beforeAll(async () => {
      const database = await (more.open ?? openSqlite)();
      const { definitions = [], settings } = more;
      const options = { database, definitions: [webChat as ChannelDefinition, ...definitions] };
      running = { database, gateway: await startGateway({ ...options, ...(settings && { settings }) }) };
    });
    afterEach(() => {
      for (const visitor of visitors.splice(0)) visitor.leave();
    });
    afterAll(async () => {
      await running?.gateway.stop();
      await running?.database.drop();
    });
    const gateway = () => {
      if (!running) throw new Error('the gateway is not started yet; use it inside of a test');
      return running.gateway;
    };
    tests({
      get gateway() {
        return gateway();
      },
      shop: (settings) => openWebShop(gateway(), settings, visitors),
    });
  });
}

/** Opens such a business on a gateway that runs. */
export async function openWebShop(
  gateway: Pick<TestGateway, 'partner' | 'origin'>,
  settings: Readonly<Record<string, unknown>> = {},
  visitors: Visitor[] = [],
): Promise<WebShop> {
  const api = await aSpace(gateway);
  for (const id of ['ann', 'bob'])
    await must(api.post('/chat/config/agents', { id, name: id, email: `${id}@shop.example` }));
  const members = [{ username: 'ann' }, { username: 'bob' }];
  await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members }));
  const whole = { allowedOrigins: [SITE], ...settings };
  const wish = { kind: 'webChat', name: 'Site', teamId: 'sales', settings: whole };
  const accountId: string = (await must(api.post('/channels', wish))).body.id;
  return {
    ...{ api, accountId },
    visitor(options = {}) {
      const visitor = new Visitor({
        base: `${gateway.origin}/web-chat/${accountId}`,
        origin: SITE,
        ...options,
      });
      visitors.push(visitor);
      return visitor;
    },
    vouch: (claims, secret = SECRET) =>
      new SignJWT({ aud: accountId, exp: Math.floor(Date.now() / 1000) + 300, ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret)),
    async chatsOf(profileId) {
      const query = `scope=profile&includeClosed=true&profileId=${encodeURIComponent(profileId)}`;
      return (await must(api.get(`/chats?${query}`))).body;
    },
    async answer(chatId, data, agent = 'ann') {
      const parts = [{ type: 'text/plain', data }];
      return (await must(api.post(`/chats/${chatId}/messages`, { from: { profileId: agent }, parts }))).body;
    },
    async set(changed) {
      await must(api.put(`/channels/${accountId}`, { settings: { ...whole, ...changed } }));
    },
  };
}

export async function must(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** The texts in a list of messages. */
export function textsOf(messages: readonly Body[]): string[] {
  return messages.map((message) => message.parts[0]?.data);
}
