import { WebCrowd } from '../apps/web-crowd';
import { startWebWorld } from '../apps/web-world';
import type { Bench } from '../bench';
import { measureLines } from './open-lines';
import type { Section } from './section';

/** What visitors with an open web chat cost, and how fast and how surely each hears what they are to hear. */
export async function measureWebChat(bench: Bench): Promise<Section> {
  return measureLines(bench, {
    title: 'Visitors of a web chat',
    what: 'visitors',
    start: async () => new WebCrowd(await startWebWorld(bench)),
  });
}
