import type { Response } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../model/problem';

/** Counts one request of a token; a 429 when it had its share. Tokens do not share with each other. */
export type Limit = (tokenId: string, response: Response) => Promise<void>;

const WINDOW_S = 60;

export function createLimit(requestsPerMinute: number): Limit {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_S });
  return async (tokenId, response) => {
    try {
      tell(response, requestsPerMinute, await limiter.consume(tokenId));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      tell(response, requestsPerMinute, refusal);
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      response.setHeader('retry-after', String(seconds));
      throw new Problem(
        'too-many-requests',
        `at most ${requestsPerMinute} requests a minute; wait ${seconds} s`,
      );
    }
  };
}

function tell(response: Response, most: number, state: RateLimiterRes): void {
  response.setHeader('x-ratelimit-limit', String(most));
  response.setHeader('x-ratelimit-remaining', String(Math.max(0, state.remainingPoints)));
  response.setHeader('x-ratelimit-reset', String(Math.ceil((Date.now() + state.msBeforeNext) / 1000)));
}
