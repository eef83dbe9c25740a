import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hashOf, SURFACE_FILE, surfaceOf } from './surface';

describe('what a plugin sees of us', () => {
  const committed = readFileSync(SURFACE_FILE, 'utf8');

  test('is what plugins/surface.txt says; a change that is meant is written by: npm run surface', () => {
    expect(surfaceOf()).toBe(committed);
  });

  test('stands in the newest section of the changelog, with words about what changed', () => {
    const changelog = readFileSync(path.resolve(__dirname, '../../CHANGELOG.md'), 'utf8');
    const [, newest = ''] = changelog.split(/^## /m);
    const line = new RegExp(`^- \`${hashOf(committed)}\`: \\S.{20,}$`, 'm');
    expect(newest).toMatch(line);
  });

  test('holds what authors import, and nothing of what is ours alone', () => {
    const [plugin = '', testing = ''] = committed.split('# parley-gateway/testing');
    for (const one of ['interface Channel {', 'interface InboundMessage {', 'declare class ChannelError '])
      expect(plugin).toContain(`export ${one}`);
    expect(testing).toContain('export declare function describeChannel');
    expect(testing).toContain('export declare const SURFACES');
    // An internal helper of the same file as SURFACES.
    expect(testing).not.toContain('function webhookOf');
    expect(committed).not.toMatch(/^\s*(\/\*|\/\/)/m);
  });
});
