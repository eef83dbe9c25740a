import { whenUsed } from '../../plugins/helpers/when-used';
import type { Log } from '../log';
import type { Bus } from './bus';
import { createInProcessBus } from './in-process-bus';
import { namespaceOf } from './namespace';
import type { Outage } from './outage';

const onRedis = whenUsed<typeof import('./redis-bus')>(() => require('./redis-bus'));

export interface CreateBusOptions {
  /** Undefined: this node is alone, or the others find out by asking the database. */
  readonly redisUrl: string | undefined;
  readonly masterKey: string;
  readonly nodeId: string;
  readonly outage: Outage;
  readonly log: Log;
}

/** The bus that the settings ask for. */
export function createBus({ redisUrl, masterKey, nodeId, outage, log }: CreateBusOptions): Bus {
  if (redisUrl === undefined) return createInProcessBus({ nodeId, log });
  const { RedisBus } = onRedis();
  return new RedisBus({ url: redisUrl, namespace: namespaceOf(masterKey, redisUrl), nodeId, outage, log });
}
