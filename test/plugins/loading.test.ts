import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SpawnedGateway, spawnGateway } from '../support/spawn-gateway';
import { until } from '../support/until';

const VERSION = { commonjs: 'module.exports =', module: 'export default' };

/** A small channel as JavaScript; its title comes from a second file. */
function aChannel(id: string, form: keyof typeof VERSION, more = ''): string {
  const title =
    form === 'module' ? "import { title } from './title.js';" : "const { title } = require('./title.js');";
  return `${title}
    ${VERSION[form]} {
      contract: '^0.1', id: '${id}', channel: '${id}', title,
      capabilities: { text: { maxLength: 100 }, states: [], canStart: true, idempotentSend: false },
      configSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      identities: ({ name }) => [name],
      normalizeAddress: (raw) => raw,
      create: () => ({
        check: async () => ({ warnings: [title] }),
        send: async () => ({ externalIds: ['x'], state: 'sent' }),
        close: async () => {},
      }),
      ${more}
    };`;
}

describe('plugins of a gateway', () => {
  let folder: string;
  let gateway: SpawnedGateway | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-plugins-'));
  });
  afterEach(async () => {
    await gateway?.kill('SIGTERM');
    gateway = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  function plugin(name: string, files: Readonly<Record<string, string>>): string {
    const place = path.join(folder, name);
    mkdirSync(place, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(place, file), text);
    return place;
  }

  function titleFile(form: keyof typeof VERSION, title: string): string {
    return form === 'module' ? `export const title = '${title}';` : `exports.title = '${title}';`;
  }

  function aPlugin(id: string, form: keyof typeof VERSION, title = id): string {
    return plugin(id, {
      'package.json': JSON.stringify({ name: id, type: form, parley: { channel: 'index.js' } }),
      'index.js': aChannel(id, form),
      'title.js': titleFile(form, title),
    });
  }

  async function start(listed: readonly string[], settings: Readonly<Record<string, string>> = {}) {
    gateway = await spawnGateway({
      database: { dataDir: path.join(folder, 'data'), drop: () => Promise.resolve() },
      settings: { PARLEY_PLUGINS: listed.join(','), ...settings },
    });
    return gateway;
  }

  const titles = async (by: SpawnedGateway): Promise<Record<string, string>> => {
    const { body } = await by.partner.post('/apispaces', { name: 'one' });
    const answer = await fetch(`${by.origin}/apispaces/${body.id}/channels/kinds`, {
      headers: { authorization: `Bearer ${body.accessToken}` },
    });
    const kinds = (await answer.json()) as { id: string; title: string }[];
    return Object.fromEntries(kinds.map(({ id, title }) => [id, title]));
  };

  test('what is dropped in finds the contract, although it has no copy of it', async () => {
    const use = { commonjs: "const { REASONS } = require('parley-gateway/plugin');" };
    const uses = { ...use, module: "import { REASONS } from 'parley-gateway/plugin';" };
    const listed = (['commonjs', 'module'] as const).map((form) =>
      plugin(form, {
        'package.json': JSON.stringify({ name: form, type: form, parley: { channel: 'index.js' } }),
        'index.js': `${uses[form]}\n${aChannel(form, form, 'reasons: REASONS.length,')}`,
        'title.js': titleFile(form, form),
      }),
    );
    expect(await titles(await start(listed))).toMatchObject({ commonjs: 'commonjs', module: 'module' });
  });

  test('CommonJS and ES modules are loaded; what cannot be is refused by name and reason, and stops nobody', async () => {
    const listed = [
      aPlugin('plain', 'commonjs'),
      aPlugin('modern', 'module'),
      plugin('throws', {
        'package.json': '{"main":"index.js"}',
        'index.js': 'throw new Error("no licence");',
      }),
      plugin('future', {
        'package.json': JSON.stringify({ main: 'index.js', parley: { contract: '^9.0' } }),
        'index.js': 'process.exit(7);',
      }),
      plugin('again', {
        'package.json': '{"main":"index.js"}',
        'index.js': aChannel('plain', 'commonjs'),
        'title.js': titleFile('commonjs', 'again'),
      }),
      plugin('empty', {
        'package.json': '{"main":"index.js"}',
        'index.js': 'module.exports = { id: "empty" };',
      }),
      path.join(folder, 'absent'),
    ];

    const running = await start(listed);

    expect(await titles(running)).toMatchObject({
      plain: 'plain',
      modern: 'modern',
      twilio: expect.any(String),
    });
    const refusals = running
      .output()
      .split('\n')
      .filter((line) => line.includes('plugin not loaded'))
      .map((line): [string, string] => {
        const { plugin: name, reason } = JSON.parse(line);
        return [path.basename(name), reason];
      });
    expect(Object.fromEntries(refusals)).toEqual({
      throws: 'no licence',
      future: expect.stringContaining('it needs contract ^9.0'),
      again: expect.stringContaining('the id "plain" is already taken by'),
      empty: 'it does not export a channel definition as its default',
      absent: expect.stringContaining('no such file'),
    });
  });

  test('an account whose plugin is missing stays, is shown as unavailable, and works again when it is back', async () => {
    const place = aPlugin('plain', 'commonjs');
    const before = await start([place]);
    const space = await before.partner.post('/apispaces', { name: 'one' });
    const api = (by: SpawnedGateway) => by.partner.as(space.body.accessToken);
    const at = `/apispaces/${space.body.id}`;
    await api(before).post(`${at}/chat/config/teams`, { id: 'sales', name: 'Sales' });
    const made = await api(before).post(`${at}/channels`, {
      kind: 'plain',
      name: 'ours',
      teamId: 'sales',
      settings: { name: 'ours' },
    });
    expect(made.status).toBe(201);
    await before.kill('SIGTERM');

    const without = await start([]);
    expect((await api(without).get(`${at}/channels/${made.body.id}`)).body.health.state).toBe('unavailable');
    expect((await api(without).post(`${at}/channels/${made.body.id}/check`, {})).status).toBe(409);
    await without.kill('SIGTERM');

    const again = await start([place]);
    const checked = await api(again).post(`${at}/channels/${made.body.id}/check`, {});
    expect(checked.status).toBe(200);
  });

  test.each(['commonjs', 'module'] as const)(
    'in development one of %s is loaded again when any of its files changes, and a broken one changes nothing',
    async (form) => {
      const place = aPlugin('plain', form, 'first');
      const running = await start([place], { PARLEY_WATCH_PLUGINS: 'true' });
      expect((await titles(running))['plain']).toBe('first');

      writeFileSync(path.join(place, 'title.js'), titleFile(form, 'second'));
      await until(async () => (await titles(running))['plain'] === 'second');

      writeFileSync(path.join(place, 'title.js'), 'this is no JavaScript');
      await until(() => running.output().includes('the one before stays'));
      expect((await titles(running))['plain']).toBe('second');
    },
  );
});
