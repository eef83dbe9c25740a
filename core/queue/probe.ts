import { Redis } from 'ioredis';
import { evictionProblem } from './eviction';

const PATIENCE_MS = 3_000;

/** Asks a Redis once. Rejects where it does not answer; gives what an operator should mend, if there is something. */
export async function probeRedis(url: string): Promise<string | undefined> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {}); // the call that it ends says it too
  try {
    await client.connect();
    return await evictionProblem(client);
  } finally {
    client.disconnect();
  }
}
