import sms from '../../adapters/sms/index';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import type { Api } from './api';
import type { TestDatabase } from './databases';
import { aSpace, startGateway, type TestGateway } from './start-gateway';

export type TwilioSimulator = Awaited<ReturnType<typeof startTwilioSimulator>>;

/** A gateway with a shop: team "sales" with agents ann and bob, team "support" with agent cid, and one SMS number of sales. */
export interface SmsWorld {
  readonly gateway: TestGateway;
  readonly api: Api;
  readonly sim: TwilioSimulator;
  readonly number: string;
  readonly accountId: string;
  /** A customer writes a text. */
  text(from: string, body: string): ReturnType<TwilioSimulator['receive']>;
  /** Ann, or whoever is named, answers in a chat. */
  answer(chatId: string, data: string, agent?: string): ReturnType<Api['post']>;
  stop(): Promise<void>;
}

export interface SmsWorldOptions {
  readonly settings?: Readonly<Record<string, string>>;
  readonly simulator?: Parameters<typeof startTwilioSimulator>[0];
}

/** Starts all of it, on a database of its own. */
export async function startSmsWorld(
  database: TestDatabase,
  options: SmsWorldOptions = {},
): Promise<SmsWorld> {
  const sim = await startTwilioSimulator(options.simulator);
  const settings = { PARLEY_TWILIO_API_URL: sim.apiUrl, ...options.settings };
  const gateway = await startGateway({ database, definitions: [sms], settings });
  const api = await aSpace(gateway);
  const { number, accountId } = await connectShop(api, sim);
  return {
    ...{ gateway, api, sim, number, accountId },
    text: (from, body) => sim.receive({ from, to: number, body }),
    answer: (chatId, data, agent = 'ann') =>
      api.post(`/chats/${chatId}/messages`, {
        from: { profileId: agent },
        parts: [{ type: 'text/plain', data }],
      }),
    async stop() {
      await gateway.stop();
      await sim.stop();
      await database.drop();
    },
  };
}

/** Makes the teams, the agents and the SMS account of the shop. */
export async function connectShop(
  api: Api,
  sim: TwilioSimulator,
  adapter = 'twilio',
): Promise<{ number: string; accountId: string }> {
  for (const [id, name] of [
    ['ann', 'Ann'],
    ['bob', 'Bob'],
    ['cid', 'Cid'],
  ])
    await must(api.post('/chat/config/agents', { id, name, email: `${id}@shop.example` }));
  const members = [{ username: 'ann' }, { username: 'bob' }];
  await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members }));
  await must(
    api.post('/chat/config/teams', { id: 'support', name: 'Support', members: [{ username: 'cid' }] }),
  );
  const { body } = await must(
    api.post('/channels', {
      ...{ kind: 'sms', adapter, name: 'Main number', teamId: 'sales', settings: sim.config },
    }),
  );
  const number: string = body.settings.number;
  sim.route(number, body.webhookUrl);
  return { number, accountId: body.id };
}

async function must(call: ReturnType<Api['post']>): ReturnType<Api['post']> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
