import { type Answered, answer, answerEverybody } from '../answering';
import type { Bench } from '../bench';
import { meetCustomers } from '../customers';
import { profiled } from '../profiler';
import { type Contender, figuresOf, type Row, ratio, takeTurns } from '../rounds';
import { median } from '../statistics';
import { EXPRESS, INSERT, startTargets, targetContender } from '../targets/start';
import { AGENT, startWorld } from '../world';
import type { Fact, Section } from './section';

const NAME = 'Parley, POST /chats/{id}/messages';
const CONNECTIONS = [1, 16, 64];
const BODY = JSON.stringify({
  from: { profileId: AGENT },
  parts: [{ type: 'text/plain', data: 'Thank you, your order is on its way and will be with you tomorrow.' }],
});

/** How many answers a second are accepted, while the gateway also sends them. */
export async function measureRest(bench: Bench): Promise<Section> {
  const targets = await startTargets(bench);
  const world = await startWorld(bench);
  await meetCustomers(bench, world);
  await answerEverybody(bench, world);
  const sent: number[] = [];
  const { warmUpMs, measureMs, rounds, profileDir } = bench.options;
  const gateway: Contender = {
    name: NAME,
    async measure(connections) {
      const load = { warmUpMs, measureMs, pace: { kind: 'closed', connections } } as const;
      const profiling = { profileDir, pid: world.pid, name: `${bench.databaseName} REST at ${connections}` };
      const answered: Answered = await profiled(() => answer(bench, world, load), profiling);
      sent.push(answered.sentPerSecond);
      return answered;
    },
  };
  const contenders = [...targets.map((target) => targetContender(bench, target, BODY)), gateway];
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    bench.say(`REST at ${connections} connections`);
    rows.push(...(await takeTurns(contenders, { connections, rounds })));
  }
  const facts: Fact[] = [
    { what: 'sent to the provider, while and after accepting', value: median(sent), unit: '/s' },
    ...CONNECTIONS.flatMap((connections) => ratiosOf(rows, connections)),
  ];
  return { title: 'REST messages accepted', figures: rows.map(figuresOf), facts, verdicts: [] };
}

function ratiosOf(all: readonly Row[], connections: number): Fact[] {
  const rows = all.filter((row) => row.connections === connections);
  return [EXPRESS, INSERT].map((other) => ({
    what: `REST / ${other}, at ${connections} connections`,
    value: ratio(rows, NAME, other).median,
    unit: '',
  }));
}
