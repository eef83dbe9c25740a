import { startAppWorld } from '../apps/app-world';
import { Crowd } from '../apps/crowd';
import type { Bench } from '../bench';
import { measureLines } from './open-lines';
import type { Section } from './section';

/** What open sockets of apps cost, and how fast and how surely each hears what it is to hear. */
export async function measureSockets(bench: Bench): Promise<Section> {
  return measureLines(bench, {
    title: 'Open sockets of an app',
    what: 'sockets',
    start: async () => new Crowd(await startAppWorld(bench)),
  });
}
