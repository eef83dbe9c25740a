import path from 'node:path';
import { startTwilioSimulator } from '../../adapters/sms/simulator';
import type { Answer } from './api';
import type { TestDatabase } from './databases';
import { PersistentApi } from './persistent-api';
import { freePort } from './servers';
import { openShop, type Shop } from './shop';
import type { TwilioSimulator } from './sms-world';
import { type SpawnedGateway, spawnGateway } from './spawn-gateway';

/** Gateways in processes of their own, and a Twilio that lives in the test and outlives them. */
export interface Nodes {
  readonly sim: TwilioSimulator;
  readonly shop: Shop;
  /** By their place; a node that was started again is another process at the same port. */
  readonly nodes: readonly SpawnedGateway[];
  kill(place: number, signal: NodeJS.Signals): Promise<void>;
  restart(place: number): Promise<void>;
  /** A customer's message, repeated as a persistent provider does until a node has acknowledged it. */
  deliver(from: string, body: string, place?: number): Promise<void>;
  /** A call of the API at a node, repeated under one key until it is answered. */
  post(url: string, body: unknown, more: { readonly key: string; readonly place?: number }): Promise<Answer>;
  /** A GET, repeated until it is answered. */
  get(url: string, place?: number): Promise<Answer>;
  stop(): Promise<void>;
}

const QUICK_SMS = path.resolve(__dirname, '../cluster/fixtures/quick-sms.cjs');

/** Starts so many nodes on one database, with a shop on them; `settingsOf` gives further settings of each. */
export async function startNodes(
  database: TestDatabase,
  count: number,
  settingsOf: (place: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<Nodes> {
  const sim = await startTwilioSimulator();
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const settings = {
    PARLEY_PLUGINS: QUICK_SMS,
    PARLEY_QUICK_SMS_API_URL: sim.apiUrl,
    PARLEY_TWILIO_API_URL: sim.apiUrl,
    PARLEY_LOG_LEVEL: 'warn',
  };
  const start = (place: number) => {
    const port = ports[place];
    return spawnGateway({
      ...{ database, settings: { ...settings, ...settingsOf(place) } },
      ...(port === undefined ? {} : { port }),
    });
  };
  const nodes: SpawnedGateway[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((one) => one.kill('SIGKILL')));
    await sim.stop();
  };
  const opened = async () => {
    for (const place of ports.keys()) nodes.push(await start(place));
    return openShop(node(0), sim, 'quick-sms');
  };
  const node = (place: number) => {
    const found = nodes[place];
    if (!found) throw new Error(`there is no node ${place}`);
    return found;
  };
  const shop = await opened().catch(async (error: unknown) => {
    await stop(); // or what runs already would keep the tests alive
    throw error;
  });
  const at = (place: number) => PersistentApi.of(shop.api).at(`http://127.0.0.1:${ports[place]}`);
  const webhook = (place: number) => `http://localhost:${ports[place]}/channels/${shop.accountId}/webhook`;
  return {
    ...{ sim, shop, nodes },
    kill: (place, signal) => node(place).kill(signal),
    async restart(place) {
      nodes[place] = await start(place);
    },
    async deliver(from, body, place = 0) {
      let sid: string | undefined;
      for (;;) {
        const reply = await sim.receive({
          from,
          to: shop.number,
          body,
          url: webhook(place),
          ...(sid ? { sid } : {}),
        });
        sid = reply.messageSid;
        if (reply.status === 200) return;
        await pause();
      }
    },
    post: (url, body, { key, place = 0 }) =>
      at(place).post(url, body, { headers: { 'idempotency-key': key } }),
    get: (url, place = 0) => at(place).get(url),
    stop,
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
