import type { Express, Request, Response } from 'express';
import type { ClientRoute, ClientSession, HttpReply, SiteSurface } from '../../plugins/contract/index';
import { isLive, type LiveRuntime } from '../channels/registry';
import { invalid, Problem } from '../model/problem';
import { type ClientsContext, clientSession } from '../services/clients/context';
import { sessionOf } from '../services/clients/sessions';
import type { Sockets } from '../sockets/sockets';
import type { StoredSession } from '../store/client-sessions';
import { asProblem, bearerOf, clientCall, notTaken, writeReply } from './client-call';
import { allowOrigin, answerPreflight, foreignOrigin, isPreflight } from './client-cors';
import { routesAt } from './client-routes';
import { makeLongLived } from './long-lived';
import { createSiteFiles } from './site-files';
import { createSiteLimits, type SiteLimits } from './site-limits';

export interface SitesOptions {
  readonly clients: ClientsContext;
  readonly sockets: Pick<Sockets, 'stream'>;
  readonly publicUrl: () => string;
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly runtime: LiveRuntime;
  readonly site: SiteSurface;
}

/** Mounts what channels serve to pages of the business's sites, below `/{id of the adapter}/{accountId}`. */
export function serveSites(app: Express, options: SitesOptions): void {
  const limits = createSiteLimits();
  const sendFile = createSiteFiles();
  app.use('/:adapter/:accountId', async (request: Request, response: Response, next) => {
    const found = await siteAt(options, request.params);
    if (!found) return next();
    const file = found.site.files.find(({ path }) => path === request.path);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (file && isRead) return sendFile(request, response, file);
    await serve(options, limits, { ...found, request, response });
  });
}

async function serve(options: SitesOptions, limits: SiteLimits, exchange: Exchange): Promise<void> {
  const { request, response, site } = exchange;
  const mayCall = allowOrigin(request, response, { serving: [site], publicUrl: options.publicUrl() });
  if (isPreflight(request)) return answerPreflight(response, mayCall);
  if (!mayCall) throw foreignOrigin();
  await limits.address(request.ip ?? '', response);
  if (request.path === site.stream.path) return openStream(options, limits, exchange);
  writeReply(response, await answer(options, limits, exchange));
}

/** The account that is meant, where it has pages to serve. */
async function siteAt(
  { clients: { registry } }: SitesOptions,
  { adapter, accountId }: Request['params'],
): Promise<Pick<Exchange, 'runtime' | 'site'> | undefined> {
  if (typeof adapter !== 'string' || typeof accountId !== 'string') return undefined;
  // Of most paths it is clear without asking the database.
  if (!registry.definition(adapter)) return undefined;
  const runtime = await registry.find(accountId);
  const site = isLive(runtime) ? runtime.channel.site : undefined;
  if (!isLive(runtime) || !site || runtime.account.adapter !== adapter) return undefined;
  return runtime.account.deletedOn === undefined ? { runtime, site } : undefined;
}

async function answer(options: SitesOptions, limits: SiteLimits, exchange: Exchange): Promise<HttpReply> {
  const { request, response, site } = exchange;
  const matches = routesAt(site, request.path);
  const match = matches.find(({ route }) => route.method === request.method);
  if (!match) throw notTaken(matches.map(({ route }) => route));
  const { route, params } = match;
  const session = route.access === 'session' ? await admitted(options, limits, exchange) : undefined;
  await limits.route(route, session?.id ?? request.ip ?? '', response);
  const url = options.publicUrl() + request.originalUrl;
  const where = { url, remoteAddress: request.ip ?? '', maxBytes: route.maxBytes };
  const call = { ...(await clientCall(request, where)), params };
  try {
    const reply = await handle(route, call, session);
    if (reply) return reply;
  } catch (error) {
    throw asProblem(error);
  }
  throw new Problem('forbidden', 'this channel account does not let you in');
}

function handle(
  route: ClientRoute,
  call: Awaited<ReturnType<typeof clientCall>>,
  session: StoredSession | undefined,
): Promise<HttpReply | undefined> {
  if (route.access === 'anyone') return route.handle(call);
  if (!session) throw new Error('a route that takes a session was reached without one');
  return route.handle({ ...call, session: clientSession(session) });
}

/** The session of a call; a 401 where there is none that the settings let in. */
async function admitted(
  { clients }: SitesOptions,
  limits: SiteLimits,
  { request, response, runtime, site }: Exchange,
): Promise<StoredSession> {
  const { account } = runtime;
  const token = bearerOf(request);
  const stored = token === undefined ? undefined : await sessionOf(clients, token, account.spaceId);
  if (!stored || stored.accountId !== account.id || stored.isAgent || !site.admits(clientSession(stored)))
    throw new Problem('unauthorized', 'this session is unknown, expired or ended; open another one');
  await limits.session(stored.id, response);
  return stored;
}

async function openStream(options: SitesOptions, limits: SiteLimits, exchange: Exchange): Promise<void> {
  const { request, response, runtime, site } = exchange;
  if (request.method !== 'GET') throw notTaken([{ method: 'GET' }]);
  const after = afterOf(request);
  const stored = await admitted(options, limits, exchange);
  const session: ClientSession = clientSession(stored);
  const { spaceId, id, channelId } = runtime.account;
  const { id: sessionId, profileId, expiresOn } = stored;
  const owner = { spaceId, accountId: id, channelId, sessionId, profileId, isAgent: false, expiresOn };
  makeLongLived(request, response);
  await options.sockets.stream(response, {
    ...{ site, session, owner, after },
    account: { spaceId, id, channelId },
  });
}

function afterOf({ query, headers }: Request): number | undefined {
  const given = headers['last-event-id'] ?? query['after'];
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string' || !/^\d{1,9}$/.test(given))
    throw invalid('after', 'expected the number of an event');
  return Number(given);
}
