import path from 'node:path';
import { parseArgs } from 'node:util';

export type DatabaseName = 'SQLite' | 'PostgreSQL';
export const SECTIONS = [
  'inbound',
  'messenger',
  'rest',
  'latency',
  'footprint',
  'scale',
  'events',
  'sockets',
  'web-chat',
  'email',
  'teams',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** What is measured, and for how long. */
export interface Options {
  readonly sections: readonly SectionName[];
  readonly databases: readonly DatabaseName[];
  /** Of one measurement. */
  readonly measureMs: number;
  readonly warmUpMs: number;
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly out: string;
  /** Where profiles of the gateway under load are written. */
  readonly profileDir?: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --only NAME[,NAME]       ${SECTIONS.join(', ')} (all)
  --database NAME          sqlite or postgres (both)
  --seconds N              of each measurement (3; quick: 1.5)
  --rounds N               of each measurement (5; quick: 3)
  --quick                  short, and without scale unless it is named
  --out FILE               for the figures as JSON (node_modules/.cache/bench/latest.json)
  --profile DIR            for CPU profiles of the gateway in inbound, messenger, rest, sockets and web-chat`;

const DATABASES: Readonly<Record<string, DatabaseName>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };
const DEFAULT_OUT = path.resolve(__dirname, '../../node_modules/.cache/bench/latest.json');

/** Reads the command line; throws with the usage when it cannot be understood. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      database: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const isQuick = values.quick;
  const measureMs = positive('seconds', values.seconds ?? (isQuick ? '1.5' : '3')) * 1000;
  return {
    isQuick,
    measureMs,
    warmUpMs: Math.min(1_000, measureMs / 2),
    rounds: Math.ceil(positive('rounds', values.rounds ?? (isQuick ? '3' : '5'))),
    sections: sectionsOf(values.only, isQuick),
    databases: databasesOf(values.database),
    out: path.resolve(values.out ?? DEFAULT_OUT),
    profileDir: values.profile === undefined ? undefined : path.resolve(values.profile),
  };
}

function sectionsOf(only: string | undefined, isQuick: boolean): SectionName[] {
  if (only === undefined) return SECTIONS.filter((name) => !(isQuick && name === 'scale'));
  return only.split(',').map((given) => {
    const known = SECTIONS.find((name) => name === given.trim());
    if (!known) throw new Error(`--only: there is no "${given}"\n\n${USAGE}`);
    return known;
  });
}

function databasesOf(given: string | undefined): readonly DatabaseName[] {
  if (given === undefined) return Object.values(DATABASES);
  const known = DATABASES[given];
  if (!known) throw new Error(`--database: expected ${Object.keys(DATABASES).join(' or ')}\n\n${USAGE}`);
  return [known];
}

function positive(name: string, given: string): number {
  const value = Number(given);
  if (!(value > 0)) throw new Error(`--${name}: expected a number above 0\n\n${USAGE}`);
  return value;
}
