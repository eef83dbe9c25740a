import assert from 'node:assert/strict';
import path from 'node:path';
import type { HttpReply, SiteSurface } from '../../contract/index';
import type { ClientDriver } from '../driver';
import type { Kit } from '../kit';
import { ALL_SITE_NEWS, CLOSED_TEAM } from './all-news';
import { call, loginChecks, routeAt, routeChecks } from './end-users';

/** What a channel serves to pages of the business's sites. */
export function siteSection(kit: Kit): void {
  if (!kit.supports.has('site')) return;
  routeChecks(kit, 'site');
  loginChecks(kit, 'site');
  postChecks(kit);
  streamChecks(kit);
}

function postChecks(kit: Kit): void {
  kit.check(
    'site: a post that is repeated is one',
    'Hand the page’s own reference on as `key`: a page that heard no answer posts again.',
    async () => {
      const { site, driver } = siteOf(kit);
      assert.ok(driver.post, 'the driver needs `post`');
      const replies: (HttpReply | undefined)[] = [];
      for (const key of ['one', 'one', 'two']) {
        const { path: at, request } = driver.post(key);
        replies.push(await call(kit, 'site', routeAt(site, request.method, at), request));
      }
      const [first, again, other] = replies.map((reply) => idIn(reply));
      assert.equal(again, first);
      assert.notEqual(other, first);
    },
  );

  kit.check(
    'site: files are somewhere, and apart from calls',
    'Give each file an absolute place, a type, and a path that no call has.',
    () => {
      const { site } = siteOf(kit);
      for (const file of site.files) {
        assert.ok(path.isAbsolute(file.file), file.file);
        assert.match(file.path, /^(\/[\w.-]+)+$/);
        assert.match(file.type, /^[a-z]+\/[a-z0-9.+-]+/);
        assert.ok(!site.routes.some((route) => route.path === file.path), `${file.path} is served twice`);
      }
    },
  );
}

function streamChecks(kit: Kit): void {
  kit.check(
    'site: whoever came in is let in',
    '`admits` says yes to a session that the settings allow, whatever it is asked of.',
    () => {
      const { site, driver } = siteOf(kit);
      assert.equal(site.admits(driver.session), true);
      assert.equal(typeof site.admits({ ...driver.session, profileId: '' }), 'boolean');
    },
  );

  kit.check(
    'site: every event has a name and data, the same each time',
    '`hello`, `event` and `ended` are pure, and give what JSON can hold; names fit on one line.',
    () => {
      const events = eventsOf(siteOf(kit));
      assert.deepEqual(eventsOf(siteOf(kit)), events);
      const told = events.filter((event) => event !== undefined);
      assert.ok(told.length > 4, 'it tells of nothing');
      for (const { event, data } of told) {
        assert.match(event, /^[\w.-]+$/);
        assert.ok(typeof JSON.parse(JSON.stringify(data)) === 'object');
      }
    },
  );

  kit.check(
    'site: an event of a message holds the message, and nothing that is the business’s own',
    'Pass on the words and the author as they are; what the business keeps beside a message is not for visitors.',
    () => {
      const { site } = siteOf(kit);
      const [message] = ALL_SITE_NEWS.filter(({ type }) => type === 'message');
      assert.ok(message);
      const { data } = site.stream.event(message) ?? {};
      const words = JSON.stringify(data) ?? '';
      for (const part of ['héllo 👋', 'ada', 'Ada', 'm1']) assert.ok(words.includes(part), part);
      assert.ok(!words.includes('session:ada'), 'who is behind it came out');
    },
  );
}

function eventsOf({ site, driver }: ReturnType<typeof siteOf>) {
  const opened = { session: driver.session, latest: 7, chat: { state: 'none' as const }, team: CLOSED_TEAM };
  return [
    site.stream.hello(opened),
    ...ALL_SITE_NEWS.map((news) => site.stream.event(news)),
    ...(['session', 'identity', 'expired'] as const).map((why) => site.stream.ended(why)),
  ];
}

function siteOf(kit: Kit): { readonly site: SiteSurface; readonly driver: ClientDriver } {
  const { channel, driver } = kit;
  assert.ok(channel.site && driver.client, 'the driver needs its `client` part');
  return { site: channel.site, driver: driver.client };
}

function idIn(reply: HttpReply | undefined): unknown {
  assert.ok(reply && reply.status < 300, `it was answered ${reply?.status}`);
  return JSON.parse(String(reply.body)).id;
}
