import type { Bench } from './bench';
import { checkBooks, type Growth } from './books';
import type { Job, Outcome, Senders } from './load/job';
import { vacuum } from './vacuum';
import type { World } from './world';

/** How many customers have a chat before anything is measured. */
export const KNOWN = 2_000;
export const KNOWN_SENDERS: Senders = { pick: 'at random', from: 0, among: KNOWN };

const STRANGERS_FROM = 10_000_000;
const STRANGERS_EACH = 1_000_000;
let phases = 0;

/** Customers whom nobody has seen before. */
export function strangers(): Senders {
  phases += 1;
  return { pick: 'each once', from: STRANGERS_FROM + phases * STRANGERS_EACH };
}

/** Gives the first customers a chat each. */
export async function meetCustomers(bench: Bench, world: World, count = KNOWN): Promise<void> {
  await receive(
    bench,
    world,
    { pick: 'each once', from: 0 },
    { most: count, warmUpMs: 0, measureMs: 120_000 },
  );
  await vacuum(world.database);
}

type Load = Pick<Job, 'warmUpMs' | 'measureMs'> & Partial<Pick<Job, 'most' | 'pace'>>;

/** Lets customers write, and checks that all that was acknowledged is stored, once. */
export async function receive(bench: Bench, world: World, senders: Senders, load: Load): Promise<Outcome> {
  const before = await world.books.counts();
  const outcome = await bench.load({
    ...{ port: world.gateway.port, otherPorts: world.others.map(({ port }) => port), pid: world.pid },
    requests: world.webhooks(senders),
    pace: { kind: 'closed', connections: 16 },
    ...load,
  });
  await checkBooks(world.books, before, growthAfter(senders, outcome.acknowledged));
  return outcome;
}

function growthAfter(senders: Senders, messages: number): Growth {
  const started = senders.pick === 'each once' ? messages : 0;
  return { inbound: messages, externalIds: messages, entries: messages, chats: started, profiles: started };
}
