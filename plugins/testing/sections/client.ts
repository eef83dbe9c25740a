import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ClientSurface } from '../../contract/index';
import type { ClientDriver } from '../driver';
import type { Kit } from '../kit';
import { ALL_NEWS } from './all-news';
import { loginChecks, routeChecks } from './end-users';

/** What a channel serves to apps of end users, and to pages that use the same SDKs. */
export function clientSection(kit: Kit): void {
  if (!kit.supports.has('client')) return;
  routeChecks(kit, 'client');
  loginChecks(kit, 'client');
  socketChecks(kit);
}

function socketChecks(kit: Kit): void {
  kit.check(
    'client: every event has a frame, the same each time',
    '`frame` is pure, and gives what JSON can hold; undefined only for events that apps do not hear of.',
    () => {
      const { client, driver } = clientOf(kit);
      const opened = { socketId: 'socket-1', session: driver.session, at: new Date(0) };
      const frames = [client.socket.hello(opened), ...ALL_NEWS.map((news) => client.socket.frame(news))];
      const again = [client.socket.hello(opened), ...ALL_NEWS.map((news) => client.socket.frame(news))];
      assert.deepEqual(again, frames);
      const told = frames.filter((frame) => frame !== undefined);
      assert.ok(told.length > 1, 'it tells of nothing');
      for (const frame of told) assert.ok(Object.keys(JSON.parse(JSON.stringify(frame))).length > 0);
    },
  );

  kit.check(
    'client: a frame of a message holds the message',
    'Pass on the words, the metadata and the author as they are.',
    () => {
      const { client } = clientOf(kit);
      const news = ALL_NEWS.find((one) => one.type === 'message');
      assert.ok(news);
      const words = JSON.stringify(client.socket.frame(news));
      for (const part of ['héllo 👋', 'order-7', 'den', news.eventId]) assert.ok(words.includes(part), part);
    },
  );

  kit.check(
    'client: whatever an app says, nothing breaks',
    '`understands` gives true or false for any JSON, and never throws.',
    () => {
      const { client } = clientOf(kit);
      for (const frame of [null, 7, '', 'echo', [], [[]], {}, { name: 7 }, { __proto__: null, name: {} }])
        assert.equal(typeof client.socket.understands(frame), 'boolean', inspect(frame));
    },
  );
}

function clientOf(kit: Kit): { readonly client: ClientSurface; readonly driver: ClientDriver } {
  const { channel, driver } = kit;
  assert.ok(channel.client && driver.client, 'the driver needs its `client` part');
  return { client: channel.client, driver: driver.client };
}
