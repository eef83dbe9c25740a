import { gathered } from './gathered';
import type { Tx } from './tx';

/** Work that waits for its turn: none has a name in common with another one that is under way. */
interface Job {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly names: readonly string[];
  /** It shares no transaction. */
  readonly isAlone: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface SharedTransactionsOptions {
  /** Runs all of them in one transaction, or throws and keeps nothing. */
  readonly together: (works: readonly Job['work'][]) => Promise<readonly unknown[]>;
  /** Runs one in a transaction of its own, however long it has to wait for what somebody else holds. */
  readonly alone: (work: Job['work']) => Promise<unknown>;
  /** After it nothing is known to work, and nobody tries again. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Somebody else was in the way: it may well go through alone. */
  readonly isHeldUp: (error: unknown) => boolean;
}

const MOST_JOBS = 32;
const MOST_TRANSACTIONS = 4;
/** A further transaction begins when none is under way, or when the last one has been for so long. */
const NEXT_AFTER_MS = 25;

/**
 * What comes in while a transaction is under way waits for it and then shares the next one: the busier the node, the
 * fewer round trips and commits for each. One that fails takes nothing from the others: each is done again alone.
 *
 * Works with a name in common run one after the other, in the order in which they came, and hold one connection at most.
 */
export class SharedTransactions {
  private readonly options: SharedTransactionsOptions;
  private readonly waiting: Job[] = [];
  private readonly busy = new Set<string>();
  private underWay = 0;
  private isGathering = false;
  private next: NodeJS.Timeout | undefined;

  constructor(options: SharedTransactionsOptions) {
    this.options = options;
  }

  run<T>(work: (tx: Tx) => Promise<T>, names: readonly string[]): Promise<T> {
    return this.wait(work, names, false);
  }

  /** Shares no transaction, but takes its turn among those that do. */
  runAlone<T>(work: (tx: Tx) => Promise<T>, names: readonly string[]): Promise<T> {
    return this.wait(work, names, true);
  }

  private wait<T>(work: (tx: Tx) => Promise<T>, names: readonly string[], isAlone: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, names, isAlone, resolve: resolve as Job['resolve'], reject });
      if (isAlone) this.beginAlone();
      else if (this.underWay === 0 || !this.next) void this.begin();
    });
  }

  /** Whoever shares nothing waits for nobody but those with a name in common. */
  private beginAlone(): void {
    for (const job of this.take({ areAlone: true, most: Number.POSITIVE_INFINITY }))
      void this.commitAlone(job);
  }

  private async begin(): Promise<void> {
    if (this.isGathering || this.underWay >= MOST_TRANSACTIONS) return;
    this.isGathering = true;
    await gathered(() => this.waiting.length, MOST_JOBS);
    this.isGathering = false;
    const jobs = this.take({ areAlone: false, most: MOST_JOBS });
    if (jobs.length === 0) return;
    this.underWay += 1;
    this.next = this.next?.refresh() ?? setTimeout(() => this.beginNext(), NEXT_AFTER_MS).unref();
    await this.commit(jobs);
    this.underWay -= 1;
    this.goOn();
  }

  private goOn(): void {
    if (this.waiting.length === 0) return;
    this.beginAlone();
    void this.begin();
  }

  private beginNext(): void {
    this.next = undefined;
    void this.begin();
  }

  /** Those that wait and whose names nobody has, and nobody who came before them waits for. */
  private take({ areAlone, most }: { readonly areAlone: boolean; readonly most: number }): Job[] {
    const taken: Job[] = [];
    const left: Job[] = [];
    const wanted = new Set<string>();
    for (const job of this.waiting) {
      const isFree = job.names.every((name) => !this.busy.has(name) && !wanted.has(name));
      for (const name of job.names) wanted.add(name);
      (isFree && job.isAlone === areAlone && taken.length < most ? taken : left).push(job);
    }
    this.waiting.splice(0, this.waiting.length, ...left);
    for (const name of taken.flatMap(({ names }) => names)) this.busy.add(name);
    return taken;
  }

  private async commit(jobs: readonly Job[]): Promise<void> {
    const { together, isUnavailable, isHeldUp } = this.options;
    try {
      const values = await together(jobs.map(({ work }) => work));
      for (const [index, job] of jobs.entries()) this.settle(job, () => job.resolve(values[index]));
    } catch (error) {
      const isItsOwn = jobs.length === 1 && !isHeldUp(error);
      for (const job of jobs)
        if (isItsOwn || isUnavailable(error)) this.settle(job, () => job.reject(error));
        else void this.commitAlone(job);
    }
  }

  /** Those who wait for it are only those with a name in common: it does not count as under way. */
  private async commitAlone(job: Job): Promise<void> {
    await this.options.alone(job.work).then(
      (value) => this.settle(job, () => job.resolve(value)),
      (error: unknown) => this.settle(job, () => job.reject(error)),
    );
    this.goOn();
  }

  private settle(job: Job, tell: () => void): void {
    for (const name of job.names) this.busy.delete(name);
    tell();
  }
}
