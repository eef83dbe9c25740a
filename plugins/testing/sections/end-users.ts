import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  type ClientCall,
  ClientRefusal,
  type ClientRoute,
  type ClientSurface,
  type HttpReply,
  type RawRequest,
  type SiteSurface,
} from '../../contract/index';
import { type ClientDriver, LOGIN_PROOFS } from '../driver';
import { GARBAGE_BODIES } from '../garbage';
import { frozen, type Kit } from '../kit';
import { secretsOf } from '../settings';
import { ALL_NEWS, ALL_SITE_NEWS } from './all-news';

/** Apps call a `client`, pages of other sites a `site`. */
export type EndUserSurface = 'client' | 'site';

const SPACE = 'https://gateway.test/apispaces/0199c2f4-6a3e-7c11-9f27-5d0a4be1c001';

/** What holds for the calls of every surface of end users. */
export function routeChecks(kit: Kit, of: EndUserSurface): void {
  kit.check(
    `${of}: every route is told apart from every other`,
    'Give each route a method and a path below the API space; no two of them may fit the same call.',
    () => {
      const { surface } = surfaceOf(kit, of);
      const seen = surface.routes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
      assert.equal(new Set(seen).size, seen.length, seen.join(', '));
      for (const { path } of surface.routes) assert.match(path, /^(\/([\w-]+|\{\w+\}))+$/);
      const live = 'socket' in surface ? surface.socket : surface.stream;
      assert.match(live.path, /^(\/[\w-]+)+$/);
      assert.ok(!surface.routes.some(({ path }) => path === live.path), `${live.path} is served twice`);
    },
  );

  kit.check(
    `${of}: only the origins of the settings may call`,
    '`allowsOrigin` compares whole origins: a prefix, a suffix or another scheme is another site.',
    () => {
      const { surface, driver } = surfaceOf(kit, of);
      assert.equal(surface.allowsOrigin(driver.origin), true);
      const { protocol, host } = new URL(driver.origin);
      const other = protocol === 'https:' ? 'http:' : 'https:';
      for (const foreign of [
        ...['', 'null', '*', 'https://evil.example', `${other}//${host}`, `${driver.origin}.evil.example`],
        ...[`${driver.origin}:8443`, `${driver.origin}/`, `https://evil.example/${driver.origin}`],
      ])
        assert.equal(surface.allowsOrigin(foreign), false, foreign);
    },
  );

  kit.check(
    `${of}: what strangers send is refused, and nothing breaks`,
    'Throw ClientRefusal for what cannot be read: any other error is a fault of the channel, and a 500 for the app.',
    async () => {
      const { surface } = surfaceOf(kit, of);
      for (const route of surface.routes)
        for (const [what, body] of Object.entries(GARBAGE_BODIES)) {
          const status = await statusOf(kit, of, route, body);
          assert.ok(status < 500, `${route.method} ${route.path} with ${what}: ${status}`);
        }
    },
  );

  kit.check(
    `${of}: no secret goes to an app or a page`,
    'Never put a setting into an answer, a frame or the words of a refusal.',
    async () => {
      const { surface, driver } = surfaceOf(kit, of);
      const said: string[] = [];
      for (const route of surface.routes) said.push(await wordsOf(kit, of, route, Buffer.from('{"a":1}')));
      for (const proof of LOGIN_PROOFS) {
        const { path, request } = await driver.login(proof);
        const route = routeAt(surface, request.method, path);
        said.push(await wordsOf(kit, of, route, request.body, request));
      }
      said.push(...toldBy(surface));
      const words = [...said, ...kit.host.lines].join('\n');
      for (const secret of secretsOf(kit.definition, kit.driver.config))
        assert.ok(!words.includes(secret), 'a secret came out');
    },
  );
}

/** Who comes in, and who does not. */
export function loginChecks(kit: Kit, of: EndUserSurface): void {
  kit.check(
    `${of}: whoever is proven comes in, as themselves`,
    'Open a session for the profile that the proof names, and for no other.',
    async () => {
      const { surface, driver } = surfaceOf(kit, of);
      const { path, request } = await driver.login('genuine');
      const route = routeAt(surface, request.method, path);
      assert.equal(route.access, 'anyone', 'one comes in without a session');
      const reply = await call(kit, of, route, request);
      assert.ok(reply?.status === 200 || reply?.status === 201, `it was answered ${reply?.status}`);
      assert.deepEqual(driver.opened(), [driver.session.profileId]);
    },
  );

  for (const proof of LOGIN_PROOFS.filter((one) => one !== 'genuine'))
    kit.check(
      `${of}: nobody comes in by a proof that is ${proof.replace('_', ' ')}`,
      'Check the signature, the algorithm, the time and the challenge; what is not proven opens nothing.',
      async () => {
        const { surface, driver } = surfaceOf(kit, of);
        const { path, request } = await driver.login(proof);
        const reply = await replyOf(kit, of, routeAt(surface, request.method, path), request);
        assert.ok(
          reply === undefined || reply.status === 403 || reply.status === 401,
          `it was answered ${reply?.status}`,
        );
        assert.deepEqual(driver.opened(), []);
      },
    );
}

function surfaceOf(
  { channel, driver }: Kit,
  of: EndUserSurface,
): { readonly surface: ClientSurface | SiteSurface; readonly driver: ClientDriver } {
  const surface = channel[of];
  assert.ok(surface && driver.client, 'the driver needs its `client` part');
  return { surface, driver: driver.client };
}

/** Everything that it says live. */
function toldBy(surface: ClientSurface | SiteSurface): string[] {
  const told =
    'socket' in surface
      ? ALL_NEWS.map((news) => surface.socket.frame(news))
      : ALL_SITE_NEWS.map((news) => surface.stream.event(news));
  return told.map((one) => JSON.stringify(one) ?? '');
}

/** The route that a call of the driver's is for. */
export function routeAt(surface: Pick<ClientSurface, 'routes'>, method: string, path: string): ClientRoute {
  const found = surface.routes.find((route) => route.method === method && route.path === path);
  assert.ok(found, `there is no route ${method} ${path}`);
  return found;
}

export function call(
  kit: Kit,
  of: EndUserSurface,
  route: ClientRoute,
  request: RawRequest,
): Promise<HttpReply | undefined> {
  const params = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, 'x']));
  const whole: ClientCall = { request: frozen(request), params, remoteAddress: '127.0.0.1' };
  if (route.access === 'anyone') return route.handle(whole);
  return route.handle({ ...whole, session: surfaceOf(kit, of).driver.session });
}

/** The answer, a refusal among them; any other error fails the check. */
async function replyOf(
  kit: Kit,
  of: EndUserSurface,
  route: ClientRoute,
  request: RawRequest,
): Promise<HttpReply | undefined> {
  try {
    return await call(kit, of, route, request);
  } catch (error) {
    assert.ok(ClientRefusal.is(error), `${route.method} ${route.path} threw ${inspect(error, { depth: 1 })}`);
    return { status: error.status, body: error.message };
  }
}

function requestTo(route: ClientRoute, body: Uint8Array): RawRequest {
  const url = SPACE + route.path.replace(/\{\w+\}/g, 'x');
  return { method: route.method, url, headers: { 'content-type': 'application/json' }, body };
}

async function statusOf(kit: Kit, of: EndUserSurface, route: ClientRoute, body: Uint8Array): Promise<number> {
  return (await replyOf(kit, of, route, requestTo(route, body)))?.status ?? 403;
}

async function wordsOf(
  kit: Kit,
  of: EndUserSurface,
  route: ClientRoute,
  body: Uint8Array,
  request = requestTo(route, body),
) {
  return JSON.stringify(await replyOf(kit, of, route, request)) ?? '';
}
