import type { Request, Response } from 'express';
import type { ClientSurface } from '../../plugins/contract/index';
import { Problem } from '../model/problem';

const METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS = [
  ...['authorization', 'content-type', 'cache-control', 'pragma', 'if-modified-since', 'if-match'],
  ...['content-filename', 'idempotency-key', 'x-request-id', 'x-file-name', 'last-event-id'],
].join(', ');
const EXPOSED =
  'ETag, Last-Modified, Link, Retry-After, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset';
const PREFLIGHT_S = '600';

type Allowing = Pick<ClientSurface, 'allowsOrigin'>;

/** Lets pages of the origins that these accounts allow call and read us. Says whether this page may. */
export function allowOrigin(
  request: Request,
  response: Response,
  { serving, publicUrl }: { readonly serving: readonly Allowing[]; readonly publicUrl: string },
): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  response.vary('Origin');
  if (!isAllowed(origin, serving, publicUrl)) return false;
  // Refusals too: a page that could not read a 401 would never log in again.
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', EXPOSED);
  return true;
}

/** Whether a page of this origin may call: one of ours, or one that an account names. */
export function isAllowed(origin: string, serving: readonly Allowing[], publicUrl: string): boolean {
  if (URL.canParse(publicUrl) && origin === new URL(publicUrl).origin) return true;
  return serving.some((one) => one.allowsOrigin(origin));
}

/** Whether a browser asks if a page may call. */
export function isPreflight(request: Request): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

/** What a browser is told; a 403 for a foreign page. */
export function answerPreflight(response: Response, mayCall: boolean): void {
  if (!mayCall) throw foreignOrigin();
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-allow-headers', REQUEST_HEADERS);
  response.setHeader('access-control-max-age', PREFLIGHT_S);
  response.status(204).end();
}

export function foreignOrigin(): Problem {
  return new Problem(
    'forbidden',
    'pages of this origin may not call; add it to allowedOrigins of the account',
  );
}
