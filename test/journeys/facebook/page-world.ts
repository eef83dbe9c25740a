import facebook from '../../../adapters/facebook/index';
import { type FacebookSimulator, startFacebookSimulator } from '../../../adapters/facebook/simulator';
import type { SimulatedPage } from '../../../adapters/facebook/simulator/world';
import sms from '../../../adapters/sms/index';
import type { Answer, Api } from '../../support/api';
import type { TestDatabase } from '../../support/databases';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';
import { until } from '../../support/until';

type Body = Answer['body'];

/** A business of its own with a page, team "sales" and its agent ann. */
export interface PageShop {
  readonly api: Api;
  readonly pageId: string;
  readonly accountId: string;
  readonly webhookUrl: string;
  /** A customer writes, and their chat is given. */
  chatFrom(from: string, text?: string): Promise<Body>;
  chatsOf(address: string): Promise<Body[]>;
  /** Ann answers; resolves with the answer of the API. */
  answer(chatId: string, data: string, more?: object): Promise<Answer>;
  message(chatId: string, id: string): Promise<Body>;
  messageOnce(chatId: string, id: string, status: string): Promise<Body>;
  messages(chatId: string): Promise<Body[]>;
  /** The texts of a chat with who said them, oldest first. */
  said(chatId: string): Promise<string[]>;
  log(...names: readonly string[]): Promise<Body[]>;
  account(): Promise<Body>;
}

/** A gateway and a Meta on one clock. */
export interface PageWorld {
  readonly gateway: TestGateway;
  readonly meta: FacebookSimulator;
  readonly database: TestDatabase;
  /** Moves both clocks on. */
  advance(ms: number): void;
  shop(options?: ShopOptions): Promise<PageShop>;
  /** Ends the gateway and starts another one at the same address, on the same database. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ShopOptions {
  readonly pageId?: string;
  readonly settings?: object;
  /** Meta's callback is the address of all pages. */
  readonly isShared?: boolean;
}

export interface WorldOptions {
  readonly pages?: readonly SimulatedPage[];
}

export async function startPageWorld(database: TestDatabase, options: WorldOptions = {}): Promise<PageWorld> {
  let ahead = 0;
  const meta = await startFacebookSimulator({
    now: () => new Date(Date.now() + ahead),
    ...(options.pages && { pages: options.pages }),
  });
  const start = (port = '0') =>
    startGateway({
      database,
      definitions: [facebook, sms],
      settings: { PARLEY_FACEBOOK_API_URL: meta.apiUrl, PORT: port },
    });
  let gateway = await start();
  return {
    get gateway() {
      return gateway;
    },
    ...{ meta, database },
    advance(ms) {
      ahead += ms;
      gateway.advance(ms);
    },
    shop: (more) => openShop(gateway, meta, more),
    async restart() {
      const { port } = new URL(gateway.origin);
      await gateway.stop();
      gateway = await start(port);
      gateway.advance(ahead);
    },
    async stop() {
      await gateway.stop();
      await meta.stop();
      await database.drop();
    },
  };
}

async function openShop(
  gateway: TestGateway,
  meta: FacebookSimulator,
  { pageId = meta.pages[0]?.pageId ?? '', settings = {}, isShared = false }: ShopOptions = {},
): Promise<PageShop> {
  const api = await aSpace(gateway);
  await must(api.post('/chat/config/agents', { id: 'ann', name: 'Ann', email: 'ann@shop.example' }));
  await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [{ username: 'ann' }] }));
  const config = { ...meta.configOf(pageId), ...settings };
  const page = { kind: 'fbMessenger', name: 'Our page', teamId: 'sales', settings: config };
  const { body: account } = await must(api.post('/channels', page));
  const webhookUrl = isShared ? `${gateway.origin}/channels/facebook/webhook` : account.webhookUrl;
  meta.route(pageId, webhookUrl);
  const chatsOf = async (address: string): Promise<Body[]> => {
    const { body } = await api.get('/chats?includeClosed=true');
    return body.filter((chat: Body) => chat.route?.address === address);
  };
  const message = async (chatId: string, id: string) =>
    (await api.get(`/chats/${chatId}/messages/${id}`)).body;
  const messages = async (chatId: string): Promise<Body[]> =>
    (await api.get(`/chats/${chatId}/messages?limit=100`)).body.messages;
  return {
    ...{ api, pageId, accountId: account.id, webhookUrl, chatsOf, message, messages },
    async chatFrom(from, text = 'hello') {
      const { status } = await meta.receive({ from, pageId, text });
      if (status !== 200) throw new Error(`the webhook answered ${status}`);
      return (await chatsOf(from))[0];
    },
    answer: (chatId, data, more = {}) =>
      api.post(`/chats/${chatId}/messages`, {
        from: { profileId: 'ann' },
        parts: [{ type: 'text/plain', data }],
        ...more,
      }),
    messageOnce: (chatId, id, status) =>
      until(async () => {
        const found = await message(chatId, id);
        expect(found.status).toBe(status);
        return found;
      }),
    said: async (chatId) =>
      (await messages(chatId)).map(({ context, parts }) => `${context.from.id}: ${parts[0].data}`),
    async log(...names) {
      const filter = names.length > 0 ? `&names=${names.join(',')}` : '';
      return (await api.get(`/events?after=0&limit=1000${filter}`)).body.events;
    },
    account: async () => (await api.get(`/channels/${account.id}`)).body,
  };
}

export async function must(call: Promise<Answer>): Promise<Answer> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

let people = 0;

/** The page-scoped id of somebody new. */
export function aPerson(): string {
  people += 1;
  return `71${String(people).padStart(14, '0')}`;
}
