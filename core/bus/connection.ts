import { Redis, type RedisOptions } from 'ioredis';
import type { Outage } from './outage';

export interface ConnectionOptions {
  readonly url: string;
  /** What it is for, such as `bus publisher`: shown in the log and in Redis's list of clients. */
  readonly name: string;
  readonly outage: Outage;
  readonly more?: RedisOptions;
}

const PING_EVERY_MS = 2_000;
const LONGEST_RETRY_MS = 3_000;

/**
 * A connection to Redis that comes back by itself for ever, and on which nothing waits: while Redis is away each command
 * fails at once, and while it is frozen after two seconds. `connect()` starts it.
 */
export function connectionTo({ url, name, outage, more }: ConnectionOptions): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    connectionName: `parley ${name}`.replaceAll(' ', '-'),
    connectTimeout: 3_000,
    commandTimeout: 2_000,
    disconnectTimeout: 500,
    keepAlive: 10_000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 10), LONGEST_RETRY_MS),
    // After a failover the old master still answers, but only to readers.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...more,
  });
  let lastError: unknown;
  client.on('error', (error: unknown) => {
    lastError = error;
  });
  // Not on `close`: that comes also when we hang up.
  client.on('reconnecting', () => outage.lost(name, lastError ?? 'the connection was closed'));
  client.on('ready', () => outage.back(name));
  client.on('end', () => outage.forget(name));
  return client;
}

/** Connects and goes on trying; the connection says by its status whether it works. */
export function keepConnected(client: Redis): void {
  client.connect().catch(() => undefined); // its `error` event says it too
}

/** Asks from time to time whether the other side is still there, and connects anew where it does not answer. Gives a function that ends it. */
export function keepAsking(client: Redis): () => void {
  const timer = setInterval(() => {
    if (client.status !== 'ready') return;
    client.ping().catch((error: unknown) => {
      if (String(error).includes('timed out')) client.disconnect(true);
    });
  }, PING_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

const FAREWELL_MS = 500;

/** Lets what was sent arrive, if it can within half a second, and closes the connection for good. */
export async function hangUp(client: Redis): Promise<void> {
  if (client.status === 'ready') {
    const bye = client.quit().catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, FAREWELL_MS);
    });
    await Promise.race([bye, late]);
    clearTimeout(timer);
  }
  client.disconnect();
}
