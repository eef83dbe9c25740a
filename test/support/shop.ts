import sms from '../../adapters/sms/index';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import type { Answer, Api } from './api';
import { onEachDatabase, openSqlite, type TestDatabase } from './databases';
import { FAKE_SECRET, type FakeChannel } from './fake-channel';
import { connectShop, type TwilioSimulator } from './sms-world';
import { aSpace, startGateway, type TestGateway } from './start-gateway';
import { until } from './until';

/** Whatever an answer says; a test asserts on it. */
export type Body = Answer['body'];

/** A business of its own (an API space) with teams sales (ann, bob) and support (cid), and an SMS number of sales. */
export interface Shop {
  readonly api: Api;
  readonly number: string;
  readonly accountId: string;
  /** A customer writes a text to the number. */
  text(from: string, body: string, more?: Partial<Received>): ReturnType<TwilioSimulator['receive']>;
  /** A customer writes, and their chat is given. */
  chatFrom(from: string, body?: string): Promise<Body>;
  /** Ann, or whoever is named, answers in a chat. */
  answer(chatId: string, data: string, agent?: string): Promise<Answer>;
  /** What Twilio took for this customer, oldest first. */
  sentTo(customer: string): ReturnType<TwilioSimulator['sent']>;
  /** The events inside a chat, from its first. */
  events(chatId: string): Promise<Body[]>;
  /** The texts of a chat, in both directions, oldest first. */
  said(chatId: string): Promise<string[]>;
  /** Every chat of an address, the newest first. */
  chatsOf(address: string): Promise<Body[]>;
  /** A message with its attempts and receipts. */
  message(chatId: string, id: string): Promise<Body>;
  /** Resolves with a message once it has this status. */
  messageOnce(chatId: string, id: string, status: string): Promise<Body>;
  /** The log from its start; of these names only, where some are given. */
  log(...names: readonly string[]): Promise<Body[]>;
  /** Resolves with the events of this name, once there are this many (1). */
  logged(name: string, count?: number): Promise<Body[]>;
  /** Connects an account of a fake channel. */
  connect(fake: FakeChannel, more?: { readonly name?: string; readonly teamId?: string }): Promise<Connected>;
}

type Received = Parameters<TwilioSimulator['receive']>[0];

export interface Connected {
  readonly accountId: string;
  readonly webhookUrl: string;
}

/** One gateway on one database, with a simulated Twilio; tests share it and each has a shop of its own. */
export interface Stage {
  readonly gateway: TestGateway;
  readonly sim: TwilioSimulator;
  readonly database: TestDatabase;
  shop(): Promise<Shop>;
}

export interface StageOptions {
  /** Channels beside SMS; as new after each test. */
  readonly fakes?: readonly FakeChannel[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly simulator?: Parameters<typeof startTwilioSimulator>[0];
}

/** Declares the same tests for a gateway on each database, started once for all of them. */
export function onEachGateway(name: string, tests: (stage: Stage) => void, options: StageOptions = {}): void {
  onEachDatabase(name, (open) => tests(stageOn(open, options)));
}

/** Declares tests that the database means nothing to, such as long waits: on SQLite only. */
export function onOneGateway(name: string, tests: (stage: Stage) => void, options: StageOptions = {}): void {
  describe(name, () => tests(stageOn(openSqlite, options)));
}

function stageOn(open: () => Promise<TestDatabase>, options: StageOptions): Stage {
  let running: Omit<Stage, 'shop'> | undefined;
  const current = () => {
    if (!running) throw new Error('the gateway is not started yet; use it inside of a test');
    return running;
  };
  beforeAll(async () => {
    running = await start(await open(), options);
  });
  afterEach(async () => {
    if (!running) return; // it did not start, and said why
    const { sim } = running;
    sim.autoCallbacks(options.simulator?.autoCallbacks ?? true);
    sim.release();
    await sim.clear();
    for (const fake of options.fakes ?? []) fake.reset();
  });
  afterAll(async () => {
    if (!running) return;
    const { gateway, sim, database } = running;
    await gateway.stop();
    await sim.stop();
    await database.drop();
  });
  return {
    get gateway() {
      return current().gateway;
    },
    get sim() {
      return current().sim;
    },
    get database() {
      return current().database;
    },
    shop: () => openShop(current().gateway, current().sim),
  };
}

async function start(database: TestDatabase, options: StageOptions): Promise<Omit<Stage, 'shop'>> {
  const sim = await startTwilioSimulator(options.simulator);
  const settings = { PARLEY_TWILIO_API_URL: sim.apiUrl, ...options.settings };
  const definitions = [sms, ...(options.fakes ?? []).map((fake) => fake.definition)];
  try {
    return { gateway: await startGateway({ database, definitions, settings }), sim, database };
  } catch (error) {
    await sim.stop();
    throw error;
  }
}

/** Opens a shop on a gateway that runs. The simulated number is this shop's until the next one opens. */
export async function openShop(
  gateway: Pick<TestGateway, 'partner' | 'origin'>,
  sim: TwilioSimulator,
  adapter?: string,
): Promise<Shop> {
  const api = await aSpace(gateway);
  const { number, accountId } = await connectShop(api, sim, adapter);
  // On PostgreSQL events have their numbers a moment later: who follows the log from now on shall not hear of these.
  await until(async () => (await logOf(api, ['channel.create'])).length > 0);
  const message = async (chatId: string, id: string) =>
    (await api.get(`/chats/${chatId}/messages/${id}`)).body;
  const chatsOf = async (address: string) => {
    const { body } = await api.get('/chats?includeClosed=true&includeDeleted=true');
    return body.filter((chat: Body) => chat.route?.address === address);
  };
  const events = async (chatId: string): Promise<Body[]> =>
    (await api.get(`/chats/${chatId}/events?from=1&limit=1000`)).body;
  return {
    ...{ api, number, accountId, message, chatsOf, events },
    said: async (chatId) => {
      const said = (await events(chatId)).filter(({ data }) => data.name === 'chatMessage.sent');
      return said.map(({ data }) => data.payload.parts[0]?.data);
    },
    text: (from, body, more) => sim.receive({ from, to: number, body, ...more }),
    async chatFrom(from, body = 'hello') {
      const { status } = await sim.receive({ from, to: number, body });
      if (status !== 200) throw new Error(`the webhook answered ${status}`);
      return (await chatsOf(from))[0];
    },
    answer: (chatId, data, agent = 'ann') => api.post(`/chats/${chatId}/messages`, says(data, agent)),
    sentTo: (customer) => sim.sent().filter((sent) => sent.to === customer),
    messageOnce: (chatId, id, status) =>
      until(async () => {
        const found = await message(chatId, id);
        expect(found.status).toBe(status);
        return found;
      }),
    log: (...names) => logOf(api, names),
    logged: (name, count = 1) =>
      until(async () => {
        const events = await logOf(api, [name]);
        return events.length >= count ? events : undefined;
      }),
    connect: (fake, more = {}) => connect(api, fake, more),
  };
}

/** A text as the API takes it. */
export function says(data: string, profileId = 'ann') {
  return { from: { profileId }, parts: [{ type: 'text/plain', data }] };
}

let customers = 0;

/** The mobile number of somebody new; Ofcom keeps these for drama. */
export function aCustomer(): string {
  customers += 1;
  return `+4479009${String(customers).padStart(5, '0')}`;
}

async function logOf(api: Api, names: readonly string[]): Promise<Body[]> {
  const events: Body[] = [];
  for (let after = 0; ; ) {
    const filter = names.length > 0 ? `&names=${names.join(',')}` : '';
    const { body } = await api.get(`/events?after=${after}&limit=1000${filter}`);
    events.push(...body.events);
    if (body.events.length < 1000) return events;
    after = body.events.at(-1).seq;
  }
}

async function connect(
  api: Api,
  fake: FakeChannel,
  { name = 'desk', teamId = 'sales' }: { readonly name?: string; readonly teamId?: string },
): Promise<Connected> {
  const kind = fake.definition.channel;
  const settings = { name, secret: FAKE_SECRET };
  const adapter = fake.definition.id;
  const { status, body } = await api.post('/channels', { kind, adapter, name, teamId, settings });
  if (status !== 201) throw new Error(`not connected: ${status} ${JSON.stringify(body)}`);
  return { accountId: body.id, webhookUrl: body.webhookUrl };
}
