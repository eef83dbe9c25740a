import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Nodes, startNodes } from '../support/nodes';
import { type Receiver, startReceiver } from '../support/receiver';
import { type FreezableServer, type StoppableServer, startPostgres, startRedis } from '../support/servers';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';

const NODES = 3;
const SECRET = 'the secret of the cluster receiver';

/** Three gateways on one PostgreSQL and one Redis, each behind proxies of its own, with a Twilio and a receiver of web hooks. */
export interface ThreeNodes extends Nodes {
  readonly postgres: StoppableServer;
  readonly redis: FreezableServer;
  /** Between a node and its database. */
  readonly toPostgres: readonly TcpProxy[];
  /** Between a node and its Redis. */
  readonly toRedis: readonly TcpProxy[];
  readonly receiver: Receiver;
  readonly webhookId: string;
  /** The `seq` after which the receiver is to have everything. */
  readonly since: number;
  /** The nodes that are not to be asked at present. */
  readonly away: Set<number>;
}

/** Starts all of it; every node with these further settings. */
export async function startThreeNodes(settings: Readonly<Record<string, string>> = {}): Promise<ThreeNodes> {
  const postgres = await startPostgres();
  if (!postgres) throw new Error('there is no PostgreSQL to start');
  const redis = await startRedis();
  const receiver = await startReceiver(SECRET);
  const toPostgres = await proxies(Number(new URL(postgres.url).port));
  const toRedis = await proxies(Number(new URL(redis.url).port));
  const dataDir = mkdtempSync(path.join(tmpdir(), 'parley-cluster-'));
  const stopServers = async () => {
    await receiver.stop();
    await Promise.all([...toPostgres, ...toRedis].map((proxy) => proxy.stop()));
    await Promise.all([postgres.stop(), redis.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  };
  const database = { dataDir, databaseUrl: postgres.url, drop: () => Promise.resolve() };
  const nodes = await startNodes(database, NODES, (place) => ({
    DATABASE_URL: `postgresql://postgres@127.0.0.1:${toPostgres[place]?.port}/postgres`,
    REDIS_URL: `redis://127.0.0.1:${toRedis[place]?.port}`,
    PARLEY_ALLOW_PRIVATE_EGRESS: 'true',
    ...settings,
  })).catch(async (error: unknown) => {
    await stopServers();
    throw error;
  });
  nodes.sim.autoCallbacks({ states: ['sent', 'delivered'] });
  const hook = { name: 'books', url: receiver.url, secret: SECRET };
  const { body } = await nodes.post('/webhooks', hook, { key: 'hook' });
  return {
    ...nodes,
    ...{ postgres, redis, toPostgres, toRedis, receiver },
    ...{ webhookId: body.id, since: body.health.seq, away: new Set() },
    async stop() {
      await nodes.stop();
      await stopServers();
    },
  };
}

function proxies(port: number): Promise<TcpProxy[]> {
  return Promise.all(Array.from({ length: NODES }, () => startTcpProxy(port)));
}
