import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, json, problem } from './answers';
import { listConversations, listMessages } from './conversations';
import type { RequestKind } from './faults';
import { takeMessage } from './take-message';
import { controlKey, type SimulatedPage, type World } from './world';

/** One request to the API, understood. */
export interface Visit {
  readonly kind: RequestKind;
  readonly pageId: string;
  /** Does what was asked and says what is answered. */
  perform(body: Body): Answer;
}

type Body = Readonly<Record<string, unknown>>;

const VERSION = /^\/v(2[1-6])\.0\//;

/** Finds what a request asks for; who may not ask is told so by `perform`. */
export function visitOf(world: World, request: IncomingMessage): Visit {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const file = /^\/files\/(\w+)$/.exec(url.pathname)?.[1];
  if (file !== undefined) return { kind: 'file', pageId: '', perform: () => fileAnswer(world, file) };
  const path = url.pathname.replace(VERSION, '/');
  const route = ROUTES.find((one) => one.method === request.method && one.path.test(path));
  const [, id = ''] = route?.path.exec(path) ?? [];
  const isSend = path.endsWith('/messages') && request.method === 'POST';
  const pageId = tokenOwner(world, url)?.pageId ?? id;
  return {
    kind: isSend ? 'send' : 'read',
    pageId,
    perform(body) {
      if (path === url.pathname)
        return problem(400, 2635, 'You are calling a deprecated version of the Ads API.');
      if (!route) return problem(400, 100, `Unknown path components: ${path}`);
      const page = tokenOwner(world, url);
      const refusal = refusalOf(world, page, { url, body, isApp: route.isApps === true });
      if (refusal || !page) return refusal ?? problem(400, 190, 'Invalid OAuth access token.');
      return route.answer({ world, page, id, body, query: url.searchParams });
    },
  };
}

function fileAnswer(world: World, id: string): Answer {
  const file = world.files.get(id);
  if (!file?.bytes) return { status: 404, body: '' };
  return { status: 200, headers: { 'content-type': file.mimeType }, body: file.bytes };
}

function tokenOwner(world: World, url: URL): SimulatedPage | undefined {
  const token = url.searchParams.get('access_token') ?? '';
  const [appId, appSecret] = token.split('|');
  return [...world.pages.values()].find(
    (page) => page.token === token || (page.appId === appId && page.appSecret === appSecret),
  );
}

function refusalOf(
  world: World,
  page: SimulatedPage | undefined,
  asked: { readonly url: URL; readonly body: Body; readonly isApp: boolean },
): Answer | undefined {
  const token = asked.url.searchParams.get('access_token') ?? '';
  if (!page) return problem(400, 190, 'Error validating access token: the session is invalid.', 467);
  const hasEnded = page.tokenEndsAt !== undefined && page.tokenEndsAt <= world.now();
  if (!asked.isApp && hasEnded)
    return problem(400, 190, 'Error validating access token: Session has expired.', 463);
  const proof = asked.url.searchParams.get('appsecret_proof') ?? asked.body['appsecret_proof'];
  const right = createHmac('sha256', page.appSecret).update(token).digest('hex');
  return proof === right
    ? undefined
    : problem(400, 100, 'Invalid appsecret_proof provided in the API argument');
}

/** Writes an answer as Meta would. */
export function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-length': Buffer.byteLength(body),
    'x-fb-trace-id': 'trace',
    ...headers,
  });
  response.end(body);
}

interface Asked {
  readonly world: World;
  readonly page: SimulatedPage;
  readonly id: string;
  readonly body: Body;
  readonly query: URLSearchParams;
}

interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Asked with the app's own token. */
  readonly isApps?: true;
  answer(asked: Asked): Answer;
}

const ROUTES: readonly ApiRoute[] = [
  {
    method: 'POST',
    path: /^\/(\d+)\/messages$/,
    answer: ({ world, page, id, body }) =>
      id === page.pageId ? takeMessage(world, page, body) : unknownObject(id),
  },
  {
    method: 'GET',
    path: /^\/(\d+)\/conversations$/,
    answer: ({ world, page, id, query }) =>
      id === page.pageId ? listConversations(world, page, query) : unknownObject(id),
  },
  {
    method: 'GET',
    path: /^\/(t_\w+)\/messages$/,
    answer: ({ world, page, id, query }) => listMessages(world, page, id, query),
  },
  { method: 'GET', path: /^\/me$/, answer: ({ page }) => json({ id: page.pageId, name: page.name }) },
  { method: 'GET', path: /^\/app$/, answer: ({ page }) => json({ id: page.appId, name: 'Simulated app' }) },
  { method: 'GET', path: /^\/debug_token$/, isApps: true, answer: debugToken },
  {
    method: 'GET',
    path: /^\/(\d+)\/subscribed_apps$/,
    answer({ page: { appId, subscribed } }) {
      const own = {
        id: appId,
        name: 'Simulated app',
        link: 'https://example.com/',
        subscribed_fields: subscribed,
      };
      return json({ data: subscribed.length > 0 ? [own] : [] });
    },
  },
  {
    method: 'POST',
    path: /^\/(\d+)\/subscribed_apps$/,
    answer({ page, body }) {
      const fields = String(body['subscribed_fields'] ?? '').split(',');
      const unknown = fields.find((field) => page.unknownFields.includes(field));
      if (unknown)
        return problem(400, 100, `Param subscribed_fields must be one of its values, and ${unknown} is not`);
      page.subscribed = fields;
      return json({ success: true });
    },
  },
  {
    method: 'POST',
    path: /^\/(\d+)\/take_thread_control$/,
    answer({ world, page, body }) {
      world.control.delete(controlKey(page.pageId, recipientOf(body)));
      return json({ success: true });
    },
  },
  {
    method: 'GET',
    path: /^\/(\d{5,})$/,
    answer({ world, id }) {
      const person = world.people.get(id);
      return person ? json({ ...person, id }) : unknownObject(id);
    },
  },
];

function debugToken({ world, query }: Asked): Answer {
  const page = [...world.pages.values()].find(({ token }) => token === query.get('input_token'));
  if (!page)
    return json({ data: { is_valid: false, error: { code: 190, message: 'Invalid OAuth access token.' } } });
  const endsAt = page.tokenEndsAt === undefined ? 0 : Math.floor(page.tokenEndsAt.getTime() / 1_000);
  return json({
    data: {
      app_id: page.appId,
      type: 'PAGE',
      expires_at: endsAt,
      data_access_expires_at: 0,
      is_valid: true,
      profile_id: page.pageId,
      scopes: page.scopes,
    },
  });
}

function recipientOf(body: Body): string {
  const { recipient } = body;
  return typeof recipient === 'object' && recipient !== null && 'id' in recipient ? String(recipient.id) : '';
}

function unknownObject(id: string): Answer {
  return problem(400, 100, `Unsupported request. Object with ID '${id}' does not exist`, 33);
}
