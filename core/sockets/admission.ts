import type { IncomingMessage } from 'node:http';
import type { ClientSession } from '../../plugins/contract/index';
import { isAllowed } from '../http/client-cors';
import { isId } from '../model/id';
import type { Instant } from '../model/instant';
import { type ClientsContext, clientSession } from '../services/clients/context';
import { sessionOf } from '../services/clients/sessions';
import type { ClientRuntime, Surfaces } from '../services/clients/surfaces';
import { hashOf } from '../services/tokens';
import { type Token, tokenByHash } from '../store/tokens';
import type { SocketOwner } from './hub';

export interface AdmissionOptions {
  readonly clients: ClientsContext;
  readonly surfaces: Surfaces;
  readonly publicUrl: () => string;
}

/** Who may open a socket, or the status of the refusal. */
export type Admission =
  | { readonly runtime: ClientRuntime; readonly owner: SocketOwner; readonly session: ClientSession }
  | { readonly status: 401 | 403 | 404 };

/** Looks at a request to open a socket. A browser asks nobody whether a page may: the origin is ours to check. */
export async function admit(options: AdmissionOptions, request: IncomingMessage): Promise<Admission> {
  const wish = wishOf(request);
  if (!wish) return { status: 404 };
  const { spaceId, path, token } = wish;
  const serving = await options.surfaces.of(spaceId);
  if (!serving.some(({ channel }) => channel.client.socket.path === path)) return { status: 404 };
  const { origin } = request.headers;
  const surfaces = serving.map(({ channel }) => channel.client);
  if (origin !== undefined && !isAllowed(origin, surfaces, options.publicUrl())) return { status: 403 };
  if (token === undefined) return { status: 401 };
  const found =
    (await byUser(options, spaceId, token)) ?? (await byAgent(options, { spaceId, token, serving }));
  return found ?? { status: 401 };
}

function wishOf(request: IncomingMessage) {
  const { url = '' } = request;
  if (!URL.canParse(url, 'http://gateway')) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://gateway');
  const [, spaceId, path] = /^\/apispaces\/([^/]+)(\/.+)$/.exec(pathname) ?? [];
  if (spaceId === undefined || !isId(spaceId)) return undefined;
  return { spaceId, path, token: searchParams.get('token') ?? bearerOf(request) };
}

// The Android SDK cannot put the token into the URL.
function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^(?:Bearer )?([\w.~+/-]{1,2048}=*)$/i.exec(headers.authorization ?? '')?.[1];
}

async function byUser({ clients, surfaces }: AdmissionOptions, spaceId: string, token: string) {
  const stored = await sessionOf(clients, token, spaceId);
  const runtime = stored && (await surfaces.find(stored.accountId));
  if (!stored || !runtime) return undefined;
  const { id: sessionId, accountId, profileId, isAgent, expiresOn } = stored;
  const { channelId } = runtime.account;
  const owner = { spaceId, accountId, channelId, sessionId, profileId, isAgent, expiresOn };
  return { runtime, owner, session: clientSession(stored) };
}

interface AgentsWish {
  readonly spaceId: string;
  readonly token: string;
  readonly serving: readonly ClientRuntime[];
}

/** An agent's page may come with the token that it has for the API. */
async function byAgent({ clients }: AdmissionOptions, { spaceId, token, serving }: AgentsWish) {
  const known = await clients.store.read((tx) => tokenByHash(tx, hashOf(token)));
  const [runtime] = serving;
  if (!runtime || known?.agentId === undefined || !isLiveIn(known, spaceId, clients.now())) return undefined;
  const { id: sessionId, agentId: profileId, expiresOn = Number.MAX_SAFE_INTEGER } = known;
  const { id: accountId, channelId } = runtime.account;
  const owner = { spaceId, accountId, channelId, sessionId, profileId, isAgent: true, expiresOn };
  const nowhere = { id: '', platform: '', platformVersion: '', sdkType: '', sdkVersion: '' };
  const session: ClientSession = {
    ...{ id: sessionId, apiSpaceId: spaceId, profileId, isAgent: true, device: nowhere, sourceAddress: '' },
    ...{ createdOn: new Date(known.createdOn), expiresOn: new Date(Math.min(expiresOn, LAST_DATE)) },
  };
  return { runtime, owner, session };
}

const LAST_DATE = 8.64e15;

function isLiveIn(token: Token, spaceId: string, now: Instant): boolean {
  const { expiresOn = now + 1, revokedOn } = token;
  return token.spaceId === spaceId && revokedOn === undefined && expiresOn > now;
}
