import type { NextFunction, Request, Response } from 'express';
import type { Log } from '../log';
import type { Metrics } from './metrics';

/** Logs and measures each request once it is answered: the route, never the body, never the token. */
export function observe(log: Log, metrics: Metrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const began = performance.now();
    response.once('finish', () => {
      const ms = performance.now() - began;
      const route = request.route as { path?: string } | undefined;
      const path = route?.path ?? 'none';
      metrics.requests.observe(
        { method: request.method, route: path, status: response.statusCode },
        ms / 1000,
      );
      const requestId = response.getHeader('x-request-id');
      const fields = { requestId, method: request.method, path: request.path, status: response.statusCode };
      log.debug({ ...fields, ms: Math.round(ms) }, 'request');
    });
    next();
  };
}
