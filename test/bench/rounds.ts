import type { Outcome } from './load/job';
import { median, type Spread, spreadOf } from './statistics';

/** One of several that are measured in turn. */
export interface Contender {
  readonly name: string;
  measure(connections: number): Promise<Outcome>;
}

/** What the rounds found of one contender at one number of connections. */
export interface Row {
  readonly name: string;
  readonly connections: number;
  readonly rounds: readonly Outcome[];
}

/**
 * Measures all contenders one after the other, again and again: the machine is never as fast as a minute ago, but a
 * ratio within one round holds. Every second round goes backwards, so that nobody always comes first.
 */
export async function takeTurns(
  contenders: readonly Contender[],
  { connections, rounds }: { readonly connections: number; readonly rounds: number },
): Promise<Row[]> {
  const found = new Map<Contender, Outcome[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed())
      found.get(contender)?.push(await contender.measure(connections));
  return contenders.map((contender) => ({
    name: contender.name,
    connections,
    rounds: found.get(contender) ?? [],
  }));
}

/** The figures of a row. */
export interface Figures {
  readonly name: string;
  readonly connections: number;
  readonly perSecond: Spread;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
  readonly databaseCpuMicros: number;
  readonly bodyBytes: number;
}

export function figuresOf({ name, connections, rounds }: Row): Figures {
  const middle = (pick: (outcome: Outcome) => number) => median(rounds.map(pick));
  return {
    ...{ name, connections },
    perSecond: spreadOf(rounds.map((outcome) => outcome.perSecond)),
    p50Ms: middle((outcome) => outcome.p50Ms),
    p99Ms: middle((outcome) => outcome.p99Ms),
    cpuMicros: middle((outcome) => outcome.cpuMicros),
    databaseCpuMicros: middle((outcome) => outcome.databaseCpuMicros),
    bodyBytes: middle((outcome) => outcome.bodyBytes),
  };
}

/** How the rate of one compares with that of another, round by round. */
export function ratio(rows: readonly Row[], of: string, to: string): Spread {
  const [mine, theirs] = [of, to].map((name) => rows.find((row) => row.name === name)?.rounds ?? []);
  return spreadOf(
    (mine ?? []).map((outcome, index) => outcome.perSecond / (theirs?.[index]?.perSecond ?? Number.NaN)),
  );
}
