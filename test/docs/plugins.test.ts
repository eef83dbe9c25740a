import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settings } from '../../config/schema';
import { REASONS } from '../../plugins/contract/index';
import { SURFACES } from '../../plugins/testing/index';
import { readPage } from './blocks';

const PROJECT = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');

describe('the guide for channel developers', () => {
  const guide = read('plugins/README.md');
  const mentioned = (names: readonly string[]) => names.filter((name) => !guide.includes(`\`${name}\``));

  test('shows nothing but what stands in the template, which is compiled and tested', () => {
    const page = readPage('plugins/README.md');
    const shown = guide.matchAll(/^```(?:ts|json) (\S+)\n([\s\S]*?)^```$/gm);
    const excerpts = [...shown].map(([, file = '', code = '']) => ({
      file,
      code,
      name: page.named(file).name,
    }));
    expect(excerpts.length).toBeGreaterThan(6);
    for (const { file, code } of excerpts) expect(read(`plugins/template/${file}`)).toContain(code);
  });

  test('mentions every failure kind, reason, optional member and capability', () => {
    const kinds = [...read('plugins/contract/failure.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map(
      ([, kind = '']) => kind,
    );
    const capabilities = [...read('plugins/contract/capabilities.ts').matchAll(/^ {2}readonly (\w+)\??:/gm)];

    expect(kinds).toHaveLength(6);
    expect(capabilities.length).toBeGreaterThan(9);
    expect(mentioned(kinds)).toEqual([]);
    expect(mentioned(REASONS)).toEqual([]);
    expect(mentioned(SURFACES)).toEqual([]);
    expect(mentioned(capabilities.map(([, name = '']) => name))).toEqual([]);
  });

  test('mentions every event that a channel may hand in, and what it gets of the host', () => {
    const events = [...read('plugins/contract/inbound.ts').matchAll(/readonly type: '(\w+)'/g)];
    const host = [...read('plugins/contract/host.ts').matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)];
    expect(mentioned(events.map(([, name = '']) => name))).toEqual([]);
    const inner = ['accountId', 'clients', 'ref', 'bytes'];
    expect(mentioned(host.map(([, name = '']) => name).filter((name) => !inner.includes(name)))).toEqual([]);
  });

  test('names settings that exist', () => {
    const named = [...guide.matchAll(/PARLEY_[A-Z_]+/g)].map(([name]) => name);
    const known = new Set(Object.keys(settings.shape));
    expect(named.filter((name) => !known.has(name) && !name.endsWith('_API_URL'))).toEqual([]);
    for (const name of Object.keys(settings.shape).filter((one) => one.includes('PLUGINS')))
      expect(named).toContain(name);
  });
});
