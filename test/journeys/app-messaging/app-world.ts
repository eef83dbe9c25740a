import appMessaging from '../../../adapters/app-messaging/index';
import type { Api } from '../../support/api';
import { onEachDatabase, type TestDatabase } from '../../support/databases';
import { aSpace, startGateway, type TestGateway } from '../../support/start-gateway';
import { type Device, type InstallOptions, installApp, networkOf } from './sdk';
import { SETTINGS } from './settings';

/** A business with an app: team "sales" with agents ann and bob, and an App Messaging account of theirs. */
export interface AppShop {
  readonly api: Api;
  readonly spaceId: string;
  readonly accountId: string;
  /** Somebody installs the app. */
  install(profileId: string, options?: InstallOptions): Promise<Device>;
  /** The chats of a customer, the newest first. */
  chatsOf(profileId: string): Promise<Body[]>;
  /** Ann, or whoever is named, answers in a chat. */
  answer(chatId: string, data: string, agent?: string): ReturnType<Api['post']>;
  /** A call with a session's own token, past the SDK. */
  as(device: Device): Api;
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by asserting on it
type Body = any;

export interface AppStage {
  readonly gateway: TestGateway;
  readonly database: TestDatabase;
  shop(settings?: Readonly<Record<string, unknown>>): Promise<AppShop>;
}

/** Declares the same tests for a gateway on each database; every app that a test installed goes with it. */
export function onEachAppGateway(name: string, tests: (stage: AppStage) => void): void {
  onEachDatabase(name, (open) => {
    let running: { gateway: TestGateway; database: TestDatabase } | undefined;
    const devices: Device[] = [];
    const current = () => {
      if (!running) throw new Error('the gateway is not started yet; use it inside of a test');
      return running;
    };
    beforeAll(async () => {
      const database = await open();
      running = { database, gateway: await startGateway({ database, definitions: [appMessaging] }) };
    });
    afterEach(async () => {
      for (const device of devices.splice(0)) await device.leave();
    });
    afterAll(async () => {
      await running?.gateway.stop();
      await running?.database.drop();
    });
    tests({
      get gateway() {
        return current().gateway;
      },
      get database() {
        return current().database;
      },
      shop: (settings) => openAppShop(current().gateway, settings, devices),
    });
  });
}

/** Opens such a business on a gateway that runs. */
export async function openAppShop(
  gateway: Pick<TestGateway, 'partner' | 'origin'>,
  settings: Readonly<Record<string, unknown>> = {},
  devices: Device[] = [],
): Promise<AppShop> {
  const api = await aSpace(gateway);
  const spaceId = api.base.slice('/apispaces/'.length);
  for (const id of ['ann', 'bob'])
    await must(api.post('/chat/config/agents', { id, name: id, email: `${id}@shop.example` }));
  const members = [{ username: 'ann' }, { username: 'bob' }];
  await must(api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members }));
  const wish = { kind: 'appMessaging', name: 'App', teamId: 'sales', settings: { ...SETTINGS, ...settings } };
  const { body } = await must(api.post('/channels', wish));
  return {
    ...{ api, spaceId, accountId: body.id },
    async install(profileId, options) {
      const device = await installApp({ origin: gateway.origin, spaceId }, profileId, options);
      devices.push(device);
      return device;
    },
    async chatsOf(profileId) {
      const query = `scope=profile&includeClosed=true&profileId=${encodeURIComponent(profileId)}`;
      return (await must(api.get(`/chats?${query}`))).body;
    },
    answer: (chatId, data, agent = 'ann') =>
      api.post(`/chats/${chatId}/messages`, {
        from: { profileId: agent },
        parts: [{ type: 'text/plain', data }],
      }),
    as: (device) => api.as(tokenOf(device)),
  };
}

export async function must(call: ReturnType<Api['post']>): ReturnType<Api['post']> {
  const answer = await call;
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

/** The token of a device's session, from where the SDK keeps it. */
export function tokenOf(device: Device): string {
  return networkOf(device.sdk)._sessionManager.sessionInfo.token;
}
