import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PluginReport } from '../../plugins/check/check-plugin';
import { readPage } from '../docs/blocks';
import { Api } from '../support/api';
import { spawnGateway } from '../support/spawn-gateway';

const HOME = path.resolve(__dirname, '../..');
const TSC = path.join(HOME, 'node_modules/.bin/tsc');
const PARLEY = path.join(HOME, 'dist/core/cli/main.js');
const run = promisify(execFile);

const parley = (...args: readonly string[]) => run(process.execPath, [PARLEY, ...args]);

async function checkPlugin(folder: string): Promise<PluginReport> {
  // What is not sound ends with 1, and is told all the same.
  const { stdout } = await parley('check-plugin', folder, '--json').catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout);
}

describe('a new channel', () => {
  let folder: string;
  let sound: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'parley-new-'));
    sound = path.join(folder, 'smoke-signal');
    await parley('new-channel', 'smoke-signal', '--into', sound);
    install(sound);
    await run(TSC, [], { cwd: sound });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What `npm install` would bring, without a network. */
  function install(place: string): void {
    mkdirSync(path.join(place, 'node_modules'));
    symlinkSync(HOME, path.join(place, 'node_modules/parley-gateway'));
    symlinkSync(path.join(HOME, 'node_modules/@types'), path.join(place, 'node_modules/@types'));
  }

  /** A copy of the sound one in which one word of a built file was changed. */
  function spoilt(name: string, file: string, [from, to]: readonly [string, string]): string {
    const place = path.join(folder, name);
    cpSync(sound, place, { recursive: true });
    const text = readFileSync(path.join(place, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(path.join(place, file), text.replace(from, to));
    return place;
  }

  test('is eight small files in its own name, and all of the kit passes from the first second', async () => {
    const files = ['api.ts', 'channel.test.ts', 'index.ts', 'package.json', 'README.md', 'simulator.ts'];
    for (const file of [...files, 'tsconfig.json', 'webhook.ts']) {
      const text = readFileSync(path.join(sound, file), 'utf8');
      expect(text.split('\n').length).toBeLessThan(220);
      expect(text).not.toMatch(/acme/i);
    }
    const { stdout } = await run(process.execPath, ['--test', 'dist/'], { cwd: sound });
    expect(stdout).toMatch(/# pass \d{2}/);
    expect(stdout).toContain('# fail 0');
    expect(stdout).toContain('# skipped 0');
  });

  test('cannot take a name that is none, nor a folder that holds something', async () => {
    await expect(parley('new-channel', 'Smoke Signal')).rejects.toThrow('lower case');
    await expect(parley('new-channel', 'smoke', '--into', sound)).rejects.toThrow('is not empty');
  });

  test('is found sound', async () => {
    const report = await checkPlugin(sound);

    expect(report).toMatchObject({ isSound: true, problems: [], definition: { channel: 'smokeSignal' } });
    expect(report.checks.length).toBeGreaterThan(70);
  });

  test.each<readonly [string, string, readonly [string, string], object]>([
    ['never-ends', 'dist/index.js', ['"use strict";', 'setInterval(() => {}, 1000);'], { part: 'ending' }],
    ['of-the-future', 'package.json', ['"^0.1"', '"^7.0"'], { part: 'manifest' }],
    ['without-title', 'dist/index.js', ["title: 'API token', ", ''], { part: 'schema' }],
    ['throws', 'dist/index.js', ['"use strict";', 'throw new Error("no licence");'], { words: 'no licence' }],
  ])('that %s is told so', async (name, file, change, problem) => {
    const report = await checkPlugin(spoilt(name, file, change));

    expect(report.isSound).toBe(false);
    expect(report.problems).toContainEqual(expect.objectContaining(problem));
  });

  test('that breaks the contract is told which check, and how to mend it', async () => {
    const place = spoilt('shows-secrets', 'dist/webhook.js', [
      'given.length !== own.length || ',
      'false && ',
    ]);

    const { isSound, checks } = await checkPlugin(place);

    expect(isSound).toBe(false);
    const failed = checks.filter(({ state }) => state === 'failed');
    expect(failed.map(({ name }) => name)).toContain('forgery: an unsigned request is refused');
    expect(failed[0]?.error).toMatch(/\w+.*\n/);
  });

  test('works in a gateway, with its simulator as the provider, as the guide has it', async () => {
    const [, start, write] = readPage('plugins/README.md').unnamed('sh');
    const dropped = path.join(folder, 'dropped');
    cpSync(sound, dropped, { recursive: true, filter: (file) => !file.includes('node_modules') });
    const simulator = spawn('bash', ['-c', `exec ${start?.code}`], { cwd: sound });
    const [said] = await once(simulator.stdout, 'data');
    const apiUrl = /http:\S+/.exec(String(said))?.[0] ?? '';
    const gateway = await spawnGateway({
      database: { dataDir: path.join(folder, 'data'), drop: () => Promise.resolve() },
      settings: { PARLEY_PLUGINS: dropped, PARLEY_SMOKE_SIGNAL_API_URL: apiUrl },
    });
    try {
      const { body: space } = await gateway.partner.post('/apispaces', { name: 'Shop' });
      const api = new Api(gateway.origin, space.accessToken, `/apispaces/${space.id}`);
      await api.post('/chat/config/teams', { id: 'sales', name: 'Sales', members: [] });
      const settings = Object.fromEntries(
        [...String(said).matchAll(/(\w+): '([^']*)'/g)].map(([, name, value]) => [name, value]),
      );
      const { body: account } = await api.post('/channels', {
        ...{ kind: 'smokeSignal', name: 'Our line', teamId: 'sales', settings },
      });
      const [own = '', rest = ''] = (write?.code ?? '').split(/http:\S+$/m);
      const { stdout } = await run('bash', ['-c', `${own}${account.webhookUrl}${rest}`], { cwd: sound });
      expect(stdout).toBe('200\n');
      expect((await api.get('/chats')).body).toMatchObject([{ channelId: 'smokeSignal' }]);
    } finally {
      simulator.kill();
      await gateway.kill('SIGTERM');
    }
  });

  test('without a package.json is told where to run it', async () => {
    const report = await checkPlugin(folder);
    expect(report).toMatchObject({ isSound: false, problems: [{ part: 'manifest' }], checks: [] });
  });
});
