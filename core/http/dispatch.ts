import type { Express, Request, Response } from 'express';
import { isPlainText } from '../model/plain-text';
import { invalid, Problem } from '../model/problem';
import type { Context } from '../services/context';
import type { Auth } from './auth';
import { handleOnce } from './idempotency';
import type { Limit } from './limits';
import { parseJson, readBody } from './read-body';
import type { Call, HttpCaller, Reply, Route } from './route';
import { sendStream } from './send-stream';

export interface DispatchOptions {
  readonly context: Context;
  readonly auth: Auth;
  readonly limit: Limit;
  readonly publicUrl: () => string;
}

// Tells a field that is missing from one of the wrong kind.
const PARSING = { reportInput: true };
const MOST_BYTES = 1024 * 1024;
/** Messages may carry files in base64. */
const MOST_BYTES_WITH_FILES = 12 * 1024 * 1024;

/** Serves the declared routes. */
export function serveRoutes(app: Express, routes: readonly Route[], options: DispatchOptions): void {
  for (const route of routes) {
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    app[route.method](path, async (request, response) => {
      const reply = await answer(options, route, { request, response });
      if (reply.stream) await sendStream(response, reply, reply.stream);
      else send(response, reply);
    });
  }
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

async function answer(options: DispatchOptions, route: Route, exchange: Exchange): Promise<Reply> {
  const { auth, limit } = options;
  const { request, response } = exchange;
  const spaceId = request.params['apiSpaceId'];
  const caller = await auth.callerOf(request.headers.authorization, route, asText(spaceId));
  await limit(caller.tokenId, response);
  const takesFiles = /\/(messages|preflight|chats)$/.test(route.path);
  const raw = await readBody(request, takesFiles ? MOST_BYTES_WITH_FILES : MOST_BYTES);
  const isStillAllowed = () =>
    auth.callerOf(request.headers.authorization, route, asText(spaceId)).then(
      () => true,
      (error: unknown) => !(error instanceof Problem),
    );
  const call = await inTurn(route, { ...callOf(options, route, { request, caller, raw }), isStillAllowed });
  const key = request.headers['idempotency-key'];
  if (route.method !== 'post' || key === undefined) return route.handle(call);
  return handleOnce(route, call, { key: String(key), path: request.path, body: raw });
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

interface Arrived {
  readonly request: Request;
  readonly caller: HttpCaller;
  readonly raw: Buffer;
}

function callOf(
  options: DispatchOptions,
  route: Route,
  { request, caller, raw }: Arrived,
): Omit<Call, 'isStillAllowed'> {
  mustBePlain(request.params);
  mustBePlain(request.query);
  return {
    context: options.context,
    caller,
    params: route.params.parse(request.params, PARSING),
    query: route.query?.parse(request.query, PARSING),
    body: route.body?.parse(parseJson(raw, request.headers), PARSING),
    ifMatch: request.headers['if-match'],
    lastEventId: asText(request.headers['last-event-id']),
    publicUrl: options.publicUrl(),
    url: request.originalUrl,
  };
}

/** A call that takes its turn, if its route says what it touches. */
async function inTurn(route: Route, call: Call): Promise<Call> {
  if (!route.touches) return call;
  const { store } = call.context;
  const names = await route.touches(call);
  const how = route.sharesTransaction ? store.shared : store.inTurn;
  return { ...call, caller: { ...call.caller, transaction: (work) => how(work, names) } };
}

function mustBePlain(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string' && !isPlainText(value))
      throw invalid(name, 'it must be well-formed Unicode without NUL characters');
}

function send(response: Response, { status, body, headers }: Reply): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  response.status(status);
  if (body === undefined) response.end();
  else response.json(body);
}
