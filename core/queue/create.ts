import { whenUsed } from '../../plugins/helpers/when-used';
import { namespaceOf } from '../bus/namespace';
import type { Outage } from '../bus/outage';
import type { Log } from '../log';
import { InProcessQueue } from './in-process-queue';
import type { WorkQueue } from './queue';

const onRedis = whenUsed<typeof import('./redis-queue')>(() => require('./redis-queue'));

export interface CreateQueueOptions {
  /** Undefined: this node's hints are its own. */
  readonly redisUrl: string | undefined;
  readonly masterKey: string;
  readonly outage: Outage;
  readonly log: Log;
}

/** The work queue that the settings ask for. */
export function createQueue({ redisUrl, masterKey, outage, log }: CreateQueueOptions): WorkQueue {
  if (redisUrl === undefined) return new InProcessQueue(log);
  const { RedisQueue } = onRedis();
  return new RedisQueue({ url: redisUrl, namespace: namespaceOf(masterKey, redisUrl), outage, log });
}
