import type { Bench } from '../bench';
import { KNOWN_SENDERS, meetCustomers, receive, strangers } from '../customers';
import { atLeast, type Verdict } from '../goals';
import type { DatabaseName } from '../options';
import { profiled } from '../profiler';
import { type Contender, figuresOf, type Row, ratio, takeTurns } from '../rounds';
import { EXPRESS, INSERT, startTargets, targetContender } from '../targets/start';
import type { World } from '../world';
import type { Section } from './section';

/** Whose webhooks are measured. */
export interface Deliveries {
  readonly title: string;
  /** The world in which these customers write. */
  readonly world: World;
  /** What the machine's own limits are asked to read: a message as it is in such a webhook, as JSON. */
  readonly body: string;
  /** At least so much of express that stores nothing. */
  readonly ofExpress: Readonly<Record<DatabaseName, number>>;
}

const KNOWN_NAME = 'Parley, known senders';
const NEW_NAME = 'Parley, new senders';
const CONNECTIONS = [1, 16, 64];

/** How many webhooks a second are acknowledged, beside what the machine can do at all. */
export async function measureAcknowledged(bench: Bench, deliveries: Deliveries): Promise<Section> {
  const { title, world, body } = deliveries;
  const targets = await startTargets(bench);
  await meetCustomers(bench, world);
  const contenders: Contender[] = [
    ...targets.map((target) => targetContender(bench, target, body)),
    gatewayContender(bench, world, KNOWN_NAME),
    gatewayContender(bench, world, NEW_NAME),
  ];
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    bench.say(`${title.toLowerCase()} at ${connections} connections`);
    rows.push(...(await takeTurns(contenders, { connections, rounds: bench.options.rounds })));
  }
  const verdicts = [16, 64].flatMap((connections) =>
    verdictsOf(
      deliveries.ofExpress[bench.databaseName],
      connections,
      rows.filter((row) => row.connections === connections),
    ),
  );
  return { title, figures: rows.map(figuresOf), facts: [], verdicts };
}

function gatewayContender(bench: Bench, world: World, name: string): Contender {
  const { warmUpMs, measureMs, profileDir } = bench.options;
  return {
    name,
    measure: (connections) => {
      const senders = name === KNOWN_NAME ? KNOWN_SENDERS : strangers();
      const pace = { kind: 'closed', connections } as const;
      const profiling = {
        profileDir,
        pid: world.pid,
        name: `${bench.databaseName} ${name} at ${connections}`,
      };
      return profiled(() => receive(bench, world, senders, { warmUpMs, measureMs, pace }), profiling);
    },
  };
}

const OF_KNOWN = 0.7;

function verdictsOf(ofExpress: number, connections: number, rows: readonly Row[]): Verdict[] {
  const at = `at ${connections} connections`;
  return [
    atLeast(`acknowledged / express that stores nothing, ${at}`, ratio(rows, KNOWN_NAME, EXPRESS), ofExpress),
    atLeast(`acknowledged / express with one insert each, ${at}`, ratio(rows, KNOWN_NAME, INSERT), 1),
    atLeast(`new senders / known senders, ${at}`, ratio(rows, NEW_NAME, KNOWN_NAME), OF_KNOWN),
  ];
}
