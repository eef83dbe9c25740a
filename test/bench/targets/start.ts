import path from 'node:path';
import type { Bench } from '../bench';
import { startHelper } from '../helper';
import type { Requests } from '../load/job';
import type { Contender } from '../rounds';

/** Something to compare with, in a process of its own. */
export interface Target {
  readonly name: string;
  readonly path: string;
  readonly port: number;
  readonly pid: number;
}

export const BARE = 'node:http, reads and answers';
export const EXPRESS = 'express, stores nothing';
export const INSERT = 'express, one insert each';

/** Starts all three; the last one inserts into a new database of the kind that is measured. */
export async function startTargets(bench: Bench): Promise<readonly Target[]> {
  const { dataDir, databaseUrl } = await bench.openDatabase();
  const where =
    databaseUrl === undefined ? ['sqlite', path.join(dataDir, 'insert.db')] : ['postgres', databaseUrl];
  return Promise.all([
    startTarget(bench, BARE, ['targets/bare-http-process.ts']),
    startTarget(bench, EXPRESS, ['targets/express-process.ts']),
    startTarget(bench, INSERT, ['targets/express-insert-process.ts', ...where]),
  ]);
}

async function startTarget(
  { belongings }: Bench,
  name: string,
  [file = '', ...args]: readonly string[],
): Promise<Target> {
  const helper = startHelper<'listen', number>(file, args);
  belongings.keep(() => helper.stop());
  return { name, path: '/messages', pid: helper.pid, port: await helper.ask('listen') };
}

/** A target that gets this JSON again and again, as one of those that are measured in turn. */
export function targetContender(bench: Bench, target: Target, body: string): Contender {
  const { warmUpMs, measureMs } = bench.options;
  const { name, port, pid, path: at } = target;
  const requests: Requests = { kind: 'same', path: at, contentType: 'application/json', body };
  return {
    name,
    measure: (connections) =>
      bench.load({ port, pid, requests, pace: { kind: 'closed', connections }, warmUpMs, measureMs }),
  };
}
