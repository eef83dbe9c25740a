import type { Config } from '../../config/load';
import type { Bus } from '../bus/bus';
import { createBus } from '../bus/create';
import { Outage } from '../bus/outage';
import type { Log } from '../log';
import { createQueue } from '../queue/create';
import type { WorkQueue } from '../queue/queue';
import type { Store } from '../store/store';
import { LoneLeases } from './alone';
import type { Leases } from './lease';
import { SharedLeases } from './leases';
import { Life } from './life';

/** What a node shares with the others, if there are others. */
export interface Cluster {
  readonly bus: Bus;
  readonly queue: WorkQueue;
  readonly leases: Leases;
  /** How it stands with Redis; undefined where none is used. */
  redis(): RedisState | undefined;
}

export interface RedisState {
  readonly isConnected: boolean;
  /** What an operator should mend, as a sentence. */
  readonly problem: string | undefined;
}

export interface ClusterOptions {
  readonly config: Pick<Config, 'redisUrl'>;
  readonly masterKey: string;
  readonly nodeId: string;
  readonly store: Store;
  readonly log: Log;
}

/** Wires what the settings ask for; nothing runs yet. */
export function createCluster({ config, masterKey, nodeId, store, log }: ClusterOptions): Cluster {
  const { redisUrl } = config;
  const outage = new Outage(log);
  const bus = createBus({ redisUrl, masterKey, nodeId, outage, log });
  const queue = createQueue({ redisUrl, masterKey, outage, log });
  return {
    ...{ bus, queue, leases: createLeases({ store, bus, log }) },
    redis() {
      if (redisUrl === undefined) return undefined;
      return { isConnected: bus.isConnected && queue.isConnected, problem: queue.problem };
    },
  };
}

export interface LeasesOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly log: Log;
}

/** The leases of this node among the others, if its database can have others. */
export function createLeases({ store, bus, log }: LeasesOptions): Leases {
  if (store.kind === 'sqlite') return new LoneLeases(log);
  return new SharedLeases({ store, bus, log, life: new Life({ store, log }) });
}
