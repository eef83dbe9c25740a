import { gathered } from '../store/gathered';

/** Collects what waits together and has it stored together; each caller hears of its own outcome. */
export interface Batches<Item, Outcome> {
  /** Resolves once the item is stored. Items with equal keys are stored in the order of these calls. */
  add(key: string, item: Item): Promise<Outcome>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

export interface BatchOptions<Item, Outcome> {
  /** Takes the items when it begins; whatever came until then is among them. */
  readonly store: (take: () => readonly Item[]) => Promise<readonly Outcome[]>;
  readonly most: number;
  /** Batches that may be under way at once. */
  readonly atOnce: number;
  /** Errors that every item of the batch would meet: no use in trying them one by one. */
  readonly isCommon: (error: unknown) => boolean;
}

interface Waiting<Item, Outcome> {
  readonly key: string;
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** One item that cannot be stored costs only itself: its batch is then stored one by one. */
export function createBatches<Item, Outcome>(options: BatchOptions<Item, Outcome>): Batches<Item, Outcome> {
  return new Collector(options);
}

/**
 * A batch costs nearly as much as what is in it. So the next one begins when nothing is under way, or, where several
 * may be, when as many wait as are under way: they all stay as large as those who call allow.
 */
class Collector<Item, Outcome> implements Batches<Item, Outcome> {
  private readonly options: BatchOptions<Item, Outcome>;
  private waiting: Waiting<Item, Outcome>[] = [];
  private readonly underWay = new Set<readonly Waiting<Item, Outcome>[]>();
  private readonly running = new Set<Promise<void>>();
  /** The next batch has begun and takes what still comes. */
  private isGathering = false;

  constructor(options: BatchOptions<Item, Outcome>) {
    this.options = options;
  }

  add(key: string, item: Item): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, item, resolve, reject });
      this.next();
    });
  }

  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private next(): void {
    if (this.isGathering || !this.isWorthIt()) return;
    this.isGathering = true;
    const running = this.run();
    this.running.add(running);
    void running.then(() => {
      this.running.delete(running);
      this.next();
    });
  }

  private isWorthIt(): boolean {
    const { size } = this.underWay;
    if (size === this.options.atOnce || this.waiting.length === 0) return false;
    if (size === 0) return true;
    const least = Math.min(...[...this.underWay].map((batch) => batch.length));
    return this.waiting.length >= least && this.free().length >= least;
  }

  /** What waits for no other item with the same key. */
  private free(): Waiting<Item, Outcome>[] {
    const { size } = this.underWay;
    if (size === 0) return this.waiting;
    const busy = new Set([...this.underWay].flatMap((batch) => batch.map(({ key }) => key)));
    return this.waiting.filter(({ key }) => !busy.has(key));
  }

  private async run(): Promise<void> {
    await gathered(() => this.waiting.length, this.options.most);
    let batch: readonly Waiting<Item, Outcome>[] | undefined;
    // It may be asked again: a transaction that got into another's way runs once more.
    const take = () => {
      batch ??= this.begin();
      return batch.map(({ item }) => item);
    };
    try {
      const outcomes = await this.options.store(take);
      settle(batch ?? [], outcomes);
    } catch (error) {
      take();
      await this.settleFailed(batch ?? [], error);
    }
    if (batch) this.underWay.delete(batch);
  }

  private begin(): readonly Waiting<Item, Outcome>[] {
    const batch = this.free().slice(0, this.options.most);
    const taken = new Set(batch);
    this.waiting = this.waiting.filter((one) => !taken.has(one));
    this.underWay.add(batch);
    this.isGathering = false;
    this.next();
    return batch;
  }

  private async settleFailed(batch: readonly Waiting<Item, Outcome>[], error: unknown): Promise<void> {
    if (batch.length > 1 && !this.options.isCommon(error))
      for (const one of batch) await this.storeAlone(one);
    else for (const { reject } of batch) reject(error);
  }

  private async storeAlone(one: Waiting<Item, Outcome>): Promise<void> {
    try {
      settle([one], await this.options.store(() => [one.item]));
    } catch (error) {
      one.reject(error);
    }
  }
}

function settle<Item, Outcome>(batch: readonly Waiting<Item, Outcome>[], outcomes: readonly Outcome[]): void {
  for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as Outcome);
}
