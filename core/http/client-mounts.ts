import type { Express, NextFunction, Request, Response } from 'express';
import type { ClientCall, ClientSession, HttpReply } from '../../plugins/contract/index';
import { isId } from '../model/id';
import { Problem } from '../model/problem';
import { type ClientsContext, clientSession } from '../services/clients/context';
import { sessionOf } from '../services/clients/sessions';
import type { ClientRuntime, Surfaces } from '../services/clients/surfaces';
import { asProblem, bearerOf, clientCall, notTaken, writeReply } from './client-call';
import { allowOrigin, answerPreflight, foreignOrigin, isPreflight } from './client-cors';
import { type RouteMatch, routesAt } from './client-routes';
import type { Limit } from './limits';

export interface ClientMountsOptions {
  readonly clients: ClientsContext;
  readonly surfaces: Surfaces;
  readonly limit: Limit;
  readonly publicUrl: () => string;
}

/** Mounts what the channels of each API space serve to end users. `isOurs` says what the API itself serves: to its own tokens. */
export function serveClients(
  app: Express,
  options: ClientMountsOptions,
  isOurs: (path: string) => boolean,
): void {
  app.use('/apispaces/:apiSpaceId', async (request: Request, response: Response, next: NextFunction) => {
    if (isForTheApi(request, isOurs)) return next();
    const exchange = await exchangeOf(options, request, response);
    if (!exchange) return next();
    const serving = exchange.serving.map(({ channel }) => channel.client);
    const mayCall = allowOrigin(request, response, { serving, publicUrl: options.publicUrl() });
    if (isPreflight(request)) return answerPreflight(response, mayCall);
    if (!isForClients(exchange, isOurs)) return next();
    if (!mayCall) throw foreignOrigin();
    const reply = await answer(options, exchange);
    if (reply === 'the API') return next();
    writeReply(response, reply);
  });
}

/**
 * No page and no app: nobody looks for accounts that would serve it. What was looked for in vain is not looked for again
 * for a moment, in which another node may make the account that the business's apps call next.
 */
function isForTheApi(request: Request, isOurs: (path: string) => boolean): boolean {
  if (request.headers.origin !== undefined || isPreflight(request)) return false;
  return !isOfSession(bearerOf(request)) && isOurs(request.baseUrl + request.path);
}

/** Session tokens have three parts; every other token is for the API, where it serves the same path. */
function isOfSession(token: string | undefined): boolean {
  return token?.split('.').length === 3;
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly spaceId: string;
  readonly serving: readonly ClientRuntime[];
  readonly token: string | undefined;
}

/** Undefined where the space serves no end users. */
async function exchangeOf(
  { surfaces }: ClientMountsOptions,
  request: Request,
  response: Response,
): Promise<Exchange | undefined> {
  const { apiSpaceId: spaceId } = request.params;
  if (typeof spaceId !== 'string' || !isId(spaceId)) return undefined;
  const serving = await surfaces.of(spaceId);
  if (serving.length === 0) return undefined;
  return { request, response, spaceId, serving, token: bearerOf(request) };
}

function isForClients({ request, serving, token }: Exchange, isOurs: (path: string) => boolean): boolean {
  const isKnown = serving.some((one) => routesAt(one.channel.client, request.path).length > 0);
  return isKnown && (isOfSession(token) || !isOurs(request.baseUrl + request.path));
}

async function answer(options: ClientMountsOptions, exchange: Exchange): Promise<HttpReply | 'the API'> {
  try {
    const isOpen = matchesOf(exchange, exchange.serving).some(({ match }) => match.route.access === 'anyone');
    // Not limited by address: behind a load balancer everybody has the same one. Without a proof nothing is written.
    return await (isOpen ? answerAnyone(options, exchange) : answerSession(options, exchange));
  } catch (error) {
    throw asProblem(error);
  }
}

interface Found {
  readonly runtime: ClientRuntime;
  readonly match: RouteMatch;
}

function matchesOf({ request }: Exchange, serving: readonly ClientRuntime[]): Found[] {
  return serving.flatMap((runtime) => {
    const matches = routesAt(runtime.channel.client, request.path);
    const match = matches.find(({ route }) => route.method === request.method);
    return match ? [{ runtime, match }] : [];
  });
}

async function answerAnyone(options: ClientMountsOptions, exchange: Exchange): Promise<HttpReply> {
  const known = matchesOf(exchange, exchange.serving);
  const call = await callOf(options, exchange, known[0]?.match.route.maxBytes);
  const reply = await firstReply(known, call);
  if (reply) return reply;
  // Another node may have made an account meanwhile.
  const others = (await options.surfaces.look(exchange.spaceId)).filter(
    (one) => !exchange.serving.includes(one),
  );
  const late = await firstReply(matchesOf(exchange, others), call);
  if (late) return late;
  throw new Problem('forbidden', 'no channel account of this API space lets you in');
}

async function firstReply(found: readonly Found[], call: ClientCall): Promise<HttpReply | undefined> {
  for (const { match } of found) {
    const { route, params } = match;
    const reply = route.access === 'anyone' ? await route.handle({ ...call, params }) : undefined;
    if (reply) return reply;
  }
  return undefined;
}

async function answerSession(
  options: ClientMountsOptions,
  exchange: Exchange,
): Promise<HttpReply | 'the API'> {
  const { clients, limit } = options;
  const { response, spaceId, token } = exchange;
  const stored = token === undefined ? undefined : await sessionOf(clients, token, spaceId);
  if (!stored)
    throw new Problem('unauthorized', 'this session is unknown, expired or ended; start another one');
  const runtime = await options.surfaces.find(stored.accountId);
  if (!runtime) throw new Problem('unauthorized', 'the channel account of this session is gone');
  await limit(stored.id, response);
  const [found] = matchesOf(exchange, [runtime]);
  if (found?.match.route.access !== 'session')
    throw notTaken(routesAt(runtime.channel.client, exchange.request.path).map((match) => match.route));
  const { route, params } = found.match;
  if (stored.isAgent && !route.forAgents) return 'the API';
  const session: ClientSession = clientSession(stored);
  return route.handle({ ...(await callOf(options, exchange, route.maxBytes)), params, session });
}

function callOf(options: ClientMountsOptions, { request }: Exchange, maxBytes?: number): Promise<ClientCall> {
  const url = options.publicUrl() + request.originalUrl;
  return clientCall(request, { url, remoteAddress: request.ip ?? '', maxBytes });
}
