import { execFileSync } from 'node:child_process';
import type { Bench } from '../bench';
import { meetCustomers, receive } from '../customers';
import { fill } from '../fill';
import { atLeast } from '../goals';
import { type Contender, figuresOf, type Row, ratio, takeTurns } from '../rounds';
import { vacuum } from '../vacuum';
import { startWorld, type World } from '../world';
import type { Section } from './section';

const FEW = 1_000;
const CHATS = 100_000;
const MESSAGES_EACH = 10;
const SMALL = '1,000 messages in 1,000 chats';
const LARGE = '1,000,000 messages in 100,000 chats';
const GOAL = 0.9;
const LEAST_ROUNDS = 3;

/** Whether a full database is slower than an empty one, senders picked at random among all. */
export async function measureScale(bench: Bench): Promise<Section> {
  const small = await startWorld(bench);
  await meetCustomers(bench, small, FEW);
  const large = await startLarge(bench);
  const contenders = [contender(bench, SMALL, small, FEW), contender(bench, LARGE, large, CHATS)];
  const rows: Row[] = [];
  for (const connections of [16, 64]) {
    bench.say(`scale at ${connections} connections`);
    // The difference that is looked for is small: one round would not show it.
    const rounds = Math.max(LEAST_ROUNDS, bench.options.rounds);
    rows.push(...(await takeTurns(contenders, { connections, rounds })));
  }
  const verdicts = [16, 64].map((connections) => {
    const ofBoth = rows.filter((row) => row.connections === connections);
    return atLeast(
      `a million messages / a thousand, at ${connections} connections`,
      ratio(ofBoth, LARGE, SMALL),
      GOAL,
    );
  });
  return {
    title: 'Inbound webhooks by size of the database',
    figures: rows.map(figuresOf),
    facts: [],
    verdicts,
  };
}

async function startLarge(bench: Bench): Promise<World> {
  const world = await startWorld(bench);
  bench.say(`fills a database with ${LARGE}`);
  const filled = await world.restart(async () => {
    await fill(world, { chats: CHATS, messagesEach: MESSAGES_EACH });
    await vacuum(world.database);
    // Or what the system still has to write of it would be measured along.
    execFileSync('sync');
  });
  return filled;
}

function contender(bench: Bench, name: string, world: World, among: number): Contender {
  const { warmUpMs, measureMs } = bench.options;
  return {
    name,
    measure: (connections) =>
      receive(
        bench,
        world,
        { pick: 'at random', from: 0, among },
        { warmUpMs, measureMs, pace: { kind: 'closed', connections } },
      ),
  };
}
