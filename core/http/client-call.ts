import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ClientCall,
  ClientRefusal,
  type ClientRoute,
  type HttpReply,
  type RefusalStatus,
} from '../../plugins/contract/index';
import { invalid, Problem, type ProblemCode } from '../model/problem';
import { readBody } from './read-body';

const MOST_BYTES = 64 * 1024;

/** A request as an adapter gets it, with its body read. */
export async function clientCall(
  request: IncomingMessage,
  where: { readonly url: string; readonly remoteAddress: string; readonly maxBytes?: number | undefined },
): Promise<ClientCall> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const body = await readBody(request, where.maxBytes ?? MOST_BYTES);
  return {
    request: { method: request.method ?? 'GET', url: where.url, headers, body },
    params: {},
    remoteAddress: where.remoteAddress,
  };
}

/** The bearer token of a request, if it has one. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([\w.~+/-]{1,2048}=*)$/i.exec(headers.authorization ?? '')?.[1];
}

/** What to say where nothing takes this method, or nothing is there; `routes` are those at the path. */
export function notTaken(routes: readonly Pick<ClientRoute, 'method'>[]): Problem {
  if (routes.length === 0) return new Problem('not-found', 'nothing is served there');
  const allow = [...new Set(routes.map(({ method }) => method))];
  return new Problem('method-not-allowed', `it takes ${allow.join(', ')}`, { extra: { allow } });
}

const CODES: Readonly<Record<RefusalStatus, ProblemCode>> = {
  400: 'validation-failed',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'body-too-large',
  415: 'unsupported-media-type',
};

/** What an adapter threw, as a problem where it is a refusal. */
export function asProblem(error: unknown): unknown {
  if (!ClientRefusal.is(error)) return error;
  const { status, message, field } = error;
  return field === undefined ? new Problem(CODES[status], message) : invalid(field, message);
}

/** Writes what an adapter answered; it is nobody's to keep, unless it says so. */
export function writeReply(response: ServerResponse, { status, headers, body }: HttpReply): void {
  response.setHeader('cache-control', 'no-store');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
}
