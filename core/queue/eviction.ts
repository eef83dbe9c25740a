import type { Redis } from 'ioredis';

const POLICY = /^maxmemory_policy:(\S+)/m;

/** What is wrong with how a Redis makes room when it is full, as a sentence; nothing where that cannot be asked. */
export async function evictionProblem(client: Redis): Promise<string | undefined> {
  // Redis documentation, INFO: unlike CONFIG, hosted servers allow it.
  const policy = POLICY.exec(await client.info('memory'))?.[1];
  if (policy === undefined || policy === 'noeviction') return undefined;
  return `Redis has maxmemory-policy ${policy} and may drop hints in silence; set it to noeviction`;
}
