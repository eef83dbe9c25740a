import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Log } from '../log';
import { Problem } from '../model/problem';
import { type ClientMountsOptions, serveClients } from './client-mounts';
import { type DispatchOptions, serveRoutes } from './dispatch';
import { serveDocs } from './docs';
import { type HealthOptions, serveHealth } from './health';
import { type MediaOptions, serveMedia } from './media';
import type { Metrics } from './metrics';
import { observe } from './observe';
import { bodyOf, problemOf, sendProblem } from './problems';
import { serveRatingPage } from './rating/serve';
import { allRoutes } from './routes/all';
import { type SitesOptions, serveSites } from './sites';

export interface AppOptions
  extends DispatchOptions,
    HealthOptions,
    MediaOptions,
    ClientMountsOptions,
    SitesOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly trustedProxies: readonly string[];
}

/** The HTTP API, its documents, and what operators look at. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').set('etag', false).set('query parser', 'simple');
  app.set('trust proxy', [...options.trustedProxies]);
  app.use(withRequestId, observe(options.log, options.metrics), helmet(HEADERS));
  serveHealth(app, options);
  serveDocs(app, options.publicUrl);
  serveMedia(app, options);
  serveSites(app, options);
  serveRatingPage(app, options);
  serveClients(app, options, isServed);
  serveRoutes(app, allRoutes, options);
  app.use((request) => {
    throw notServed(request);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = problemOf(error);
    const requestId = String(response.getHeader('x-request-id'));
    if (problem.code === 'internal-error') options.log.error({ error, requestId }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, bodyOf(problem, { publicUrl: options.publicUrl(), path: request.path, requestId }));
  });
  return app;
}

// Browsers are told to upgrade by whoever terminates TLS in front of us.
const HEADERS = {
  strictTransportSecurity: false,
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
};

function withRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  next();
}

const patterns = allRoutes.map(({ path }) => patternOf(path));

function isServed(path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

function notServed(request: Request): Problem {
  const path = request.path.slice(0, 200);
  const methods = new Set(
    allRoutes
      .filter((route) => patternOf(route.path).test(request.path))
      .map((route) => route.method.toUpperCase()),
  );
  if (methods.size > 0)
    return new Problem('method-not-allowed', `${path} takes ${[...methods].join(', ')}`, {
      extra: { allow: [...methods] },
    });
  return new Problem('not-found', `nothing is served at ${path}; /docs lists what is`);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
