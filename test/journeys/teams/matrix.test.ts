import type { Route } from '../../../core/http/route';
import { allRoutes } from '../../../core/http/routes/all';
import { type Answer, Api } from '../../support/api';
import { says } from '../../support/shop';
import { type AppShop, must, onEachAppGateway, tokenOf } from '../app-messaging/app-world';

/** Who calls, as seen from a chat that ann of the team sales has; dot leads that team. */
const ROLES = [
  'nobody',
  'partner',
  'business',
  'owner',
  'colleague',
  'lead',
  'stranger',
  'customer',
  'other space',
] as const;
type Role = (typeof ROLES)[number];

type Fate = 'done' | 'unauthorized' | 'forbidden' | 'hidden';

const SESSION_SCOPES = ['chat:read', 'chat:write', 'config:read', 'profiles:read'];

/** What follows from who has the chat and what a token is for; everything else would be a mistake. */
function fateOf(route: Route, role: Role): Fate {
  if (role === 'nobody') return 'unauthorized';
  if (role === 'customer') return fateOfCustomer(route);
  if (role === 'partner') return route.audience === 'space' ? 'forbidden' : 'done';
  if (route.audience === 'partner') return 'forbidden';
  if (role === 'other space') return route.path.includes('{apiSpaceId}') ? 'hidden' : 'done';
  return role === 'business' ? 'done' : fateOfAgent(route, role);
}

function fateOfAgent(route: Route, role: Role): Fate {
  if (route.scope && !SESSION_SCOPES.includes(route.scope)) return 'forbidden';
  return route.path.includes('/chats/{chatId}') ? fateInChat(route, role) : fateBesideChats(route, role);
}

/** The app has its own calls; one path is both: an end user's own profile, and those of whom they talk with. */
function fateOfCustomer({ method, path }: Route): Fate {
  if (!path.includes('/profiles')) return 'unauthorized';
  if (method === 'put' || method === 'patch') return 'forbidden';
  return method === 'get' && path.endsWith('/profiles') ? 'done' : 'hidden';
}

/** Ann has the chat, bob is of its team, dot leads it. What changes nothing needs no more than reading. */
function fateInChat({ method, path }: Route, role: Role): Fate {
  if (role === 'stranger') return 'hidden';
  const isReading = method === 'get' || path.endsWith('/preflight');
  return role === 'owner' || role === 'lead' || isReading ? 'done' : 'forbidden';
}

function fateBesideChats({ method, path }: Route, role: Role): Fate {
  if (path.endsWith('/presence/{profileId}')) return role === 'owner' ? 'done' : 'forbidden';
  const isStart = path.endsWith('/chats') && method === 'post';
  return isStart && role === 'stranger' ? 'forbidden' : 'done';
}

const BODIES: Readonly<Record<string, unknown>> = {
  'post /chats': { name: 'n', teamId: 'sales', channelId: 'sms', participants: [] },
  'put /chats/{chatId}': { name: 'n' },
  'put /chats/{chatId}/assign': { teamId: 'sales' },
  'put /chats/{chatId}/channel': { channelId: 'sms' },
  'post /chats/{chatId}/messages/statusupdates': [
    { messageIds: ['x'], status: 'read', timestamp: '2026-01-31T12:00:00Z' },
  ],
  'put /presence/{profileId}': { status: 'away' },
};

onEachAppGateway('every role and every call', (stage) => {
  const inSpace = '/apispaces/{apiSpaceId}';
  const session = async (shop: AppShop, agent: string) =>
    (await must(shop.api.post(`/chat/config/agents/${agent}/sessions`))).body.token;

  /** All tokens of one business, and of another one. */
  const tokensOf = async (shop: AppShop): Promise<Readonly<Record<Role, string>>> => {
    await must(shop.api.post('/chat/config/agents', { id: 'cid', name: 'Cid', email: 'cid@shop.example' }));
    const team = { id: 'support', name: 'Support', members: [{ username: 'cid' }] };
    await must(shop.api.post('/chat/config/teams', team));
    await must(shop.api.post('/chat/config/agents', { id: 'dot', name: 'Dot', email: 'dot@shop.example' }));
    await must(shop.api.put('/chat/config/teams/sales/members/dot', { role: 'lead' }));
    const customer = await shop.install('ada');
    await customer.sdk.startSession();
    return {
      ...{ nobody: '', partner: stage.gateway.partner.token, business: shop.api.token },
      ...{ owner: await session(shop, 'ann'), colleague: await session(shop, 'bob') },
      ...{ lead: await session(shop, 'dot'), stranger: await session(shop, 'cid') },
      customer: tokenOf(customer),
      'other space': (await stage.shop()).api.token,
    };
  };

  let customers = 0;
  const aChat = async (shop: AppShop): Promise<string> => {
    customers += 1;
    const participants = [{ id: `customer ${customers}`, role: 'participant' }];
    const wish = { name: 'chat', teamId: 'sales', channelId: 'sms', agentId: 'ann', participants };
    return (await must(shop.api.post('/chats', wish))).body.id;
  };

  const bodyOf = (route: Route, role: Role) => {
    const path = route.path.replace(inSpace, '');
    if (route.method === 'get' || route.method === 'delete') return undefined;
    if (/\/messages(\/preflight)?$/.test(path)) return says('hello', role === 'lead' ? 'dot' : 'ann');
    return BODIES[`${route.method} ${path}`] ?? {};
  };

  const call = async (
    token: string,
    { route, role }: { readonly route: Route; readonly role: Role },
    ids: Readonly<Record<string, string>>,
  ): Promise<Answer> => {
    const api = new Api(stage.gateway.origin, token);
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? `no-${name}`);
    const isPaged = /\/messages$|\{chatId\}\/events$/.test(route.path);
    const method = route.method.toUpperCase();
    if (!route.path.endsWith('/stream'))
      return api.call(method, isPaged ? `${path}?from=0&limit=1` : path, { body: bodyOf(route, role) });
    const stop = new AbortController();
    const { status, headers, body } = await fetch(api.origin + path, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
    const isStream = status === 200;
    const text = isStream ? '{}' : await new Response(body).text();
    stop.abort();
    return { status, headers, body: JSON.parse(text) };
  };

  // Whatever else is wrong with a request is found after it was decided who may.
  const seen = ({ status, body }: Answer, hides: boolean): Fate => {
    if (status === 401) return 'unauthorized';
    if (status === 403) return 'forbidden';
    const isGone = status === 404 || status === 405;
    return isGone && (hides || /no API space/.test(body.detail)) ? 'hidden' : 'done';
  };

  /** What would end the callers or their space is only asked for by those who may not. */
  const isFinal = ({ method, path }: Route) =>
    method !== 'get' && /\/(tokens|teams|agents|sessions)|^\/apispaces\/\{apiSpaceId\}$/.test(path);

  const fateSeen = async (shop: AppShop, token: string, { route, role }: { route: Route; role: Role }) => {
    const isAboutChat = route.path.includes('{chatId}');
    const chatId = isAboutChat ? await aChat(shop) : '';
    const ids = { apiSpaceId: shop.spaceId, chatId, teamId: 'sales', profileId: 'ann' };
    // A message or a rating that is not there is asked for in a chat that is.
    const isInside = /\{messageId\}|\/satisfaction$/.test(route.path) && fateOf(route, role) === 'done';
    const hides = (isAboutChat && !isInside) || role === 'customer';
    return seen(await call(token, { route, role }, ids), hides);
  };

  it('meet as the owner of the chat and the rights of the token say, and in no other way', async () => {
    const shop = await stage.shop();
    const tokens = await tokensOf(shop);
    const wrong: string[] = [];
    const cases = allRoutes.flatMap((route) => ROLES.map((role) => ({ route, role })));
    for (const { route, role } of cases) {
      const expected = fateOf(route, role);
      if (expected === 'done' && isFinal(route)) continue;
      const fate = await fateSeen(shop, tokens[role], { route, role });
      if (fate !== expected) wrong.push(`${role}: ${route.method} ${route.path} is ${fate}, not ${expected}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
