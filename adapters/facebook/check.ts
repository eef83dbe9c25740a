import { ChannelError, type CheckReport, type CustomerProfile } from '../../plugins/contract/index';
import type { FacebookConfig } from './config';
import type { Graph } from './graph-call';
import { type Json, numberAt, recordAt, recordsAt, textAt } from './json';

/** What the app must be told of a page; without one of them something would be missed in silence. */
const FIELDS = [
  'messages',
  'messaging_postbacks',
  'messaging_optins',
  'messaging_referrals',
  'message_deliveries',
  'message_reads',
  'message_echoes',
  'message_reactions',
  'messaging_handovers',
  'standby',
] as const;

/** Not known to every app yet: asked for, and done without. */
const NEWER = ['message_edits'];

const NEEDED = 'pages_messaging';
const SUBSCRIBES = 'pages_manage_metadata';
const SOON_MS = 14 * 24 * 3_600_000;

/** Proves the token, the secret and the page, subscribes the page where Meta does not know it (any more), and says what ends soon. */
export async function check(graph: Graph, signal: AbortSignal): Promise<CheckReport> {
  await mustBeThePage(graph, signal);
  const app = await graph.graphCall({ method: 'GET', path: 'app', params: { fields: 'id,name' }, signal });
  const appId = textAt(app, 'id') ?? '';
  const token = await inspected(graph, appId, signal);
  const expiresOn = expiryOf(token);
  const subscription = await subscribed(graph, { appId, signal });
  return {
    warnings: [...permissions(token), ...expiry(expiresOn, graph.host.now()), ...subscription],
    ...(expiresOn && { credentialExpiresOn: expiresOn }),
  };
}

async function mustBeThePage(graph: Graph, signal: AbortSignal): Promise<void> {
  const { pageId } = graph.config;
  const own = await graph.graphCall({ method: 'GET', path: 'me', params: { fields: 'id,name' }, signal });
  if (textAt(own, 'id') === pageId) return;
  throw misconfigured('pageId', 'the token is the one of another page; check pageId and pageAccessToken');
}

/** What Meta knows of the token; only the app itself may ask. */
async function inspected({ config, graphCall }: Graph, appId: string, signal: AbortSignal): Promise<Json> {
  const answer = await graphCall({
    method: 'GET',
    path: 'debug_token',
    params: { input_token: config.pageAccessToken },
    accessToken: `${appId}|${config.appSecret}`,
    signal,
  }).catch((error: unknown) => {
    // The page's own token was taken a moment ago: what Meta refuses now is the app's.
    if (ChannelError.is(error) && error.kind === 'unauthorized')
      throw misconfigured('appSecret', 'Meta does not take the app secret; check appSecret');
    throw error;
  });
  return recordAt(answer, 'data') ?? {};
}

function permissions(token: Json): readonly string[] {
  const scopes = Array.isArray(token['scopes']) ? token['scopes'] : undefined;
  if (!scopes) return [];
  if (!scopes.includes(NEEDED))
    throw misconfigured('pageAccessToken', `the token lacks ${NEEDED}; make one with it`);
  if (scopes.includes(SUBSCRIBES)) return [];
  return [
    `The token lacks ${SUBSCRIBES}: a page that Meta switches off cannot be switched on again from here.`,
  ];
}

function expiryOf(token: Json): Date | undefined {
  // 0 is never.
  const ends = ['expires_at', 'data_access_expires_at'].map((name) => numberAt(token, name) ?? 0);
  const first = Math.min(...ends.filter((seconds) => seconds > 0));
  return Number.isFinite(first) ? new Date(first * 1_000) : undefined;
}

function expiry(on: Date | undefined, now: Date): readonly string[] {
  if (!on || on.getTime() - now.getTime() > SOON_MS) return [];
  return [`The page access token ends on ${on.toISOString()}; make a new one before that.`];
}

/** After an hour of failing webhooks Meta forgets the page: then it is told again. */
async function subscribed(
  { config, host, graphCall }: Graph,
  { appId, signal }: { readonly appId: string; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const path = `${config.pageId}/subscribed_apps`;
  const apps = recordsAt(await graphCall({ method: 'GET', path, signal }), 'data');
  const own = apps.find((app) => textAt(app, 'id') === appId);
  const fields: readonly unknown[] = Array.isArray(own?.['subscribed_fields'])
    ? own['subscribed_fields']
    : [];
  const missing = FIELDS.filter((field) => !fields.includes(field));
  if (missing.length === 0) return [];
  const known = [...new Set([...fields.filter((field) => typeof field === 'string'), ...FIELDS])];
  const subscribe = (names: readonly string[]): Promise<unknown> =>
    graphCall({ method: 'POST', path, params: { subscribed_fields: names.join(',') }, signal });
  await subscribe([...known, ...NEWER]).catch((error: unknown) => {
    if (ChannelError.is(error) && error.kind === 'rejected') return subscribe(known);
    throw error;
  });
  host.log.warn({ missing, isNew: !own }, 'the page was subscribed to the webhook again');
  if (own) return [`The page was not subscribed to ${missing.join(', ')}; it is now.`];
  return ['The page was not subscribed to the app’s webhook; it is now.'];
}

/** What Meta tells of a customer; without consent it tells nothing. */
export async function profileOf(
  { graphCall }: Graph,
  party: string,
  signal: AbortSignal,
): Promise<CustomerProfile> {
  const fields = 'first_name,last_name,profile_pic';
  const person = await graphCall({ method: 'GET', path: party, params: { fields }, canWait: true, signal });
  const names = [textAt(person, 'first_name'), textAt(person, 'last_name')].filter(Boolean);
  const picture = textAt(person, 'profile_pic');
  return { ...(names.length > 0 && { name: names.join(' ') }), ...(picture && { avatarRef: picture }) };
}

function misconfigured(setting: keyof FacebookConfig, words: string): ChannelError {
  return new ChannelError('unauthorized', words, { reason: 'not_permitted', setting });
}
