import type { Config } from '../../../config/load';
import { probeRedis } from '../../queue/probe';
import { type Finding, fine, found } from './finding';

const CHECK = 'Redis';

/** Where one is configured: does it answer, and does it keep what it is given? */
export async function examineRedis({
  redisUrl,
  databaseUrl,
}: Pick<Config, 'redisUrl' | 'databaseUrl'>): Promise<Finding[]> {
  if (redisUrl === undefined) {
    if (databaseUrl === undefined) return [];
    return [
      found(CHECK, 'note')(
        'none: nodes find out from the database what others did',
        'REDIS_URL makes several of them quick',
      ),
    ];
  }
  try {
    const problem = await probeRedis(redisUrl);
    return [problem === undefined ? fine(CHECK, 'answers') : found(CHECK, 'warning')(problem)];
  } catch {
    return [
      found(CHECK, 'warning')(
        'it does not answer; everything works, only later',
        'start it, or correct REDIS_URL',
      ),
    ];
  }
}
