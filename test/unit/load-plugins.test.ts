import { loadPlugins } from '../../plugins/host/load';

const sound = {
  ...{ contract: '^0.1', id: 'sound', channel: 'sound', title: 'Sound' },
  ...{ capabilities: {}, configSchema: {}, create() {}, identities() {}, normalizeAddress() {} },
};

test('a plugin that hangs while it is loaded is refused, and keeps no other from being loaded', async () => {
  const loaded = await loadPlugins({
    root: '/',
    listed: ['/hangs.js', '/sound.js'],
    dropIn: '/none',
    timeoutMs: 20,
    importModule: (url) =>
      url.endsWith('hangs.js') ? new Promise(() => {}) : Promise.resolve({ default: sound }),
  });

  expect([...loaded.definitions.keys()]).toEqual(['sound']);
  expect(loaded.failures).toEqual([{ plugin: '/hangs.js', reason: 'it was not loaded within 0.02 s' }]);
});
