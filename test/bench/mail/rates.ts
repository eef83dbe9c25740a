import { until } from '../../support/until';
import type { Bench } from '../bench';
import { checkBooks } from '../books';
import { atLeast } from '../goals';
import { startHelper } from '../helper';
import { usageOf } from '../load/usage';
import { profiled } from '../profiler';
import type { Section } from '../sections/section';
import { median, spreadOf } from '../statistics';
import type { BareAnswer, BareQuestion } from './bare-process';
import { type LetterKind, PLAIN, WITH_FILE } from './letters';
import { type MailWorld, startMailWorld } from './mail-world';

const GOAL = 0.6;
const COUNTS: readonly (readonly [kind: LetterKind, count: number, quickly: number])[] = [
  [PLAIN, 3_000, 1_500],
  [WITH_FILE, 120, 60],
];
const HOUR_MS = 3_600_000;
const PATIENCE_MS = 300_000;

interface Reading {
  readonly perSecond: number;
  readonly cpuMs: number;
}

/** Mails taken in a second, beside what imapflow and mailparser alone read of the same mailbox in the same round. */
export async function measureRates(bench: Bench): Promise<Pick<Section, 'facts' | 'verdicts'>> {
  const bare = startHelper<BareQuestion & { [key: string]: string | number }, BareAnswer>(
    'mail/bare-process.ts',
  );
  bench.belongings.keep(() => bare.stop());
  const world = await startMailWorld(bench);
  const found = [];
  for (const [kind, most, quickly] of COUNTS) {
    const count = bench.options.isQuick ? quickly : most;
    const mine: Reading[] = [];
    const theirs: Reading[] = [];
    for (let round = 0; round < bench.options.rounds; round += 1) {
      bench.say(`email: ${count} mails, ${kind.name}, round ${round + 1}`);
      const address = `${kind.name.replaceAll(' ', '-').toLowerCase()}-${round}@shop.example`;
      // As if they had arrived after the account was connected.
      world.fill(address, kind, { count, at: new Date(Date.now() + HOUR_MS) });
      const { port, password } = world.dovecot;
      const readBare = async () => {
        const { mails, ms, cpuMs } = await bare.ask({ port, user: address, password });
        if (mails !== count) throw new Error(`imapflow alone read ${mails} of ${count} mails`);
        theirs.push({ perSecond: (mails / ms) * 1_000, cpuMs: cpuMs / mails });
      };
      const readMine = async () => mine.push(await takeIn(bench, world, { address, count, kind }));
      // Whoever comes second finds the mailbox in the cache: turn about.
      for (const read of round % 2 === 0 ? [readBare, readMine] : [readMine, readBare]) await read();
    }
    found.push(describe(kind, mine, theirs));
  }
  return {
    facts: found.flatMap(({ facts }) => facts),
    verdicts: found.flatMap(({ verdicts }) => verdicts),
  };
}

interface Mailbox {
  readonly address: string;
  readonly count: number;
  readonly kind: LetterKind;
}

async function takeIn(bench: Bench, world: MailWorld, { address, count, kind }: Mailbox): Promise<Reading> {
  const { books, pid } = world;
  const before = await books.counts();
  const loggedBefore = await books.logged();
  // Counting all messages every few milliseconds would take half a processor from what is measured.
  const areIn = async () =>
    (await books.logged()) >= loggedBefore + count && (await books.inbound()) >= before.inbound + count;
  const cpuBefore = usageOf(pid).cpuMs;
  const name = `email ${kind.name} ${bench.databaseName}`;
  const ms = await profiled(
    async () => {
      const startedAt = performance.now();
      await world.connect(address);
      await until(areIn, { patienceMs: PATIENCE_MS });
      return performance.now() - startedAt;
    },
    { profileDir: bench.options.profileDir, pid, name },
  );
  await checkBooks(books, before, { inbound: count });
  return { perSecond: (count / ms) * 1_000, cpuMs: (usageOf(pid).cpuMs - cpuBefore) / count };
}

function describe(kind: LetterKind, mine: readonly Reading[], theirs: readonly Reading[]) {
  const middle = (readings: readonly Reading[], pick: (reading: Reading) => number) =>
    median(readings.map(pick));
  const rate = ({ perSecond }: Reading) => perSecond;
  const cpu = ({ cpuMs }: Reading) => cpuMs;
  const ratios = mine.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? Number.NaN));
  return {
    facts: [
      { what: `mails taken in, ${kind.name}`, value: middle(mine, rate), unit: 'a second' },
      { what: `the same by imapflow and mailparser alone`, value: middle(theirs, rate), unit: 'a second' },
      { what: `processor time for each of them, gateway`, value: middle(mine, cpu), unit: 'ms' },
      { what: `processor time for each of them, alone`, value: middle(theirs, cpu), unit: 'ms' },
    ],
    verdicts: [
      atLeast(`mails taken in / imapflow and mailparser alone, ${kind.name}`, spreadOf(ratios), GOAL),
    ],
  };
}
