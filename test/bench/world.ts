import type { Api } from '../support/api';
import type { TestDatabase } from '../support/databases';
import { freePort } from '../support/servers';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { aSpace } from '../support/start-gateway';
import type { Bench } from './bench';
import { type Books, openBooks } from './books';
import { startHelper } from './helper';
import type { Requests, Senders } from './load/job';
import { profilerSettings } from './profiler';
import type { SimulatorAnswer, SimulatorQuestion } from './simulator-process';

export const AGENT = 'ann';
/** Where Twilio believes the gateway to be, as behind a load balancer: this is what it signs. */
const PUBLIC_URL = 'https://gateway.example';

/** A gateway in its own process with one SMS number, the simulated Twilio behind it, and its books. */
export interface World {
  readonly database: TestDatabase;
  readonly gateway: SpawnedGateway;
  /** Further nodes on the same database. */
  readonly others: readonly SpawnedGateway[];
  readonly pid: number;
  readonly api: Api;
  readonly accountId: string;
  readonly books: Books;
  readonly simulator: ReturnType<typeof startHelper<SimulatorQuestion, SimulatorAnswer>>;
  /** Signed webhooks from these customers. */
  webhooks(senders: Senders): Requests;
  /** The gateway starts again, on the same database and port; the rest goes on as it was. */
  restart(between?: () => Promise<void>): Promise<World>;
}

export interface WorldOptions {
  /** Of the gateway, by the names of their environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** More than one needs PostgreSQL. */
  readonly nodes?: number;
}

/** Starts it on a new database. */
export async function startWorld(bench: Bench, options: WorldOptions = {}): Promise<World> {
  const { belongings } = bench;
  const simulator = startHelper<SimulatorQuestion, SimulatorAnswer>('simulator-process.ts');
  belongings.keep(() => simulator.stop());
  const { apiUrl, settings } = await simulator.ask('start');
  const database = await bench.openDatabase();
  const all = { PARLEY_TWILIO_API_URL: apiUrl, PUBLIC_URL, ...options.settings };
  const start = startOf(bench, database, all, await freePort());
  const gateway = await start();
  const others: SpawnedGateway[] = [];
  while (others.length + 1 < (options.nodes ?? 1))
    others.push(await startOf(bench, database, all, await freePort())());
  const api = await aSpace(gateway);
  const accountId = await connect(api, settings);
  const books = await openBooks(database);
  belongings.keep(() => books.close());
  return worldOf({ bench, database, simulator, settings, api, accountId, books, start, others }, gateway);
}

type Start = () => Promise<SpawnedGateway>;

function startOf(
  bench: Bench,
  database: TestDatabase,
  settings: Readonly<Record<string, string>>,
  port: number,
): Start {
  return async () => {
    const gateway = await spawnGateway({
      ...{ database, port },
      settings: { ...settings, ...profilerSettings(bench.options.profileDir) },
    });
    bench.belongings.keep(() => gateway.kill('SIGTERM'));
    return gateway;
  };
}

async function connect(api: Api, settings: SimulatorAnswer['settings']): Promise<string> {
  const agent = { id: AGENT, name: 'Ann', email: 'ann@shop.example' };
  const team = { id: 'sales', name: 'Sales', members: [{ username: AGENT }] };
  const account = { kind: 'sms', name: 'Main number', teamId: 'sales', settings };
  await must(api, '/chat/config/agents', agent);
  await must(api, '/chat/config/teams', team);
  return (await must(api, '/channels', account)).id;
}

/** Posts to the API, and throws unless it was taken. */
export async function must(api: Api, path: string, body: unknown): Promise<{ id: string }> {
  const answer = await api.post(path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

interface Parts {
  readonly bench: Bench;
  readonly database: TestDatabase;
  readonly simulator: World['simulator'];
  readonly settings: SimulatorAnswer['settings'];
  readonly api: Api;
  readonly accountId: string;
  readonly books: Books;
  readonly start: Start;
  readonly others: readonly SpawnedGateway[];
}

function worldOf(parts: Parts, gateway: SpawnedGateway): World {
  const { database, simulator, settings, api, accountId, books, start, others } = parts;
  const { accountSid, authToken, number = '' } = settings;
  const url = `${PUBLIC_URL}/channels/${accountId}/webhook`;
  return {
    ...{ database, simulator, api, accountId, books, gateway, others },
    pid: gateway.process.pid ?? 0,
    webhooks: (senders) => ({ kind: 'webhooks', url, accountSid, authToken, to: number, senders }),
    async restart(between) {
      await gateway.kill('SIGTERM');
      await between?.();
      return worldOf(parts, await start());
    },
  };
}
